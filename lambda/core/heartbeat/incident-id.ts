/** Correlation IDs of the watchdog's calls. They follow from the cause, so two ticks use the same ID, and the lock makes one run. */

import { createHash } from 'node:crypto';
import { correlationId } from '../invocation/identity.ts';

const HEX_DIGITS = 16;

/** For a bot that missed its deadline, or reported its own failure at that instant. */
export const incidentId = (botId: string, deadlineMs: number): string => named(deadlineMs, 'deadline', botId);

/** For a check of a tripped bot's account, by the start of its minute. */
export const lockOutCheckId = (botId: string, minuteAtMs: number): string => named(minuteAtMs, 'sentinel', botId);

/** For a change of the watch by hand: only for its audit log. */
export const changeId = (botId: string, change: string, changedAtMs: number): string =>
  named(changedAtMs, change, botId);

function named(atMs: number, cause: string, botId: string): string {
  const wholeMs = Math.floor(atMs);
  const hash = createHash('sha256').update(`${cause}|${botId}|${wholeMs}`).digest('hex');
  return correlationId(wholeMs, hash.slice(0, HEX_DIGITS));
}
