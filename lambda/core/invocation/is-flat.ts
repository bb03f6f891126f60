/** Whether a result may be shown as good: flat, and not a name that fits nothing. */

import { type AnswerState, NOTHING_SEEN } from '../../contract.ts';

export const isFlatResult = (state: AnswerState, headline: string): boolean =>
  state === 'completed' && !headline.startsWith(NOTHING_SEEN);
