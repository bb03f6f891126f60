/**
 * Amazon SNS on loopback: one topic, Publish as the SDK speaks it (AWS Query: a form in, XML out), with the service's own
 * rules for a subject, and delivery to mail boxes and functions. Functions reach it with AWS_ENDPOINT_URL_SNS.
 */

import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { SimulatorClock } from '../engine/clock.ts';
import { type LoopbackService, type Protocol, startLoopbackService } from './loopback-service.ts';
import { createMailBox, type Mail } from './mail-box.ts';

export const TOPIC_ARN = 'arn:aws:sns:eu-central-1:000000000000:flatline-alerts';
/** That of a watcher: who is subscribed can be asked, nothing is published. */
export const WATCHER_TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:flatline-watcher';

export interface TopicEndpoint extends LoopbackService {
  /** What somebody who is subscribed by mail has got, in order. Too many at once, and SNS switches the subscription off. */
  readonly mails: readonly Mail[];
  readonly isConfirmed: boolean;
  /** As CloudWatch publishes an alarm. */
  publish(subject: string, text: string): void;
  /** Delivers everything from now on, as SNS writes it into a queue. */
  subscribe(deliver: (body: string) => void): void;
}

export async function startTopicEndpoint({ clock }: { readonly clock: SimulatorClock }): Promise<TopicEndpoint> {
  const mailBox = createMailBox(clock);
  const subscribers: ((body: string) => void)[] = [];

  function publish(subject: string, text: string, MessageAttributes: object = {}): string {
    const MessageId = randomUUID();
    const Timestamp = new Date(clock.nowMs()).toISOString();
    mailBox.deliver(subject, text);
    // Amazon SNS, "Fanout to Amazon SQS queues": without raw delivery the message is an envelope in JSON.
    const sns = {
      ...{ Type: 'Notification', MessageId, TopicArn: TOPIC_ARN, Subject: subject, Message: text, Timestamp },
      MessageAttributes,
    };
    for (const deliver of subscribers) deliver(JSON.stringify(sns));
    return MessageId;
  }

  const service = await startLoopbackService(clock, PROTOCOL, (_request, response, body, { operation }) => {
    const form = new URLSearchParams(body);
    const listed = subscriptionsIn(form, operation, mailBox.isConfirmed);
    if (listed !== undefined) return succeed(response, operation, listed);
    const problem = problemIn(form, operation);
    if (problem !== undefined) return PROTOCOL.refuse(response, ...problem);
    const id = publish(form.get('Subject') ?? '', form.get('Message') ?? '', attributesIn(form));
    succeed(response, operation, `<MessageId>${id}</MessageId>`);
  });
  return {
    ...service,
    mails: mailBox.mails,
    get isConfirmed() {
      return mailBox.isConfirmed;
    },
    publish: (subject, text) => void publish(subject, text),
    subscribe: deliver => void subscribers.push(deliver),
  };
}

/** AWS Query: `MessageAttributes.entry.1.Name`, `….Value.DataType`, `….Value.StringValue`. */
function attributesIn(form: URLSearchParams): object {
  const entries: [string, object][] = [];
  for (let number = 1; ; number += 1) {
    const at = `MessageAttributes.entry.${number}`;
    const name = form.get(`${at}.Name`);
    if (name === null) return Object.fromEntries(entries);
    entries.push([name, { Type: form.get(`${at}.Value.DataType`), Value: form.get(`${at}.Value.StringValue`) }]);
  }
}

const XML = { 'content-type': 'text/xml' } as const;
const NAMESPACE = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

const PROTOCOL: Protocol = {
  calledIn: (_request, body) => {
    const form = new URLSearchParams(body);
    return { operation: form.get('Action') ?? '', target: form.get('TopicArn') ?? '' };
  },
  refuse: (response, status, code, message) => {
    const type = status < 500 ? 'Sender' : 'Receiver';
    const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
    response
      .writeHead(status, XML)
      .end(`<ErrorResponse ${NAMESPACE}>${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`);
  },
};

function succeed(response: ServerResponse, operation: string, result: string): void {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const content = `<${operation}Result>${result}</${operation}Result>${metadata}`;
  response.writeHead(200, XML).end(`<${operation}Response ${NAMESPACE}>${content}</${operation}Response>`);
}

const mailOf = (topicArn: string): string => `${topicArn}:11112222-3333-4444-5555-666677778888`;
const TOPIC_ARNS: readonly string[] = [TOPIC_ARN, WATCHER_TOPIC_ARN];

/** Amazon SNS API Reference, ListSubscriptionsByTopic and GetSubscriptionAttributes: one mail box. */
function subscriptionsIn(form: URLSearchParams, operation: string, isConfirmed: boolean): string | undefined {
  const topicArn = form.get('TopicArn') ?? '';
  if (operation === 'ListSubscriptionsByTopic' && TOPIC_ARNS.includes(topicArn)) {
    const arn = isConfirmed ? mailOf(topicArn) : 'PendingConfirmation';
    return `<Subscriptions><member><TopicArn>${topicArn}</TopicArn><Protocol>email</Protocol><Endpoint>ops@example.com</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member></Subscriptions>`;
  }
  if (operation === 'GetSubscriptionAttributes' && TOPIC_ARNS.map(mailOf).includes(form.get('SubscriptionArn') ?? '')) {
    return '<Attributes><entry><key>ConfirmationWasAuthenticated</key><value>true</value></entry></Attributes>';
  }
  return undefined;
}

const MOST_SUBJECT_CHARS = 100;
const MOST_MESSAGE_BYTES = 262_144;

type Problem = readonly [status: number, code: string, message: string];

/** Amazon SNS API Reference, Publish: what it refuses. */
function problemIn(form: URLSearchParams, operation: string): Problem | undefined {
  if (operation !== 'Publish') return [400, 'InvalidAction', `This endpoint does not know ${operation}.`];
  if (form.get('TopicArn') !== TOPIC_ARN) return [404, 'NotFound', 'Topic does not exist'];
  const subject = form.get('Subject');
  const isFit = subject === null || (/^[\x21-\x7e][\x20-\x7e]*$/.test(subject) && subject.length < MOST_SUBJECT_CHARS);
  if (!isFit) return [400, 'InvalidParameter', 'Invalid parameter: Subject'];
  const message = form.get('Message') ?? '';
  if (message === '') return [400, 'InvalidParameter', 'Invalid parameter: Empty message'];
  const isTooLong = Buffer.byteLength(message) > MOST_MESSAGE_BYTES;
  return isTooLong ? [400, 'InvalidParameter', 'Invalid parameter: Message too long'] : undefined;
}
