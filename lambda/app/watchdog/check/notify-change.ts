/**
 * Records in the audit log what bots and operators did to a watch: who, when, why. They only mark it in the row, because a
 * bot may write nothing else. Of several changes within a minute the last one is recorded.
 */

import type { WatchChange } from '../../../bot-row.ts';
import type { AuditEventType } from '../../../contract.ts';
import type { BotRow } from '../../../core/heartbeat/read-bot-row.ts';
import { changeNotifiedChange } from '../../../core/heartbeat/watch-changes.ts';
import { changeId, isoMicros } from '../../../core/invocation/identity.ts';
import { recordEvent } from '../audit-event.ts';
import { CALL_MS, logFailure } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';

/** False when it could not be marked as recorded: the next tick records it. Never rejects. */
export async function notifyChange(tick: TickContext, row: BotRow): Promise<boolean> {
  const { change, botId } = row;
  if (change === undefined || change.isRecorded) return true;
  try {
    const ours = await tick.bots.change(changeNotifiedChange(row), CALL_MS);
    if (ours === undefined) return true;
  } catch (error) {
    const message = 'A change of the watch is not in the audit log yet; the next run writes it';
    logFailure(tick, message, botId, error);
    return false;
  }
  const { kind, atMs, by, reason = null } = change;
  const { snoozedUntilMs, snoozePlan } = row;
  const data = {
    ...{ by, reason, at: isoMicros(atMs) },
    ...(kind === 'snoozed' && snoozedUntilMs !== undefined ? { until: isoMicros(snoozedUntilMs) } : {}),
    ...(kind === 'planned' ? { every: snoozePlan?.every ?? null, for_ms: snoozePlan?.forMs ?? null } : {}),
  };
  const about = { correlationId: changeId(botId, kind, atMs), botId, sealed: false };
  recordEvent(tick, about, { type: EVENTS[kind], operation: 'watch', data });
  return true;
}

const EVENTS = {
  armed: 'bot_armed',
  disarmed: 'bot_disarmed',
  rearmed: 'bot_rearmed',
  snoozed: 'bot_snoozed',
  planned: 'bot_snooze_planned',
  acknowledged: 'bot_acknowledged',
} as const satisfies Record<WatchChange, AuditEventType>;
