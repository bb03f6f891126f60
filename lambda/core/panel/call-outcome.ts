/** What came of calling the liquidator, and of reading what it answered. */

import type { Answer, PreflightAnswer } from '../../contract.ts';

export type CallOutcome =
  | { readonly kind: 'answered'; readonly payload: unknown }
  /** Lambda did not take the call: nothing was begun. `why` is a sentence. */
  | { readonly kind: 'not-taken'; readonly why: string }
  /** It was or may have been begun, and no answer came. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Undefined when it is no answer of a liquidation or a dry run. */
export function answerIn(payload: unknown): Answer | undefined {
  return hasHeadline(payload) && 'state' in payload && 'errors' in payload ? (payload as unknown as Answer) : undefined;
}

/** Undefined when it is no answer of a preflight. */
export function preflightIn(payload: unknown): PreflightAnswer | undefined {
  return hasHeadline(payload) && 'ready' in payload && 'checks' in payload
    ? (payload as unknown as PreflightAnswer)
    : undefined;
}

const hasHeadline = (payload: unknown): payload is { readonly headline: string } =>
  typeof payload === 'object' && payload !== null && 'headline' in payload && typeof payload.headline === 'string';

/** The sentence for a call without a usable answer. */
export function whyNoAnswer(outcome: CallOutcome): string {
  return outcome.kind === 'answered' ? 'The liquidator answered something that is no answer of its own.' : outcome.why;
}
