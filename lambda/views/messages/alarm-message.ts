/**
 * What came over the topic, for the chat: our own messages as they are, CloudWatch's alarms in words, anything else as
 * it stands. Whatever it is, it is passed on.
 */

import { boundedText } from '../../core/text/bounded-text.ts';
import { type Fields, fieldsOf, instantOf, objectIn, textOf } from '../../core/text/fields.ts';
import { redactionOf } from '../../core/text/redaction.ts';
import { type IncidentSignal, readIncidents } from './incidents.ts';
import { moment } from './instants.ts';
import { oneLine } from './message.ts';

export interface ChatMessage {
  readonly subject: string;
  readonly text: string;
  /** It is about the delivery of messages itself: if it cannot be delivered either, nothing may follow from that. */
  readonly isAboutDelivery: boolean;
  /** The topic's own name of it: the same where it is delivered again. */
  readonly id: string;
  /** The deployment that it is about. */
  readonly source: string;
  /** For incident tools. */
  readonly incidents: readonly IncidentSignal[];
}

/** The alarm whose name ends so rings when a message was not delivered. */
const DELIVERY_ALARM = 'notifier-failed';

const BODY_MAX_CHARS = 6_000;

/** `sns` is a message as SNS puts it into a queue (Amazon SNS, "Fanout to Amazon SQS queues"). */
export function alarmMessage(sns: Fields): ChatMessage {
  const text = textOf(sns.Message) ?? '';
  const alarm = objectIn(text);
  const name = textOf(alarm?.AlarmName);
  const common = { id: textOf(sns.MessageId) ?? text, source: sourceOf(sns) };
  if (alarm !== undefined && name !== undefined) return { ...common, ...alarmTexts(name, alarm) };
  const redaction = redactionOf([]);
  const subject = oneLine(redaction.text(textOf(sns.Subject) ?? 'flatline'));
  const body = redaction.text(text);
  const incidents = readIncidents(textOf(fieldsOf(fieldsOf(sns.MessageAttributes).incidents).Value)) ?? [
    { key: subject, action: 'trigger', severity: 'error', summary: subject },
  ];
  return { ...common, subject, text: boundedText(body, BODY_MAX_CHARS), isAboutDelivery: false, incidents };
}

/** The topic's name says whose it is. */
const sourceOf = ({ TopicArn }: Fields): string => textOf(TopicArn)?.split(':').at(-1) ?? 'flatline';

/** Amazon CloudWatch, "Notifying users on alarm changes": the message is JSON. */
function alarmTexts(name: string, alarm: Fields): Omit<ChatMessage, 'id' | 'source'> {
  const state = textOf(alarm.NewStateValue) ?? '?';
  const atMs = instantOf(textOf(alarm.StateChangeTime)?.replace('+0000', 'Z'));
  const verdict = state === 'ALARM' ? 'ALARM' : state === 'OK' ? 'ALARM IS OVER' : `ALARM, STATE ${oneLine(state)}`;
  const lines = [
    textOf(alarm.AlarmDescription) ?? 'It has no description.',
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
