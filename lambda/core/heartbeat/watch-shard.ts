/** The bot's part of the index. Easy to compute in any language, and bots with numbered names spread evenly. */

import { WATCH_SHARDS } from '../../contract.ts';

export function shardOf(botId: string): number {
  return [...botId].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % WATCH_SHARDS;
}
