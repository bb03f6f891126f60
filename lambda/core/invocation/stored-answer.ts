/**
 * An answer as it comes back out of the table. We wrote it ourselves, and yet a hand in the console may have been at it:
 * what a later attempt counts on, and what a replay gives out, must be there and of its kind.
 */

import type { Answer } from '../../contract.ts';
import { jsonIn } from '../text/fields.ts';
import { isWholeAnswer } from './whole-answer.ts';

/** Undefined for a text that is no whole answer. Never throws. */
export function readStoredAnswer(text: string): Answer | undefined {
  const answer = jsonIn(text);
  return isWholeAnswer(answer) ? answer : undefined;
}
