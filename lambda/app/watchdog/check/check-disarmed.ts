/** A disarmed bot leaves the index once the audit log has the change. */

import type { BotRow } from '../../../core/heartbeat/read-bot-row.ts';
import { scheduleChange } from '../../../core/heartbeat/watch-changes.ts';
import { CALL_MS } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';
import { type NextCheck, NO_MORE } from './next-check.ts';
import { notifyChange } from './notify-change.ts';

export async function checkDisarmed(tick: TickContext, row: BotRow): Promise<NextCheck> {
  const isRecorded = await notifyChange(tick, row);
  if (isRecorded) await tick.bots.change(scheduleChange(row, { nextCheckAtMs: undefined }), CALL_MS);
  return NO_MORE;
}
