/**
 * The part of the index in which a bot stands. Any client can compute it in one line, whatever its language, and bots
 * named in a row (bot-1, bot-2 …) spread evenly.
 */

import { WATCH_SHARDS } from '../../contract.ts';

export function shardOf(botId: string): number {
  return [...botId].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % WATCH_SHARDS;
}
