/**
 * What a refused close order teaches about the next one, and the next step. A retry differs from what was refused, or waits
 * for a change: if no other order can be made it waits for the rules, and after that each further try counts.
 */

import { isMore, magnitude } from '../../exchange/amount.ts';
import type { Failure } from '../../exchange/failure.ts';
import type { CloseOrder } from '../../exchange/model.ts';
import type { Step } from '../../exchange/next-step.ts';
import type { EngineState } from '../state.ts';
import type { CloseTarget } from '../symbols/symbol-work.ts';
import {
  forgetSizes,
  type Learnt,
  learnBadPrice,
  learnCoarser,
  learnEmptyBook,
  learnOffStep,
  learnTooFar,
  learnTooLarge,
  learnTooManyDigits,
} from './learnt.ts';
import { repeatsDigits } from './part-to-close.ts';
import { planClose, stepOfClose } from './plan-close.ts';
import { rulesOf } from './rules-progress.ts';

/** `step` is what the failure asks for by itself. */
export function afterRefusal(
  state: EngineState,
  target: CloseTarget,
  { symbol, quantity, price }: CloseOrder,
  step: Step,
  failure: Failure,
  atMs: number,
): { readonly learnt: Learnt; readonly step: Step } {
  const { learnt, position } = target;
  if (price !== undefined) {
    const next = learnPrice(learnt, failure.reason, rulesOf(state, symbol)?.tickSize, atMs);
    if (next !== undefined) return { learnt: next, step: 'nearer-price' };
  }
  if (price !== undefined && MAY_BE_PRICE.has(failure.reason))
    return { learnt: learnBadPrice(learnt, atMs), step: LATER };
  switch (step) {
    case 'smaller': {
      const smallest =
        position === undefined
          ? quantity
          : stepOfClose(
              position,
              { ...learnt, refusedQuantity: quantity },
              rulesOf(state, symbol),
              price !== undefined,
            );
      const next = learnTooLarge(learnt, quantity, smallest, atMs);
      return next === undefined ? { learnt, step: LATER } : { learnt: next, step };
    }
    case 'fewer-digits': {
      const next = learnTooManyDigits(learnt, quantity, atMs);
      if (next !== undefined) return { learnt: next, step };
      const offStep = learnOffStep(learnt, quantity, atMs);
      if (offStep !== undefined) return { learnt: offStep, step: rulesOf(state, symbol) === undefined ? LATER : step };
      return { learnt, step: isTaughtByBatch(target, step) || areRulesAwaited(state, target) ? step : LATER };
    }
    case 'limit-order':
      return { learnt: learnEmptyBook(learnt, atMs), step };
    default:
      if (failure.reason !== 'too-small') return { learnt, step };
      if (isPart(target, quantity)) return { learnt: forgetSizes(learnt), step: LATER };
      return { learnt, step: isNoDust(target) ? LATER : step };
  }
}

/** Where a refused limit price teaches another one. */
function learnPrice(
  learnt: Learnt,
  reason: Failure['reason'],
  tickSize: string | undefined,
  atMs: number,
): Learnt | undefined {
  if (reason === 'price-band') return learnTooFar(learnt, atMs);
  return reason === 'too-many-digits' && tickSize === undefined ? learnCoarser(learnt, atMs) : undefined;
}

/** The rules may allow more. */
const LATER: Step = 'later-with-rules';

/** Refusals of a limit order that may be about its price; they teach nothing about a market order. */
const MAY_BE_PRICE: ReadonlySet<Failure['reason']> = new Set([
  ...(['price-band', 'too-many-digits', 'rejected', 'our-bug', 'unexpected'] as const),
]);

/** Another order of the same batch was refused for the same reason before. */
const isTaughtByBatch = ({ stage }: CloseTarget, step: Step): boolean =>
  stage.kind === 'in-flight' && stage.soFar.step === step;

const isPart = ({ triedAmount }: CloseTarget, quantity: string): boolean =>
  triedAmount !== undefined && isMore(magnitude(triedAmount), quantity);

/** "Too small" is not believed of a position above the largest minimum notional, or of unknown value. */
function isNoDust({ position }: CloseTarget): boolean {
  const worth = Math.abs(Number(position?.notional));
  return worth === 0 || worth > LARGEST_DUST_NOTIONAL;
}

/** MIN_NOTIONAL is 100 at the most (exchangeInfo). */
const LARGEST_DUST_NOTIONAL = 200;

/** Rules are wanted and not known, none failed, and the target has not waited for them yet. */
const areRulesAwaited = ({ rules }: Pick<EngineState, 'rules'>, { waits }: CloseTarget): boolean =>
  rules.known === undefined && rules.wantedSinceMs !== undefined && rules.failures === 0 && waits === 0;

/** Whether the next order waits for the rules, for a short time: they may say the size, or whether the digits are needed. */
export function waitsForRules({ rules }: Pick<EngineState, 'rules'>, target: CloseTarget, step: Step): boolean {
  if (step === 'smaller') return rules.wantedSinceMs !== undefined && rules.failures === 0;
  if (step !== 'fewer-digits' || target.position === undefined || !areRulesAwaited({ rules }, target)) return false;
  const { orders } = planClose(target.position, target.learnt, undefined);
  return orders.some(({ quantity }) => repeatsDigits(target.learnt, quantity));
}
