/**
 * The notifier with any event, any delivery of the log and any message of the topic: it ends, sends text that executes
 * nothing, drops nothing that must be sent, and logs no unexpected error.
 */

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unpackLogBatch } from '../../lambda/adapters/aws/log-batch.ts';
import { createDeduplicator } from '../../lambda/app/notifier/deduplicate.ts';
import { notify } from '../../lambda/app/notifier/notify.ts';
import { type EventCode, NOTIFIED_RECORDS } from '../../lambda/events.ts';
import type { ChatMessage } from '../../lambda/views/messages/alarm-message.ts';
import { type Message, placeOf } from '../../lambda/views/messages/message.ts';
import type { QueuePart } from '../../lambda/views/messages/queue-part.ts';
import { tries } from '../faults/extent.ts';
import { AT, eventLine, FLAT, RETRYING } from '../messages/lines.ts';
import { edited, nastyJson, nastyText, randomEdit } from './hostile-values.ts';

const RUNS = tries(40);

function notifierRig() {
  const mails: Message[] = [];
  const posts: ChatMessage[] = [];
  const queued: QueuePart[] = [];
  const logs: { readonly level: string; readonly message: string; readonly fields: unknown }[] = [];
  const world = {
    clock: { nowMs: () => Date.UTC(2026, 10, 21, 3, 13), sleep: async () => undefined },
    telemetry: {
      log: (level: string, message: string, fields: unknown) => void logs.push({ level, message, fields }),
      ...{ metric: () => undefined, redact: () => undefined, flush: () => undefined },
    },
    about: { place: placeOf('flatline-production', 'production'), lockoutMs: 3_600_000 },
    wantsDailyMessage: true,
    topic: { publish: async (message: Message) => void mails.push(message) },
    chat: {
      post: async (message: ChatMessage) => {
        posts.push(message);
        return { kind: 'delivered' as const };
      },
    },
    deduplicator: createDeduplicator(),
    pace: {},
    queue: { send: async (parts: readonly QueuePart[]) => void queued.push(...parts) },
    unpack: unpackLogBatch,
  };
  const run = async (event: unknown) => {
    const first = await notify(world, event, 30_000);
    if (queued.length === 0) return first;
    const Records = queued.splice(0).map(({ body }) => ({ eventSource: 'aws:sqs', body }));
    return notify(world, { Records }, 30_000);
  };
  return { mails, posts, logs, run };
}

function expectHarmless(texts: readonly string[]): void {
  for (const text of texts) expect([text, /(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u.test(text)]).toEqual([text, false]);
}

const packed = (batch: unknown): object => ({
  awslogs: { data: gzipSync(JSON.stringify(batch) ?? '').toString('base64') },
});
const edits = fc.array(randomEdit, { minLength: 1, maxLength: 3 });

/** Every code that has a notification, and lines without one. */
const CODES: readonly EventCode[] = [
  ...NOTIFIED_RECORDS,
  ...(['bot_recovered', 'event_refused', 'liquidator_failed', 'watchdog_problem', 'preflight_not_ready'] as const),
  ...(['preflight_recovered', 'configuration_invalid', 'deployment_incomplete', 'detail'] as const),
];
const LINES = [...CODES, 'A bug'].flatMap(event =>
  [FLAT, RETRYING, { by: 'ops', reason: 'x', at: AT, dead_at: AT, deadline: AT, last_beat: AT, cause: 'failure' }].map(
    data => ({
      ...(JSON.parse(eventLine(event, data)) as object),
      event,
      ...{
        level: 'CRITICAL',
        problems: ['p'],
        request_id: 'r',
        checks: [{ name: 'n', status: 'failed', detail: 'd' }],
      },
    }),
  ),
);
const line = fc.oneof(
  nastyText,
  nastyJson.map(json => JSON.stringify(json) ?? ''),
  fc.tuple(fc.constantFrom(...LINES), edits).map(([ours, all]) => JSON.stringify(all.reduce(edited, ours)) ?? ''),
);

it('the notifier ends for every event', async () => {
  const delivery = {
    messageType: 'DATA_MESSAGE',
    logEvents: [{ id: '1', timestamp: 0, message: eventLine('bot_dead', {}) }],
  };
  const record = {
    Records: [
      {
        eventSource: 'aws:sqs',
        body: JSON.stringify({
          Type: 'Notification',
          Subject: 'x',
          Message: '{"AlarmName":"a","NewStateValue":"ALARM"}',
        }),
      },
    ],
  };
  const event = fc.oneof(
    nastyJson,
    edits.map(all => all.reduce(edited, record as unknown)),
    edits.map(all => packed(all.reduce(edited, delivery as unknown))),
    edits.map(all => all.reduce(edited, packed(delivery) as unknown)),
  );
  await fc.assert(
    fc.asyncProperty(event, async raw => {
      const { run, logs, mails, posts } = notifierRig();
      const { messages, posted } = await run(raw);
      expect([messages, posted]).toEqual([mails.length, posts.length]);
      expect(logs.filter(({ message }) => message.includes('bug'))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

it('for every line of the log, a notification results, or there is none to send', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 3 }), async lines => {
      const { run, mails, logs } = notifierRig();
      const logEvents = lines.map((message, index) => ({ id: `${index}`, timestamp: 0, message }));
      const report = await run(packed({ messageType: 'DATA_MESSAGE', logEvents }));
      expect(report.lines).toBe(lines.length);
      sent += report.messages;
      expect(logs.filter(({ message }) => message.includes('bug'))).toEqual([]);
      for (const { subject, text } of mails) {
        // Amazon SNS, "Publish": ASCII, fewer than 100 characters, and none of control.
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(text.length).toBeLessThan(20_000);
      }
      expectHarmless(mails.map(({ text }) => text));
    }),
    { numRuns: RUNS },
  );
  expect(sent).toBeGreaterThan(RUNS / 2);
});

it('for every message of the topic, it is passed on', async () => {
  const alarm = {
    AlarmName: 'a',
    NewStateValue: 'ALARM',
    AlarmDescription: 'd',
    StateChangeTime: '2026-11-21T03:12:00.000+0000',
  };
  const message = fc.oneof(
    nastyText,
    nastyJson.map(json => JSON.stringify(json) ?? ''),
    edits.map(all => JSON.stringify(all.reduce(edited, alarm as unknown)) ?? ''),
  );
  await fc.assert(
    fc.asyncProperty(nastyText, message, async (Subject, Message) => {
      const { run, posts } = notifierRig();
      expect(
        await run({
          Records: [{ eventSource: 'aws:sqs', body: JSON.stringify({ Type: 'Notification', Subject, Message }) }],
        }),
      ).toMatchObject({
        posted: 1,
      });
      expectHarmless(posts.map(({ subject }) => subject));
    }),
    { numRuns: RUNS },
  );
});
