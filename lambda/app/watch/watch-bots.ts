/**
 * The watch proper: find who is due, learn whether we ourselves were blind, keep a vigil for each. A tick that cannot
 * read its own row does not know whether it was blind; it then gives everybody full time, which fires at nobody.
 */

import { METRICS, WATCHDOG_ROW } from '../../contract.ts';
import { type Sight, sightOf, tickedChange } from '../../core/heartbeat/blindness.ts';
import type { BotFields } from '../../core/heartbeat/row-change.ts';
import { complain } from './complain.ts';
import { findDue } from './find-due.ts';
import { CALL_MS, insist, whyOf } from './insist.ts';
import type { Round } from './round.ts';
import { keepVigil } from './vigil.ts';

export async function watchBots(round: Round): Promise<void> {
  const [own, shards] = await Promise.all([readOwnRow(round), findDue(round)]);
  const sight = sightOf(own.fields, round.world.clock.nowMs());
  tellBlindness(round, sight, shards);
  const answered = shards.map(bots => bots !== undefined);
  round.tally.due = shards.reduce((sum, bots) => sum + (bots?.length ?? 0), 0);
  const note = async (): Promise<void> => {
    if (own.isRead) await noteTick(round, own.fields, sight, answered);
  };
  await Promise.all([
    note(),
    ...shards.flatMap((bots = [], shard) =>
      bots.map(botId =>
        keepVigil(round, botId, {
          watchedSinceMs: sight.watchedSinceMs[shard] ?? round.startedAtMs,
          seenBeforeMs: sight.seenBeforeMs[shard],
        }),
      ),
    ),
  ]);
  // Until now it was watching, and the next tick may be long in coming.
  if (round.world.clock.nowMs() - round.startedAtMs > LONG_TICK_MS) await note();
}

const LONG_TICK_MS = 10_000;

interface OwnRow {
  readonly isRead: boolean;
  readonly fields: BotFields | undefined;
}

async function readOwnRow(round: Round): Promise<OwnRow> {
  try {
    return { isRead: true, fields: await insist(round, () => round.bots.read(WATCHDOG_ROW, CALL_MS)) };
  } catch (error) {
    round.tally.sawAll = false;
    const message = `The watchdog's own row could not be read: every bot has its full time again. ${whyOf(error)}`;
    complain(round, 'CRITICAL', 'BOTS_UNREADABLE', message);
    return { isRead: false, fields: undefined };
  }
}

function tellBlindness(
  { world, tally }: Round,
  sight: Sight,
  shards: readonly (readonly string[] | undefined)[],
): void {
  const blind = sight.blindShards.filter(shard => shards[shard] !== undefined);
  if (blind.length === 0) return;
  tally.blindShards = blind.length;
  world.telemetry.metric(METRICS.watchdogBlind, 1, 'Count');
  world.telemetry.log('ERROR', 'The watchdog was blind; every bot has its full time again', { shards: blind });
}

/** Early in the tick, because the bots were seen, whatever becomes of the rest; and after a long watch once more. */
async function noteTick(
  round: Round,
  fields: BotFields | undefined,
  sight: Sight,
  answered: readonly boolean[],
): Promise<void> {
  if (!answered.includes(true)) return;
  try {
    const change = tickedChange(fields, sight, answered, round.world.clock.nowMs());
    await insist(round, () => round.bots.change(change, CALL_MS));
  } catch (error) {
    round.tally.sawAll = false;
    const message = `The tick could not be noted; if that goes on, the next ones count as blind. ${whyOf(error)}`;
    complain(round, 'ERROR', 'BOTS_UNREADABLE', message);
  }
}
