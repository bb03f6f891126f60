/** Ctrl-C and SIGTERM: the exit code they mean, as a value. What runs is cleaned up by the process's `exit` event. */

import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The work's own exit code, or 130 (143) as soon as a signal comes. */
export async function untilInterrupted(work: Promise<number>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const listeners = SIGNALS.map(signal => ({ signal, listener: () => resolve(128 + constants.signals[signal]) }));
  for (const { signal, listener } of listeners) process.on(signal, listener);
  try {
    return await Promise.race([work, promise]);
  } finally {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  }
}
