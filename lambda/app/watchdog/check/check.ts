/** One check of one bot. Throws a StoreError when the row could not be read, or a claim's outcome is not known. */

import { type BotRow, readBotRow } from '../../../core/heartbeat/read-bot-row.ts';
import { scheduleChange, tripRestoredChange } from '../../../core/heartbeat/watch-changes.ts';
import { CALL_MS, logFailure, reportRowProblems } from '../report-problem.ts';
import type { TickContext } from '../tick-context.ts';
import { checkArmed } from './check-armed.ts';
import { checkTripped } from './check-tripped.ts';
import { type CheckedBot, type NextCheck, NO_MORE } from './next-check.ts';
import { notifyChange } from './notify.ts';

export async function check(tick: TickContext, watched: CheckedBot): Promise<NextCheck> {
  const { botId } = watched;
  const fields = await tick.bots.read(botId, CALL_MS);
  if (fields === undefined) return NO_MORE;
  const row = readBotRow(botId, fields);
  reportRowProblems(tick, row, row.problems);
  if (row.state === 'disarmed') return checkDisarmed(tick, row);
  tick.tally.background.push(notifyChange(tick, row).then(() => undefined));
  if (row.state !== 'tripped') return checkArmed(tick, row, watched);
  if (fields.watch_state !== 'tripped') restoreTrip(tick, row);
  return checkTripped(tick, row);
}

/** `watch_state` was changed by hand or with the bot's permissions; `row.problems` has reported that. */
function restoreTrip(tick: TickContext, row: BotRow): void {
  const restoring = tick.bots
    .change(tripRestoredChange(row), CALL_MS)
    .catch(error => logFailure(tick, 'The state of a tripped bot was not restored', row.botId, error));
  tick.tally.background.push(restoring.then(() => undefined));
}

/** A disarmed bot leaves the index once the audit log has the change. */
export async function checkDisarmed(tick: TickContext, row: BotRow): Promise<NextCheck> {
  const isRecorded = await notifyChange(tick, row);
  if (isRecorded) await tick.bots.change(scheduleChange(row, { nextCheckAtMs: undefined }), CALL_MS);
  return NO_MORE;
}
