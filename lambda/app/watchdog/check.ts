/**
 * One check of one bot: a consistent read, and whatever follows from it. Throws a StoreError when the row could not be
 * read (or a claim's outcome is not known): then nothing follows but another check.
 */

import { readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import { checkArmed } from './check-armed.ts';
import { checkDisarmed } from './check-disarmed.ts';
import { checkTripped } from './check-tripped.ts';
import { type NextCheck, NO_MORE, type Watched } from './next-check.ts';
import { notifyChange } from './notify-change.ts';
import { reportRowProblems } from './report-problem.ts';
import { CALL_MS } from './retry.ts';
import type { TickContext } from './tick-context.ts';

export async function check(tick: TickContext, watched: Watched): Promise<NextCheck> {
  const { botId } = watched;
  const fields = await tick.bots.read(botId, CALL_MS);
  if (fields === undefined) return NO_MORE;
  const row = readBotRow(botId, fields);
  reportRowProblems(tick, row, row.problems);
  if (row.state === 'disarmed') return checkDisarmed(tick, row);
  tick.tally.background.push(notifyChange(tick, row).then(() => undefined));
  return row.state === 'tripped' ? checkTripped(tick, row) : checkArmed(tick, row, watched);
}
