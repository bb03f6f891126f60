/** The notifier against a topic and a chat on loopback: what arrives, in which order, how often, and what never leaks. */

import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { unpackLogBatch } from '../../lambda/adapters/aws/log-batch.ts';
import { createTopic } from '../../lambda/adapters/aws/topic.ts';
import { readChatAddress } from '../../lambda/adapters/chat/chat-address.ts';
import { createChat } from '../../lambda/adapters/chat/chat-webhook.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createTelemetry } from '../../lambda/adapters/telemetry/telemetry.ts';
import { createDeduplicator } from '../../lambda/app/notifier/deduplicate.ts';
import { notify } from '../../lambda/app/notifier/notify.ts';
import type { NotifierPorts } from '../../lambda/app/notifier/ports.ts';
import { FlatlineError } from '../../lambda/core/invocation/error-codes.ts';
import { placeOf } from '../../lambda/views/messages/message.ts';
import type { QueuePart } from '../../lambda/views/messages/queue-part.ts';
import { logDelivery } from '../../simulator/cloud/log-subscription.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION } from '../../simulator/cloud/tables.ts';
import { startTopicEndpoint, TOPIC_ARN, type TopicEndpoint } from '../../simulator/cloud/topic-endpoint.ts';
import { type ChatEndpoint, startChatEndpoint } from '../support/chat-endpoint.ts';
import { codeLine, eventLine, FLAT, RETRYING } from './lines.ts';

const KEY = 'B0123456789abcdefSECRET';
const real = startClock();
let skippedMs = 0;
/** Waits between messages are known, not waited for. */
const clock = {
  nowMs: () => real.nowMs() + skippedMs,
  sleep: async (ms: number) => {
    skippedMs += ms;
  },
};
let topic: TopicEndpoint;
let chat: ChatEndpoint;
let sns: SNSClient;
let ports: NotifierPorts;
let printed: string[];
let queued: QueuePart[];
const pace = {};

beforeAll(async () => {
  [topic, chat] = await Promise.all([startTopicEndpoint({ clock }), startChatEndpoint(KEY)]);
  const reach = { endpoint: topic.url, region: LOOPBACK_REGION, credentials: LOOPBACK_CREDENTIALS };
  sns = new SNSClient({ ...reach, maxAttempts: 2 });
});
afterAll(() => Promise.all([topic.close(), chat.close()]));

beforeEach(() => {
  topic.faults.clear();
  printed = [];
  queued = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation(chunk => {
      printed.push(String(chunk));
      return true;
    });
  }
  const telemetry = createTelemetry({ service: 'notifier' });
  const addresses = async () => {
    const reading = readChatAddress(chat.url, 'flatline/chat');
    if (!reading.ok) throw new Error('no address');
    return reading.credentials;
  };
  ports = {
    clock,
    telemetry,
    about: { place: placeOf('flatline-production', 'production'), lockoutMs: 3_600_000 },
    wantsDailyMessage: true,
    topic: createTopic(sns, TOPIC_ARN),
    chat: createChat({ addresses, redact: telemetry.redact, delivered: new Set() }),
    queue: { send: async parts => void queued.push(...parts) },
    deduplicator: createDeduplicator(),
    pace,
    unpack: unpackLogBatch,
  };
});
afterEach(() => vi.restoreAllMocks());

const lines = (...messages: readonly string[]) =>
  logDelivery(
    'flatline-liquidator',
    messages.map((message, index) => ({ id: String(index), timestamp: 0, message })),
  );
const record = (Subject: string, Message: string) => ({
  Records: [{ eventSource: 'aws:sqs', body: JSON.stringify({ Type: 'Notification', Subject, Message }) }],
});
/** With what comes back from the queue. */
async function run(event: unknown) {
  const report = await notify(ports, event, 30_000);
  if (queued.length === 0) return report;
  const Records = queued.splice(0).map(({ body }) => ({ eventSource: 'aws:sqs', body }));
  return notify(ports, { Records }, 30_000);
}
/** Subjects that came by mail meanwhile. */
async function mailed(act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = topic.mails.length;
  await act().catch(() => undefined);
  return topic.mails.slice(before).map(({ subject }) => subject);
}
async function posted(act: () => Promise<unknown>): Promise<readonly number[]> {
  const before = chat.posts.length;
  await act().catch(() => undefined);
  return chat.posts.slice(before).map(({ status }) => status);
}

const notFlat = eventLine('liquidation_partial', RETRYING);
const flat = eventLine('liquidation_completed', { ...FLAT, attempts: 2 }, { attempt: 2 });

describe('log lines', () => {
  test('are notified in their order, each change once', async () => {
    const subjects = await mailed(async () => {
      await run(lines(notFlat, flat));
      await run(lines(notFlat, flat));
    });
    expect(subjects.map(subject => subject.split(' - ')[0])).toEqual(['NOT FLAT, RETRYING UNTIL 03:27:07 UTC', 'FLAT']);
  });

  test.each([
    ['pending', 1],
    ['missing', 1],
    ['confirmed', 0],
    ['unknown', 0],
    ['off', 0],
  ])('with daily_message = false: a watcher that is %s makes %i message', async (watcher, count) => {
    ports = { ...ports, wantsDailyMessage: false };
    const status = { bots_configured: 1, bots_watched: 1, last_tick: '2026-11-21T03:00:00.000Z' };
    const line = codeLine('INFO', 'daily_status', { ...status, watcher, watcher_region: 'eu-west-1' });
    expect(await mailed(() => run(lines(line)))).toEqual(
      Array.from({ length: count }, () => expect.stringContaining('DAILY REPORT, ACTION NEEDED')),
    );
  });

  test('never go to the chat directly: what is published comes back over the topic', async () => {
    expect(await posted(() => run(lines(notFlat)))).toEqual([]);
  });

  test('that repeat each minute are notified once: a bot that is not in the configuration', async () => {
    const fields = { code: 'BOT_UNKNOWN', heading: 'A bot is not in the configuration', bot_id: 'alpha' };
    const complaint = (second: number) =>
      codeLine('CRITICAL', 'watchdog_problem', { ...fields, timestamp: `2026-11-21T03:12:0${second}.000Z` });
    const subjects = await mailed(async () => {
      await run(lines(complaint(1)));
      await run(lines(complaint(2)));
      await run(lines(complaint(3)));
    });
    expect(subjects).toEqual(['NOT PROTECTED - alpha (production) - not in the configuration']);
  });

  test('of a locked-out account are notified once, until other positions are open', async () => {
    const minute = (count: number, positions: readonly object[]) =>
      eventLine(
        'liquidation_failed',
        { ...RETRYING, trigger: 'sentinel', remaining: { verified: true, positions, orders: 0 } },
        { correlation_id: `liq_20261121_03130${count}_abcdef` },
      );
    const [one, other] = RETRYING.remaining.positions;
    const subjects = await mailed(async () => {
      for (const line of [minute(1, [{ ...one }]), minute(2, [{ ...one }]), minute(3, [{ ...one }, { ...other }])]) {
        await run(lines(line));
      }
    });
    expect(subjects.map(subject => subject.split(' - ').at(-1))).toEqual([
      'lock-out, 1 still open',
      'lock-out, 2 still open',
    ]);
  });

  test.each([
    ['a line that was cut off', () => lines('{"level":"CRITICAL","message":"liquidation_fai')],
    ['a delivery that is not gzip', () => ({ awslogs: { data: 'bm90IGd6aXA=' } })],
    ['a delivery that is no JSON', () => ({ awslogs: { data: 'H4sIAAAAAAAAA0vOzy0oSi0uTk0BAD1y4RQKAAAA' } })],
  ])('that cannot be read are passed on: %s', async (_what, event) => {
    expect(await mailed(() => run(event()))).toEqual(['NOT UNDERSTOOD - production - log lines of a function']);
  });

  test('that cannot be read keep their secrets', async () => {
    await run(lines(`{"apiSecret":"${KEY}", "message": "cut`));
    const { text = '' } = topic.mails.at(-1) ?? {};
    expect(text).toContain('"apiSecret":"[redacted]"');
    expect(text).not.toContain(KEY);
  });

  test('with which AWS tests a subscription are ignored', async () => {
    const { gzipSync } = await import('node:zlib');
    const data = gzipSync(JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'CWL' }] }));
    expect(await mailed(() => run({ awslogs: { data: data.toString('base64') } }))).toEqual([]);
  });

  test('that cannot be published make the call throw, and only they are sent when it repeats', async () => {
    const event = lines(notFlat, flat);
    topic.faults.next({ kind: 'fail', status: 403, error: 'AuthorizationError' });
    const before = topic.mails.length;
    await expect(run(event)).rejects.toThrow('sns:Publish');
    await expect(run(event)).resolves.toMatchObject({ lines: 2, messages: 1 });
    const subjects = topic.mails.slice(before).map(({ subject }) => subject.split(' - ')[0]);
    expect(subjects).toEqual(['FLAT', 'NOT FLAT, RETRYING UNTIL 03:27:07 UTC']);
    expect(printed.join()).toContain('MESSAGE_UNDELIVERED');
  });
});

describe('a message of the topic', () => {
  test('is posted to the chat and not published again', async () => {
    const before = topic.mails.length;
    expect(await posted(() => run(record('FLAT - alpha', 'FLAT\nalpha')))).toEqual([200]);
    expect(topic.mails.length).toBe(before);
    expect(chat.posts.at(-1)?.body).toEqual({ subject: 'FLAT - alpha', text: 'FLAT - alpha\nalpha' });
  });

  test.each([
    ['is tried again when the chat is overloaded', 503, 2, [503, 503, 200]],
    ['waits as scripted', 429, 1, [429, 200]],
    ['is tried again when the chat hangs up', 0, 1, [0, 200]],
    ['is tried three times', 500, 3, [500, 500, 500]],
    ['is not tried again when the chat refuses it', 404, 1, [404]],
    ['does not follow a chat that moved', 302, 1, [302]],
  ])('%s', async (_what, status, times, statuses) => {
    chat.refuse(status, { times, headers: { 'retry-after': '1', location: 'https://example.com/' } });
    expect(await posted(() => run(record('FLAT - alpha', 'FLAT')))).toEqual(statuses);
  });

  test('that is not delivered makes the call throw, so that Lambda repeats it and the alarm is raised', async () => {
    chat.refuse(404);
    await expect(run(record('FLAT - alpha', 'FLAT'))).rejects.toThrow('The chat answered 404.');
    expect(printed.join()).toContain('"subject":"FLAT - alpha"');
  });

  test('that is itself the alarm about undelivered messages does not make the call throw', async () => {
    chat.refuse(404);
    const alarm = { AlarmName: 'flatline-production-notifier-failed', NewStateValue: 'ALARM' };
    await expect(run(record('ALARM', JSON.stringify(alarm)))).resolves.toMatchObject({ posted: 0 });
  });

  test('stays in the log when no chat is configured', async () => {
    ports = { ...ports, chat: undefined };
    await expect(run(record('FLAT - alpha', 'FLAT'))).resolves.toMatchObject({ posted: 0 });
    expect(printed.join()).toContain('no chat is configured');
  });
});

test.each([[null], [{}], ['x'], [{ Records: [{ s3: {} }] }], [{ awslogs: { data: 7 } }]])(
  'an event of another kind is refused without a message: %j',
  async event => {
    expect(await mailed(() => run(event))).toEqual([]);
    expect(printed.join()).toContain('it holds neither log lines nor messages of a queue');
  },
);

describe('T3: the chat’s address', () => {
  test.each<readonly [what: string, addFaults: () => void]>([
    ['the chat refuses', () => chat.refuse(403)],
    ['the chat repeats it in its answer', () => chat.refuse(500, { times: 3 })],
    ['the chat hangs up', () => chat.refuse(0, { times: 3 })],
    ['the chat sends it away', () => chat.refuse(302, { headers: { location: chat.url } })],
    [
      'the secret is malformed',
      () => {
        const { problems } = readChatAddress(`${chat.url}"}`, 'flatline/chat') as { problems?: readonly string[] };
        const why = problems?.join(' ') ?? readChatAddress(`{${chat.url}`, 'flatline/chat');
        const addresses = async () => {
          throw new FlatlineError('SECRET_MALFORMED', JSON.stringify(why));
        };
        ports = { ...ports, chat: createChat({ addresses, redact: ports.telemetry.redact, delivered: new Set() }) };
      },
    ],
    [
      'an error of the network contains it',
      () => {
        const broken = Object.assign(new TypeError(`cannot post to ${chat.url}`), { cause: { url: chat.url } });
        vi.spyOn(globalThis, 'fetch').mockRejectedValue(broken);
      },
    ],
  ])('is in no output when %s', async (_what, addFaults) => {
    addFaults();
    const error = await run(record('FLAT - alpha', 'FLAT')).catch((caught: unknown) => caught);
    const output = [...printed, String(error), JSON.stringify(error), error instanceof Error ? error.stack : ''].join();
    expect(output).toContain('MESSAGE_UNDELIVERED');
    expect(output).not.toContain(KEY);
    expect(output).not.toContain(chat.url);
  });

  test('is redacted even when a message contains it', async () => {
    await run(record(`FLAT ${chat.url}`, 'FLAT'));
    expect(printed.join()).not.toContain(KEY);
  });
});
