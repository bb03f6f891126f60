/** Repeats a call at short intervals. It may be repeated: writes are conditional, and invocations have a fixed correlation ID. */

import type { LogLevel } from '../../ports.ts';
import type { TickContext } from './tick-context.ts';

export const CALL_MS = 1_000;
const TRIES = 4;
const FIRST_PAUSE_MS = 200;

/** Throws the last failure. Stops early when no time is left. */
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

/** Of a StoreError the message, of any other error only the name, because its message may contain anything. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return error.name === 'StoreError' ? error.message : error.name;
}

export const logFailure = (
  { ports }: TickContext,
  message: string,
  botId: string,
  error: unknown,
  level: LogLevel = 'WARN',
): void => ports.telemetry.log(level, message, { bot_id: botId, why: whyOf(error) });
