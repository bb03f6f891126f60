/**
 * A failure that the bot has reported itself, because nobody answered its call of the liquidator. It is acted on at once;
 * but if beats came more than ten minutes after it, it is outdated: people are notified, and nothing is closed.
 */

import type { BotRow } from './read-bot-row.ts';

/** The next tick acts on it, in a minute; a table that does not answer puts that off. */
const FAILURE_COUNTS_FOR_MS = 10 * 60_000;

/** Both instants are by the bot's clock, which may be wrong by any amount: the time between them is not. */
export function isOutdated({ failure, lastBeatAtMs }: Pick<BotRow, 'failure' | 'lastBeatAtMs'>): boolean {
  if (failure?.atMs === undefined || lastBeatAtMs === undefined) return false;
  // Longer than any heartbeat: a beat that was on its way when the bot failed is no answer.
  return lastBeatAtMs - failure.atMs > FAILURE_COUNTS_FOR_MS;
}
