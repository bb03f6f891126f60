/**
 * Which bots are due a look before the next tick: one query for each shard, all at once, whose cost grows with the bots
 * that are due and not with those that are watched. A shard that does not answer is told, and nobody in it is judged.
 */

import { WATCH_SHARDS } from '../../contract.ts';
import { reportProblem } from './report-problem.ts';
import { CALL_MS, retry, whyOf } from './retry.ts';
import type { TickContext } from './tick-context.ts';

/** By shard: the IDs of its due bots; undefined where the table did not answer. */
export async function findDue(tick: TickContext): Promise<readonly (readonly string[] | undefined)[]> {
  return Promise.all(Array.from({ length: WATCH_SHARDS }, (_, shard) => queryShard(tick, shard)));
}

async function queryShard(tick: TickContext, shard: number): Promise<readonly string[] | undefined> {
  let tries = 0;
  try {
    const due = await retry(tick, () => {
      tries += 1;
      return tick.bots.due(shard, Math.floor(tick.horizonMs), QUERY_MS);
    });
    if (tries > 1) tick.tally.unsteady.add(shard);
    return due.map(({ botId }) => botId);
  } catch (error) {
    tick.tally.sawAll = false;
    const message = `Shard ${shard} of the bots could not be read: nobody in it is watched in this tick. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'BOTS_UNREADABLE', message, { shard });
    return undefined;
  }
}

/** A shard may have pages. */
const QUERY_MS = 3 * CALL_MS;
