/** What a refused close order teaches about the next one, and when nothing is left that an order could close. */

import type { Failure } from '../exchange/failure.ts';
import type { CloseOrder, SymbolRules } from '../exchange/model.ts';
import type { Step } from '../exchange/next-step.ts';
import {
  doubtDigits,
  type Learnt,
  learnBadPrice,
  learnEmptyBook,
  learnTooLarge,
  learnTooManyDigits,
} from './learnt.ts';
import { planClose, stepOfClose } from './plan-close.ts';
import { rulesOf } from './rules-progress.ts';
import type { State } from './state.ts';
import type { Target } from './symbol-work.ts';

/** `isLater`: no other order follows at once. What cannot be made any smaller or shorter waits: the rules may tell more. */
export function lessonOf(
  target: Target,
  { quantity, price }: CloseOrder,
  step: Step,
  failure: Failure,
  rules: SymbolRules | undefined,
  atMs: number,
): { readonly lesson: Learnt; readonly isLater: boolean } {
  const { learnt, row } = target;
  if (price !== undefined && MAY_BE_PRICE.has(failure.reason))
    return { lesson: learnBadPrice(learnt, atMs), isLater: true };
  const smallest = row === undefined ? quantity : stepOfClose(row, learnt, rules, price !== undefined);
  const lesson = learnFrom(learnt, step, quantity, smallest, atMs);
  return { lesson: lesson ?? learnt, isLater: lesson === undefined || isNoDust(target, failure) };
}

/** Undefined where the exchange refuses the smallest order there is. */
function learnFrom(learnt: Learnt, step: Step, quantity: string, smallest: string, atMs: number): Learnt | undefined {
  switch (step) {
    case 'smaller':
      return learnTooLarge(learnt, quantity, smallest, atMs);
    case 'fewer-digits':
      return learnTooManyDigits(learnt, quantity, atMs);
    case 'limit-order':
      return learnEmptyBook(learnt, atMs);
    default:
      return learnt;
  }
}

/** Refusals of a limit order that may speak of its price, and say nothing of a market order. */
const MAY_BE_PRICE: ReadonlySet<Failure['reason']> = new Set(['too-many-digits', 'rejected', 'our-bug', 'unexpected']);

/** "Too small" of a position that is worth more than the least notional of any symbol is not believed. */
const isNoDust = ({ row }: Target, { reason }: Failure): boolean =>
  reason === 'too-small' && Math.abs(Number(row?.notional)) > LARGEST_DUST_NOTIONAL;

/** MIN_NOTIONAL is 100 at the most (exchangeInfo). */
const LARGEST_DUST_NOTIONAL = 200;

/** A rest that no order can close, after what was learnt, ends the tries: it is said as what it is. */
export function withoutDust(state: State, target: Target): Target {
  const { row, learnt, stage, symbol } = target;
  if (row === undefined || learnt.digits === undefined || stage.kind === 'in-flight' || stage.kind === 'to-verify')
    return target;
  const { orders, dust } = planClose(row, learnt, rulesOf(state, symbol));
  if (orders.length > 0) return target;
  const doubted = doubtDigits(learnt);
  if (doubted !== undefined) return { ...target, learnt: doubted, stage: { kind: 'idle' } };
  const message = `${dust} of ${row.amount} is below the smallest order of ${symbol}: it can only be closed on the exchange's page`;
  const failure: Failure = { certainty: 'refused', subject: 'target', reason: 'too-small', message };
  return { ...target, failure, dust, stage: { kind: 'exhausted' } };
}
