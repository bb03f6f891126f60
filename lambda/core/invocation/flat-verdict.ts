/** Whether a result may be shown as good: flat, and not a name that fits nothing. */

import { NOTHING_SEEN, type State } from '../../contract.ts';

export const isFlatVerdict = (state: State, headline: string): boolean =>
  state === 'completed' && !headline.startsWith(NOTHING_SEEN);
