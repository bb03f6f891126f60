/** Ctrl-C and its kin: the exit code they mean, as a value. What still runs is ended by the process's `exit` event. */

import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The work's own exit code, or 128 plus the signal's number as soon as one comes: 130 for Ctrl-C. */
export async function untilInterrupted(work: Promise<number>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const listeners = SIGNALS.map(signal => {
    const listener = (): void => {
      process.stderr.write(`\ndrill: interrupted by ${signal}\n`);
      resolve(128 + constants.signals[signal]);
    };
    return { signal, listener };
  });
  for (const { signal, listener } of listeners) process.on(signal, listener);
  try {
    return await Promise.race([work, promise]);
  } finally {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  }
}
