/** The first of `answers`; undefined if none comes within `ms`. */

import type { Clock } from '../ports.ts';

export async function firstWithin<T>(clock: Clock, ms: number, answers: readonly Promise<T>[]): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([...answers, clock.sleep(ms, over.signal).then(() => undefined)]);
  } finally {
    over.abort('over');
  }
}
