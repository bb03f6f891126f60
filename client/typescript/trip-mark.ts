/**
 * Withdraws the mark that makes the watchdog trip the bot, when the account is flat: it is removed, or is refused when it
 * arrives. Otherwise a bot that got the answer FLAT would be tripped and locked out a minute later.
 */

import { inTime } from './in-time.ts';
import type { WithdrawResult } from './run.ts';

/** `tripped`: too late, the bot has been tripped. `unknown`: AWS could not be reached. */
type Settled = 'done' | 'tripped' | 'unknown';

const SETTLE_MS = 5_000;
const PAUSE_MS = 200;

/** Repeats `withdraw` while its outcome is unknown, for five seconds. Keeps the process alive meanwhile. */
export async function settleMark(
  withdraw: () => Promise<WithdrawResult>,
  clock: { monotonicMs(): number; sleep(ms: number): Promise<void> },
): Promise<Settled> {
  const endMs = clock.monotonicMs() + SETTLE_MS;
  for (;;) {
    const result = await inTime(withdraw(), Math.max(0, endMs - clock.monotonicMs()));
    if (result?.kind === 'done' || result?.kind === 'tripped') return result.kind;
    if (clock.monotonicMs() + PAUSE_MS >= endMs) return 'unknown';
    await clock.sleep(PAUSE_MS);
  }
}

export const mayBeTripped = (settled: Exclude<Settled, 'done'>): string =>
  settled === 'tripped'
    ? 'The watchdog has tripped the bot meanwhile: it must not trade until it is re-armed.'
    : 'The bot may still be tripped: AWS could not be reached to withdraw its mark for the watchdog.';
