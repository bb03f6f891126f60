/**
 * Turns a message of the SNS topic into a chat message: flatline's own messages unchanged, CloudWatch alarms as
 * sentences, anything else as received. Every message is passed on.
 */

import { boundedText, type Fields, fieldsOf, instantOf, objectIn, textOf } from '../../core/text/fields.ts';
import { redactionOf } from '../../core/text/redaction.ts';
import { type IncidentSignal, readIncidents } from './incidents.ts';
import { moment, oneLine } from './message.ts';

export interface ChatMessage {
  readonly subject: string;
  readonly text: string;
  /** The message is about the delivery of messages. If its own delivery fails, no further message is sent about that. */
  readonly isAboutDelivery: boolean;
  /** The message ID of SNS: the same when SNS delivers the message again. */
  readonly id: string;
  /** The deployment that the message is about. */
  readonly source: string;
  /** For incident tools. */
  readonly incidents: readonly IncidentSignal[];
}

/** The end of the name of the alarm on messages that were not delivered. */
const DELIVERY_ALARM = 'notifier-failed';

const BODY_MAX_CHARS = 6_000;

/** `sns` is a message as SNS puts it into a queue (Amazon SNS, "Fanout to Amazon SQS queues"). */
export function alarmMessage(sns: Fields): ChatMessage {
  const text = textOf(sns.Message) ?? '';
  const alarm = objectIn(text);
  const name = textOf(alarm?.AlarmName);
  const common = { id: textOf(sns.MessageId) ?? text, source: sourceOf(sns) };
  if (alarm !== undefined && name !== undefined) return { ...common, ...alarmFacts(name, alarm) };
  const redaction = redactionOf([]);
  const subject = oneLine(redaction.text(textOf(sns.Subject) ?? 'flatline'));
  const body = redaction.text(text);
  const incidents = readIncidents(textOf(fieldsOf(fieldsOf(sns.MessageAttributes).incidents).Value)) ?? [
    { key: subject, action: 'trigger', severity: 'error', summary: subject },
  ];
  return { ...common, subject, text: boundedText(body, BODY_MAX_CHARS), isAboutDelivery: false, incidents };
}

/** The topic's name identifies the deployment. */
const sourceOf = ({ TopicArn }: Fields): string => textOf(TopicArn)?.split(':').at(-1) ?? 'flatline';

/** Amazon CloudWatch, "Notifying users on alarm changes": the message is JSON. */
function alarmFacts(name: string, alarm: Fields): Omit<ChatMessage, 'id' | 'source'> {
  const state = textOf(alarm.NewStateValue) ?? '?';
  const atMs = instantOf(textOf(alarm.StateChangeTime)?.replace('+0000', 'Z'));
  const verdict = state === 'ALARM' ? 'ALARM' : state === 'OK' ? 'ALARM IS OVER' : `ALARM, STATE ${oneLine(state)}`;
  const lines = [
    textOf(alarm.AlarmDescription) ?? 'The alarm has no description.',
    ...(state === 'ALARM' && alarm.AlarmDescription === undefined ? [textOf(alarm.NewStateReason) ?? ''] : []),
    ...(atMs === undefined ? [] : [`Since ${moment(atMs)}.`]),
  ];
  const subject = `${verdict} - ${oneLine(name)}`;
  return {
    subject,
    text: lines.map(line => oneLine(redactionOf([]).text(line))).join('\n'),
    isAboutDelivery: name.endsWith(DELIVERY_ALARM),
    incidents: [
      {
        ...{ key: `alarm ${oneLine(name)}`, summary: subject, severity: 'error' },
        action: state === 'OK' ? 'resolve' : 'trigger',
      },
    ],
  };
}
