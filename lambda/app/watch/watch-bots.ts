/**
 * The watch proper: find who is due, learn whether we ourselves were blind, keep a vigil for each. A tick that cannot
 * read its own row does not know whether it was blind; it then gives everybody full time, which fires at nobody.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import { METRICS } from '../../contract.ts';
import { type Sight, sightOf, tickedChange } from '../../core/heartbeat/blindness.ts';
import { nextBeatMs } from '../../core/heartbeat/judge.ts';
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
  // As noted last, by this tick too.
  let { fields } = own;
  const note = async (isSteady: (shard: number) => boolean): Promise<void> => {
    const steady = answered.map((_, shard) => isSteady(shard));
    if (own.isRead) fields = await noteTick(round, fields, sight, answered, steady);
  };
  const afterGap = shards.flatMap((_, shard) => (isAfterGap(round, sight, shard) ? [shard] : []));
  await Promise.all([
    note(shard => !afterGap.includes(shard)),
    ...(afterGap.length > 0 ? [noteLater(round, () => note(() => true))] : []),
    ...shards.flatMap((bots = [], shard) =>
      bots.map(botId =>
        keepVigil(round, botId, {
          shard,
          watchedSinceMs: sight.watchedSinceMs[shard] ?? round.startedAtMs,
          seenBeforeMs: sight.seenBeforeMs[shard],
        }),
      ),
    ),
  ]);
  // Until now it was watching, and the next tick may be long in coming.
  const wasLong = round.world.clock.nowMs() - round.startedAtMs > LONG_TICK_MS;
  if (wasLong && round.tally.unsteady.size === 0) await note(() => true);
}

/** A tick was lost, or the table did not answer: bots may have tried to report in vain. */
function isAfterGap({ startedAtMs, tally }: Round, { seenBeforeMs }: Sight, shard: number): boolean {
  const seenMs = seenBeforeMs[shard];
  return seenMs !== undefined && (tally.unsteady.has(shard) || startedAtMs - seenMs > USUAL_GAP_MS);
}

/** A minute, and what ticks jitter. */
const USUAL_GAP_MS = 80_000;

/** Not before the bots could be heard again: to a tick that overlaps with this one the gap is a gap as well. */
async function noteLater(round: Round, note: () => Promise<void>): Promise<void> {
  const { world, config, stopAtMs } = round;
  const heartbeatMs = Math.max(0, ...config.settings.bots.map(bot => bot.heartbeatMs));
  const atMs = Math.min(world.clock.nowMs() + nextBeatMs({ heartbeatMs }), stopAtMs);
  await world.clock.sleep(Math.max(0, atMs - world.clock.nowMs()));
  await note();
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
  steady: readonly boolean[],
): Promise<BotFields | undefined> {
  if (!answered.includes(true)) return fields;
  const change = tickedChange(fields, sight, answered, steady, round.world.clock.nowMs());
  try {
    return await insist(round, () => round.bots.change(change, CALL_MS));
  } catch (error) {
    round.tally.sawAll = false;
    const message = `The tick could not be noted; if that goes on, the next ones count as blind. ${whyOf(error)}`;
    complain(round, 'ERROR', 'BOTS_UNREADABLE', message);
    return fields;
  }
}
