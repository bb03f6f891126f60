/** What came of calling the liquidator, and of reading what it answered. */

import type { Answer, PreflightAnswer } from '../../contract.ts';
import { isWholeAnswer, isWholePreflight } from './whole-answer.ts';

export type CallOutcome =
  | { readonly kind: 'answered'; readonly payload: unknown }
  /** Lambda did not take the call: nothing was begun. `why` is a sentence. */
  | { readonly kind: 'not-taken'; readonly why: string }
  /** It was or may have been begun, and no answer came. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Undefined when it is no answer of a liquidation or a dry run. */
export const answerIn = (payload: unknown): Answer | undefined => (isWholeAnswer(payload) ? payload : undefined);

/** Undefined when it is no answer of a preflight. */
export const preflightIn = (payload: unknown): PreflightAnswer | undefined =>
  isWholePreflight(payload) ? payload : undefined;

/** The sentence for a call without a usable answer. */
export function whyNoAnswer(outcome: CallOutcome): string {
  return outcome.kind === 'answered' ? 'The liquidator answered something that is no answer of its own.' : outcome.why;
}
