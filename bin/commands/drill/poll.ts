/** Calls `look` periodically until stopped, and once more then, so that nothing is missed. */

import type { Clock } from '../../../lambda/ports.ts';

/** Returns the function that stops it. */
export function poll(clock: Clock, everyMs: number, look: () => void): () => Promise<void> {
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      look();
      await clock.sleep(everyMs, over.signal);
    }
  })();
  return async () => {
    over.abort();
    await looking;
    look();
  };
}
