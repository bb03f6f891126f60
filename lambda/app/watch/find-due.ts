/**
 * Which bots are due a look before the next tick: one query for each shard, all at once, whose cost grows with the bots
 * that are due and not with those that are watched. A shard that does not answer is told, and nobody in it is judged.
 */

import { WATCH_SHARDS } from '../../contract.ts';
import { complain } from './complain.ts';
import { CALL_MS, insist, whyOf } from './insist.ts';
import type { Round } from './round.ts';

/** By shard: the IDs of its due bots; undefined where the table did not answer. */
export async function findDue(round: Round): Promise<readonly (readonly string[] | undefined)[]> {
  return Promise.all(Array.from({ length: WATCH_SHARDS }, (_, shard) => queryShard(round, shard)));
}

async function queryShard(round: Round, shard: number): Promise<readonly string[] | undefined> {
  let tries = 0;
  try {
    const due = await insist(round, () => {
      tries += 1;
      return round.bots.due(shard, Math.floor(round.horizonMs), QUERY_MS);
    });
    if (tries > 1) round.tally.unsteady.add(shard);
    return due.map(({ botId }) => botId);
  } catch (error) {
    round.tally.sawAll = false;
    const message = `Shard ${shard} of the bots could not be read: nobody in it is watched in this tick. ${whyOf(error)}`;
    complain(round, 'CRITICAL', 'BOTS_UNREADABLE', message, { shard });
    return undefined;
  }
}

/** A shard may have pages. */
const QUERY_MS = 3 * CALL_MS;
