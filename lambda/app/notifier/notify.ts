/**
 * One invocation of the notifier.
 *
 *   log lines ── collect ── queue                       any number in parallel, a fraction of a second each
 *   queue ────── what is new ── combined ── topic ── mail     one at a time
 *   topic ────── its queue ── as text ── chat                 two at a time
 *
 * What could not be delivered is thrown at the end: the queue delivers it again, and the failure raises an alarm.
 */

import { answerError } from '../../core/invocation/answer-error.ts';
import { type Fields, fieldsOf, objectIn, rowsOf, textOf, textsOf } from '../../core/text/fields.ts';
import { collectLines } from './collect-lines.ts';
import { deliverToChat } from './deliver-to-chat.ts';
import type { NotifierPorts } from './ports.ts';
import { publishLines } from './publish-lines.ts';

/** The function's answer. */
export interface NotifyReport {
  /** Log lines that were read. */
  readonly lines: number;
  /** Of these, those put into the queue. */
  readonly queued: number;
  /** Messages published to the topic. */
  readonly messages: number;
  /** Messages posted to the chat. */
  readonly posted: number;
}

/** Thrown when something was not delivered; the log has what and why. */
class Undelivered extends Error {
  override readonly name = 'Undelivered';
}

export async function notify(ports: NotifierPorts, event: unknown, remainingMs: number): Promise<NotifyReport> {
  const endAtMs = ports.clock.nowMs() + Math.max(0, remainingMs - LANDING_MS);
  const { report, lost } = await deliver(ports, event, endAtMs);
  ports.telemetry.flush();
  if (lost.length > 0) throw new Undelivered(answerError('MESSAGE_UNDELIVERED', lost.join(' ')).message);
  return report;
}

const LANDING_MS = 2_000;
const KEYS_MAX = 10;
const NOTHING: NotifyReport = { lines: 0, queued: 0, messages: 0, posted: 0 };

interface Delivery {
  readonly report: NotifyReport;
  /** Why something was not delivered. */
  readonly lost: readonly string[];
}

async function deliver(ports: NotifierPorts, event: unknown, endAtMs: number): Promise<Delivery> {
  const { awslogs, Records } = fieldsOf(event);
  const data = textOf(fieldsOf(awslogs).data);
  if (data !== undefined) {
    const { lost, ...collected } = await collectLines(ports, data, endAtMs);
    return { report: { ...NOTHING, ...collected }, lost };
  }
  const bodies = rowsOf(Records)
    .filter(({ eventSource }) => eventSource === 'aws:sqs')
    .map(({ body }) => bodyOf(textOf(body) ?? ''));
  if (bodies.length > 0) return fromQueue(ports, bodies, endAtMs);
  ports.telemetry.log('ERROR', 'The event was refused; it holds neither log lines nor messages of a queue', {
    keys: Object.keys(fieldsOf(event)).slice(0, KEYS_MAX),
  });
  return { report: NOTHING, lost: [] };
}

/** All lines of a batch together, because lines of one kind become one message. */
async function fromQueue(ports: NotifierPorts, bodies: readonly Fields[], endAtMs: number): Promise<Delivery> {
  const fromTopic = bodies.filter(({ Type }) => Type === 'Notification');
  const lines = bodies.filter(body => !fromTopic.includes(body)).flatMap(linesOf);
  const { lost, ...published } = lines.length === 0 ? NO_LINES : await publishLines(ports, lines, endAtMs);
  const outcomes = await Promise.all(fromTopic.map(sns => deliverToChat(ports, sns, endAtMs)));
  return {
    report: { ...NOTHING, ...published, posted: outcomes.filter(({ kind }) => kind === 'delivered').length },
    lost: [...lost, ...outcomes.flatMap(outcome => (outcome.kind === 'lost' ? [outcome.why] : []))],
  };
}

const NO_LINES = { lines: 0, messages: 0, lost: [] };

/** The log lines of a queue message; a message of unknown form is passed on as one raw line. */
const linesOf = (body: Fields): readonly string[] => textsOf(body.lines) ?? [textOf(body.text) ?? JSON.stringify(body)];

const bodyOf = (text: string): Fields => objectIn(text) ?? { text };
