/** The outcome of a call of the liquidator. */

import type { Answer, PreflightAnswer } from '../../contract.ts';
import { isWholeAnswer, isWholePreflight } from './whole-answer.ts';

export type CallOutcome =
  | { readonly kind: 'answered'; readonly payload: unknown }
  /** Lambda did not accept the call: nothing was started. `why` is a sentence. */
  | { readonly kind: 'not-taken'; readonly why: string }
  /** It was or may have been started, and no answer came. */
  | { readonly kind: 'unknown'; readonly why: string };

export const answerIn = (payload: unknown): Answer | undefined => (isWholeAnswer(payload) ? payload : undefined);

export const preflightIn = (payload: unknown): PreflightAnswer | undefined =>
  isWholePreflight(payload) ? payload : undefined;

/** The sentence for a call without a usable answer. */
export const whyNoAnswer = (outcome: CallOutcome): string =>
  outcome.kind === 'answered' ? 'The liquidator answered something that is no answer of its own.' : outcome.why;
