/** Looks at what grows by itself, time and again until it is stopped, and once more then, so that nothing is missed. */

import type { Clock } from '../../../lambda/ports.ts';

/** Gives what ends it. */
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
