/**
 * A bot whose entry in the index was lost (edited by hand) would never be due. Each tick reads one of the configured bots, in
 * turn, and puts it back if necessary.
 */

import { type BotRow, readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import {
  backInIndexChange,
  INVOKE_GRACE_MS,
  isQueriedShard,
  LOCK_OUT_CHECK_EVERY_MS,
  LONGEST_UNCHECKED_MS,
} from '../../core/heartbeat/watch-changes.ts';
import { CALL_MS, logFailure, reportProblem } from './report-problem.ts';
import { TICK_EVERY_MS, type TickContext } from './tick-context.ts';

/** Never rejects; what fails is repeated when it is the bot's turn again. */
export async function repairIndex(tick: TickContext): Promise<void> {
  const { settings } = tick.config;
  const turn = Math.floor(tick.startedAtMs / TICK_EVERY_MS) % settings.bots.length;
  const botId = settings.bots[turn]?.botId;
  if (botId === undefined) return;
  try {
    const fields = await tick.bots.read(botId, CALL_MS);
    const row = fields && readBotRow(botId, fields);
    if (row === undefined || !isLost(tick, row)) return;
    const restored = await tick.bots.change(backInIndexChange(row), CALL_MS);
    if (restored === undefined) return;
    const message = `The bot ${botId} was not in the index that finds due bots; it was put back. Do not edit watch_shard or next_check_at_ms.`;
    reportProblem(tick, 'ERROR', 'BOT_ROW_INVALID', message, { bot_id: botId });
  } catch (error) {
    logFailure(tick, 'The index of a bot could not be checked', botId, error);
  }
}

/** Between two hosts. */
const CLOCKS_DIFFER_MS = 5_000;

/** The latest instant at which a check may be due, according to the row, has passed. */
function isLost(tick: TickContext, row: BotRow): boolean {
  const nowMs = tick.ports.clock.nowMs();
  const { fields, state, trip } = row;
  if (state === 'disarmed' || (state === 'armed' && row.beat === undefined && row.failure === undefined)) return false;
  if (state === 'tripped') {
    const isOver = trip.invokedAtMs !== undefined && nowMs >= (trip.lockoutUntilMs ?? 0);
    if (trip.correlationId === undefined || isOver) return false;
  }
  const latestMs =
    nowMs + CLOCKS_DIFFER_MS + (state === 'tripped' ? LOCK_OUT_CHECK_EVERY_MS + INVOKE_GRACE_MS : LONGEST_UNCHECKED_MS);
  return !isQueriedShard(fields.watch_shard) || !(Number(fields.next_check_at_ms ?? Number.NaN) <= latestMs);
}
