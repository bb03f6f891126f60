/**
 * One invocation of the notifier.
 *
 *   log lines ── unpack ── what is told of each ── not told yet ── topic ── mail
 *   topic ────── in words ── chat
 *
 * From the topic it goes to the chat only, so nothing goes round in circles. What could not be delivered is thrown at
 * the end, when everything else is: Lambda then repeats the invocation, and its failure rings an alarm.
 */

import { answerError } from '../../core/answer-error.ts';
import { type Fields, fieldsOf, rowsOf, textOf } from '../../core/incident/fields.ts';
import { deliverToChat } from './deliver-to-chat.ts';
import { notifyOfLines } from './notify-of-lines.ts';
import type { NotifierPorts } from './ports.ts';

/** What the function answers; nobody waits for it but a person who tries it out. */
export interface NotifyReport {
  readonly lines: number;
  readonly told: number;
  readonly posted: number;
}

/** Thrown when something was not delivered; the log has what and why. */
export class Undelivered extends Error {
  override readonly name = 'Undelivered';
}

export async function notify(world: NotifierPorts, event: unknown, remainingMs: number): Promise<NotifyReport> {
  const endAtMs = world.clock.nowMs() + Math.max(0, remainingMs - LANDING_MS);
  const { awslogs, Records } = fieldsOf(event);
  const data = textOf(fieldsOf(awslogs).data);
  const records = rowsOf(Records).filter(record => record.Sns !== undefined);
  let report = NOTHING;
  let failures: readonly string[] = [];
  if (data !== undefined) {
    const { lines, told, lost } = await notifyOfLines(world, data, endAtMs);
    report = { ...NOTHING, lines, told };
    failures = lost;
  } else if (records.length > 0) {
    const outcomes = await Promise.all(records.map(record => deliverToChat(world, snsOf(record), endAtMs)));
    report = { ...NOTHING, posted: outcomes.filter(({ kind }) => kind === 'delivered').length };
    failures = outcomes.flatMap(outcome => (outcome.kind === 'lost' ? [outcome.why] : []));
  } else {
    world.telemetry.log('ERROR', 'The event was refused; it holds neither log lines nor a message', {
      keys: Object.keys(fieldsOf(event)).slice(0, MOST_KEYS),
    });
  }
  world.telemetry.flush();
  if (failures.length > 0) throw new Undelivered(answerError('MESSAGE_UNDELIVERED', failures.join(' ')).message);
  return report;
}

const NOTHING: NotifyReport = { lines: 0, told: 0, posted: 0 };
const LANDING_MS = 2_000;
const MOST_KEYS = 10;

const snsOf = (record: Fields): Fields => fieldsOf(record.Sns);
