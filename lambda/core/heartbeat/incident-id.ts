/**
 * Correlation IDs of what the watchdog sets off. Each is a function of its cause alone, so two ticks that see the
 * same thing name it alike, and the lock makes one of their invocations.
 */

import { createHash } from 'node:crypto';
import { correlationId } from '../invocation/identity.ts';

const HEX_DIGITS = 16;

/** A bot that missed its deadline (or reported its own failure at that instant). */
export const incidentId = (botId: string, deadlineMs: number): string => named(deadlineMs, 'deadline', botId);

/** The look at a tripped bot's account in a minute of its lock-out, given by the instant at which the minute began. */
export const lockOutCheckId = (botId: string, minuteAtMs: number): string => named(minuteAtMs, 'sentinel', botId);

/** A change of the watch by hand; it sets off nothing, but has an audit log. */
export const changeId = (botId: string, change: string, changedAtMs: number): string =>
  named(changedAtMs, change, botId);

function named(atMs: number, cause: string, botId: string): string {
  const wholeMs = Math.floor(atMs);
  const hash = createHash('sha256').update(`${cause}|${botId}|${wholeMs}`).digest('hex');
  return correlationId(wholeMs, hash.slice(0, HEX_DIGITS));
}
