/**
 * Tries a call of the watchdog's again, a few times and at short intervals: the next tick is a minute away. Every call
 * here may be repeated, because writes are conditional and invocations carry a deterministic correlation ID.
 */

import type { TickContext } from './tick-context.ts';

export const CALL_MS = 1_000;
const TRIES = 4;
const FIRST_PAUSE_MS = 200;

/** The last failure is thrown. Stops early when no time is left. */
export async function retry<T>({ ports, endAtMs }: TickContext, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await call();
    } catch (error) {
      const pauseMs = FIRST_PAUSE_MS * 2 ** (tried - 1);
      if (tried === TRIES || ports.clock.nowMs() + pauseMs >= endAtMs) throw error;
      await ports.clock.sleep(pauseMs);
    }
  }
}

/** Of a StoreError its message, of any other error only its name: its message may contain anything. */
export const whyOf = (error: unknown): string =>
  error instanceof Error && error.name === 'StoreError'
    ? error.message
    : error instanceof Error
      ? error.name
      : typeof error;
