/**
 * Writes into the audit log what bots and operators did to a watch: who, when, why. They only mark it in the row, because
 * a bot may touch nothing but that. Of several changes within a minute the last one is recorded.
 */

import type { WatchChange } from '../../../bot-row.ts';
import type { AuditEventType } from '../../../contract.ts';
import { changeId } from '../../../core/heartbeat/incident-id.ts';
import type { BotRow } from '../../../core/heartbeat/read-bot-row.ts';
import { changeNotifiedChange } from '../../../core/heartbeat/watch-changes.ts';
import { isoMicros } from '../../../core/invocation/identity.ts';
import { recordEvent } from '../audit-event.ts';
import { CALL_MS, whyOf } from '../retry.ts';
import type { TickContext } from '../tick-context.ts';

/** False when it could not be marked as recorded: the next tick records it. Never rejects. */
export async function notifyChange(tick: TickContext, row: BotRow): Promise<boolean> {
  const { change, botId } = row;
  if (change === undefined || change.isRecorded) return true;
  try {
    const ours = await tick.bots.change(changeNotifiedChange(row), CALL_MS);
    if (ours === undefined) return true;
  } catch (error) {
    tick.ports.telemetry.log('WARN', 'A change of the watch is not in the audit log yet; the next run writes it', {
      bot_id: botId,
      why: whyOf(error),
    });
    return false;
  }
  recordEvent(
    tick,
    { correlationId: changeId(botId, change.kind, change.atMs), botId, sealed: false },
    {
      type: EVENTS[change.kind],
      operation: 'watch',
      data: {
        by: change.by,
        reason: change.reason ?? null,
        at: isoMicros(change.atMs),
        ...(change.kind === 'snoozed' && row.snoozedUntilMs !== undefined
          ? { until: isoMicros(row.snoozedUntilMs) }
          : {}),
        ...(change.kind === 'planned'
          ? { every: row.snoozePlan?.every ?? null, for_ms: row.snoozePlan?.forMs ?? null }
          : {}),
      },
    },
  );
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
