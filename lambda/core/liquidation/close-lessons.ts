/**
 * What the refusal of a close teaches, and the step that is left to take. A retry differs from what was refused, or waits
 * for something to change: where no other order can be made, the exchange's rules are waited for, and after that each
 * further try counts.
 */

import { isMore, magnitude } from '../amount.ts';
import type { Failure } from '../exchange/failure.ts';
import type { CloseOrder } from '../exchange/model.ts';
import type { Step } from '../exchange/next-step.ts';
import { forgetSizes, type Learnt, learnEmptyBook, learnTooLarge, learnTooManyDigits } from './learnt.ts';
import { repeatsDigits } from './part-to-close.ts';
import { planClose, stepOfClose } from './plan-close.ts';
import { rulesOf } from './rules-progress.ts';
import type { State, Target } from './state.ts';

export interface Lesson {
  readonly learnt: Learnt;
  readonly step: Step;
}

/** `step` is what the failure asks for by itself. */
export function lessonOf(
  state: State,
  target: Target,
  order: CloseOrder,
  step: Step,
  failure: Failure,
  atMs: number,
): Lesson {
  const { learnt } = target;
  switch (step) {
    case 'smaller': {
      const smallest = target.row && stepOfClose(target.row, learnt, rulesOf(state, order.symbol));
      const next = learnTooLarge(learnt, order.quantity, smallest ?? order.quantity, atMs);
      return next === undefined ? { learnt, step: 'later-with-rules' } : { learnt: next, step };
    }
    case 'fewer-digits': {
      const next = learnTooManyDigits(learnt, order.quantity, atMs);
      if (next !== undefined) return { learnt: next, step };
      const isKnown = isTaughtByBatch(target, step) || areRulesAwaited(state, target);
      return { learnt, step: isKnown ? step : 'later-with-rules' };
    }
    case 'limit-order':
      return { learnt: learnEmptyBook(learnt, atMs), step };
    default:
      return failure.reason === 'too-small' && isPart(target, order)
        ? { learnt: forgetSizes(learnt), step: 'later' }
        : { learnt, step };
  }
}

/** Another order of the same batch was refused for the same before. */
const isTaughtByBatch = ({ stage }: Target, step: Step): boolean =>
  stage.kind === 'in-flight' && stage.soFar.step === step;

const isPart = ({ triedAmount }: Target, { quantity }: CloseOrder): boolean =>
  triedAmount !== undefined && isMore(magnitude(triedAmount), quantity);

/** Once in a row: they are on their way, and may say something that is not known. */
const areRulesAwaited = ({ rules }: Pick<State, 'rules'>, { waits }: Target): boolean =>
  rules.known === undefined && rules.wantedSinceMs !== undefined && rules.failures === 0 && waits === 0;

/**
 * Whether the next order waits for the rules, but not for long: they may say the right size, or whether the digits that
 * were refused are needed.
 */
export function waitsForRules({ rules }: Pick<State, 'rules'>, target: Target, step: Step): boolean {
  if (step === 'smaller') return rules.wantedSinceMs !== undefined && rules.failures === 0;
  if (step !== 'fewer-digits' || target.row === undefined || !areRulesAwaited({ rules }, target)) return false;
  const { orders } = planClose(target.row, target.learnt, undefined);
  return orders.some(({ quantity }) => repeatsDigits(target.learnt, quantity));
}
