/** The cause of a liquidation from the audit log and the record, and as one sentence. */

import { TRIGGERS } from '../../lambda/contract.ts';
import type { IncidentEvent } from '../../lambda/core/audit/event.ts';
import { isoMicros } from '../../lambda/core/invocation/identity.ts';
import { type Fields, instantOf, textOf, textsOf } from '../../lambda/core/text/fields.ts';
import type { LiquidationRecord } from '../../lambda/ports.ts';
import { triggerWords } from '../../lambda/views/words.ts';

export function readCause(events: readonly IncidentEvent[], record: LiquidationRecord | undefined) {
  const find = (type: string): IncidentEvent | undefined => events.find(event => event.type === type);
  const start = find('liquidation_started') ?? find('liquidation_skipped');
  const dead = find('bot_dead');
  const trigger = textOf(record?.trigger) ?? textOf(start?.data.trigger);
  const reason = textOf(start?.data.reason) ?? textOf(dead?.data.reason);
  return {
    /** As stated by the caller. */
    trigger,
    reason,
    /** Undefined: the whole account. */
    symbols: textsOf(record?.symbols) ?? textsOf(start?.data.symbols),
    /** When the watchdog notified that the bot is late, if it did. */
    lateAtMs: find('bot_late')?.atMs,
    /** The watchdog's finding, if it tripped the bot. */
    dead: dead && readDead(dead.data),
    sentence: sentenceOf(trigger, reason, find('bot_late')),
  };
}

const readDead = (data: Fields) => ({
  // Audit logs of version 0.1.0 have `cry`.
  isReportedFailure: data.cause === 'failure' || data.cause === 'cry',
  deadlineMs: instantOf(data.deadline),
  lastBeatAtMs: instantOf(data.last_beat),
  lockoutUntilMs: instantOf(data.lockout_until),
});

function sentenceOf(trigger: string | undefined, reason: string | undefined, late: IncidentEvent | undefined): string {
  if (trigger === undefined) {
    const deadAtMs = instantOf(late?.data.dead_at);
    return deadAtMs === undefined
      ? 'The cause is not recorded.'
      : `The bot was late; it would have been dead at ${isoMicros(deadAtMs).slice(0, 19)}Z.`;
  }
  const who = TRIGGERS.some(one => one === trigger) ? triggerWords(trigger).long : `trigger ${trigger}`;
  return `${who.charAt(0).toUpperCase()}${who.slice(1)}${reason === undefined ? '' : `: ${reason}`}.`;
}
