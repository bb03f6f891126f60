/** One check of one bot. Throws a StoreError when the row could not be read, or a claim's outcome is not known. */

import { type BotRow, readBotRow } from '../../../core/heartbeat/read-bot-row.ts';
import { tripRestoredChange } from '../../../core/heartbeat/watch-changes.ts';
import { reportRowProblems } from '../report-problem.ts';
import { CALL_MS, logFailure } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';
import { checkArmed } from './check-armed.ts';
import { checkDisarmed } from './check-disarmed.ts';
import { checkTripped } from './check-tripped.ts';
import { type CheckedBot, type NextCheck, NO_MORE } from './next-check.ts';
import { notifyChange } from './notify-change.ts';

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
