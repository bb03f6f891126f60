/**
 * Rests that no order can close, after what was refused and what the exchange's rules say: no further try is made of them
 * in this attempt, and they are said as what they are.
 */

import type { Failure } from '../exchange/failure.ts';
import { planClose } from './plan-close.ts';
import { rulesOf } from './rules-progress.ts';
import type { State, Target } from './state.ts';

export function withoutDust(state: State, target: Target): Target {
  const { row, learnt, stage, symbol } = target;
  if (row === undefined || learnt.digits === undefined || stage.kind === 'in-flight' || stage.kind === 'to-verify')
    return target;
  const { orders, dust } = planClose(row, learnt, rulesOf(state, symbol));
  if (orders.length > 0) return target;
  const message = `${dust} of ${row.amount} is below the smallest order of ${symbol}: it can only be closed on the exchange's page`;
  const failure: Failure = { certainty: 'refused', subject: 'target', reason: 'too-small', message };
  return { ...target, failure, dust, stage: { kind: 'exhausted' } };
}

/** After the rules were read: they may say that what is left is dust. */
export function withoutAnyDust(state: State): State {
  const symbols = new Map(state.symbols);
  for (const [symbol, own] of symbols) {
    const targets = own.targets.map(target => withoutDust(state, target));
    if (targets.some((target, at) => target !== own.targets[at])) symbols.set(symbol, { ...own, targets });
  }
  return { ...state, symbols };
}
