/**
 * Which bots are due before the next tick: one query per shard, in parallel, whose cost grows with the bots that are due. A
 * shard that does not answer is reported, and none of its bots is checked.
 */

import { WATCH_SHARDS } from '../../contract.ts';
import { reportProblem } from './report-problem.ts';
import { CALL_MS, retry, whyOf } from './retry.ts';
import type { TickContext } from './tick-context.ts';

/** By shard: the IDs of the bots that are due by `untilMs`; undefined where the table did not answer. */
export async function findDue(tick: TickContext, untilMs: number): Promise<readonly (readonly string[] | undefined)[]> {
  return Promise.all(Array.from({ length: WATCH_SHARDS }, (_, shard) => queryShard(tick, shard, untilMs)));
}

async function queryShard(tick: TickContext, shard: number, untilMs: number): Promise<readonly string[] | undefined> {
  try {
    const due = await retry(tick, () => tick.bots.due(shard, untilMs, QUERY_MS));
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
