/**
 * A failure that the bot reported itself, because its call of the liquidator was not answered. It is acted on at once, unless
 * heartbeats came more than ten minutes after it: then people are notified, and nothing is closed.
 */

import type { BotRow } from './read-bot-row.ts';

/** The next tick acts on it, within a minute; if the table does not answer, later. */
const FAILURE_COUNTS_FOR_MS = 10 * 60_000;

/** Both instants are by the bot's clock: it may be wrong, but the time between them is not. */
export function isOutdated({ failure, lastBeatAtMs }: Pick<BotRow, 'failure' | 'lastBeatAtMs'>): boolean {
  if (failure?.atMs === undefined || lastBeatAtMs === undefined) return false;
  // Longer than any heartbeat, because one may have been on its way when the bot failed.
  return lastBeatAtMs - failure.atMs > FAILURE_COUNTS_FOR_MS;
}
