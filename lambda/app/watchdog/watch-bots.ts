/**
 * The watch proper: find who is due, learn whether we ourselves were blind, keep a vigil for each. A tick that cannot
 * read its own row does not know whether it was blind; it then gives everybody full time, which fires at nobody.
 */

import { WATCHDOG_ROW } from '../../bot-row.ts';
import { METRICS } from '../../contract.ts';
import { nextBeatMs } from '../../core/heartbeat/assess-bot.ts';
import { type Sight, sightOf, tickedChange } from '../../core/heartbeat/blindness.ts';
import type { BotFields } from '../../core/heartbeat/row-change.ts';
import { findDue } from './find-due.ts';
import { reportProblem } from './report-problem.ts';
import { CALL_MS, retry, whyOf } from './retry.ts';
import type { TickContext } from './tick-context.ts';
import { watchBot } from './watch-bot.ts';

export async function watchBots(tick: TickContext): Promise<void> {
  const [own, shards] = await Promise.all([readOwnRow(tick), findDue(tick)]);
  const observeBeat = sightOf(own.fields, tick.ports.clock.nowMs());
  tellBlindness(tick, observeBeat, shards);
  const answered = shards.map(bots => bots !== undefined);
  tick.tally.due = shards.reduce((sum, bots) => sum + (bots?.length ?? 0), 0);
  // As noted last, by this tick too.
  let { fields } = own;
  const note = async (isSteady: (shard: number) => boolean): Promise<void> => {
    const steady = answered.map((_, shard) => isSteady(shard));
    if (own.isRead) fields = await noteTick(tick, fields, observeBeat, answered, steady);
  };
  const afterGap = shards.flatMap((_, shard) => (isAfterGap(tick, observeBeat, shard) ? [shard] : []));
  await Promise.all([
    note(shard => !afterGap.includes(shard)),
    ...(afterGap.length > 0 ? [noteLater(tick, () => note(() => true))] : []),
    ...shards.flatMap((bots = [], shard) =>
      bots.map(botId =>
        watchBot(tick, botId, {
          shard,
          watchedSinceMs: observeBeat.watchedSinceMs[shard] ?? tick.startedAtMs,
          seenBeforeMs: observeBeat.seenBeforeMs[shard],
        }),
      ),
    ),
  ]);
  // Until now it was watching, and the next tick may be long in coming.
  const wasLong = tick.ports.clock.nowMs() - tick.startedAtMs > LONG_TICK_MS;
  if (wasLong && tick.tally.unsteady.size === 0) await note(() => true);
}

/** A tick was lost, or the table did not answer: bots may have tried to report in vain. */
function isAfterGap({ startedAtMs, tally }: TickContext, { seenBeforeMs }: Sight, shard: number): boolean {
  const seenMs = seenBeforeMs[shard];
  return seenMs !== undefined && (tally.unsteady.has(shard) || startedAtMs - seenMs > USUAL_GAP_MS);
}

/** A minute, and what ticks jitter. */
const USUAL_GAP_MS = 80_000;

/** Not before the bots could be heard again: to a tick that overlaps with this one the gap is a gap as well. */
async function noteLater(tick: TickContext, note: () => Promise<void>): Promise<void> {
  const { ports, config, stopAtMs } = tick;
  const heartbeatMs = Math.max(0, ...config.settings.bots.map(bot => bot.heartbeatMs));
  const atMs = Math.min(ports.clock.nowMs() + nextBeatMs({ heartbeatMs }), stopAtMs);
  await ports.clock.sleep(Math.max(0, atMs - ports.clock.nowMs()));
  await note();
}

const LONG_TICK_MS = 10_000;

interface OwnRow {
  readonly isRead: boolean;
  readonly fields: BotFields | undefined;
}

async function readOwnRow(tick: TickContext): Promise<OwnRow> {
  try {
    return { isRead: true, fields: await retry(tick, () => tick.bots.read(WATCHDOG_ROW, CALL_MS)) };
  } catch (error) {
    tick.tally.sawAll = false;
    const message = `The watchdog's own row could not be read: every bot has its full time again. ${whyOf(error)}`;
    reportProblem(tick, 'CRITICAL', 'BOTS_UNREADABLE', message);
    return { isRead: false, fields: undefined };
  }
}

function tellBlindness(
  { ports, tally }: TickContext,
  observeBeat: Sight,
  shards: readonly (readonly string[] | undefined)[],
): void {
  const blind = observeBeat.blindShards.filter(shard => shards[shard] !== undefined);
  if (blind.length === 0) return;
  tally.blindShards = blind.length;
  ports.telemetry.metric(METRICS.watchdogBlind, 1, 'Count');
  ports.telemetry.log('ERROR', 'The watchdog was blind; every bot has its full time again', { shards: blind });
}

/** Early in the tick, because the bots were seen, whatever becomes of the rest; and after a long watch once more. */
async function noteTick(
  tick: TickContext,
  fields: BotFields | undefined,
  observeBeat: Sight,
  answered: readonly boolean[],
  steady: readonly boolean[],
): Promise<BotFields | undefined> {
  if (!answered.includes(true)) return fields;
  const change = tickedChange(fields, observeBeat, answered, steady, tick.ports.clock.nowMs());
  try {
    return await retry(tick, () => tick.bots.change(change, CALL_MS));
  } catch (error) {
    tick.tally.sawAll = false;
    const message = `The tick could not be noted; if that goes on, the next ones count as blind. ${whyOf(error)}`;
    reportProblem(tick, 'ERROR', 'BOTS_UNREADABLE', message);
    return fields;
  }
}
