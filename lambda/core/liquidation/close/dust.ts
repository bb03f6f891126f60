/** Rests that no order can close. Each is sent once as it was written; if that is refused it is reported as dust. */

import type { Failure } from '../../exchange/failure.ts';
import type { EngineState } from '../state.ts';
import type { CloseTarget, SymbolWork } from '../symbols/symbol-work.ts';
import { learnLimitForm } from './by-limit.ts';
import { doubtDigits } from './learnt.ts';
import { planClose } from './plan-close.ts';
import { rulesOf } from './rules-progress.ts';

/** A target that none of the planned orders can close gets another form of order, or is given up as dust. */
export function markDust(state: EngineState, target: CloseTarget): CloseTarget {
  const { row, learnt, stage, symbol } = target;
  const knowsDigits = learnt.digits !== undefined || learnt.offStep === true;
  if (row === undefined || !knowsDigits || stage.kind === 'in-flight' || stage.kind === 'to-verify') return target;
  const { orders, dust } = planClose(row, learnt, rulesOf(state, symbol));
  if (orders.length > 0) return target;
  const limit = learnLimitForm(row, learnt, rulesOf(state, symbol), learnt.atMs ?? 0);
  if (limit !== undefined) return { ...target, learnt: limit, stage: { kind: 'idle' } };
  const doubted = doubtDigits(learnt);
  if (doubted !== undefined) return { ...target, learnt: doubted, stage: { kind: 'idle' } };
  const message = `${dust} of ${row.amount} is below the smallest order of ${symbol}: it can only be closed on the exchange's page`;
  const failure: Failure = { certainty: 'refused', subject: 'target', reason: 'too-small', message };
  return { ...target, failure, dust, stage: { kind: 'exhausted' } };
}

/** After the rules were read: they may show that a rest is dust. */
export function markAllDust(state: EngineState): EngineState {
  const changed = new Map<string, SymbolWork>();
  for (const own of state.symbols.values()) {
    const targets = own.targets.map(target => markDust(state, target));
    if (targets.some((target, at) => target !== own.targets[at])) changed.set(own.symbol, { ...own, targets });
  }
  return changed.size === 0 ? state : { ...state, symbols: state.symbols.withAll(changed) };
}
