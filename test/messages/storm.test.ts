/**
 * W1: many things happen in the same second. SNS switches a mail subscription off above ten messages a second, so what
 * happens together is one message, at most one a second goes out, every bot is named and nothing is lost.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unpackLogBatch } from '../../lambda/adapters/aws/log-batch.ts';
import { createDeduplicator } from '../../lambda/app/notifier/deduplicate.ts';
import { notify } from '../../lambda/app/notifier/notify.ts';
import type { NotifierPorts } from '../../lambda/app/notifier/ports.ts';
import { placeOf } from '../../lambda/views/messages/message.ts';
import { logDelivery } from '../../simulator/cloud/log-subscription.ts';
import { createMailBox } from '../../simulator/cloud/mail-box.ts';
import { openQueue } from '../../simulator/cloud/queue.ts';
import { createVirtualClock } from '../adapters/binance/virtual-clock.ts';
import { codeLine, eventLine, FLAT, RETRYING } from './lines.ts';

const START_MS = Date.UTC(2026, 10, 21, 3, 12);
const QUEUE = { isFifo: true, visibilityMs: 60_000, receivesMax: 15 };
const TIMEOUT_MS = 30_000;

interface Delivery {
  readonly atMs: number;
  readonly lines: readonly string[];
}

/** Plays deliveries of log lines through notifier, queue, notifier, topic and mail box. */
async function storm(deliveries: readonly Delivery[], options: { readonly failedPublishes?: number } = {}) {
  const clock = createVirtualClock(START_MS);
  const closing = new AbortController();
  const queue = openQueue('q', QUEUE, clock, closing.signal);
  const mailBox = createMailBox(clock);
  let failuresLeft = options.failedPublishes ?? 0;
  const ports: NotifierPorts = {
    clock,
    telemetry: { log: () => undefined, metric: () => undefined, redact: () => undefined, flush: () => undefined },
    about: { place: placeOf('flatline-production', 'production'), lockoutMs: 3_600_000 },
    wantsDailyMessage: true,
    queue: {
      send: async parts => {
        await clock.sleep(20);
        for (const { id, body } of parts) queue.put(body, id);
      },
    },
    topic: {
      publish: async ({ subject, text }) => {
        await clock.sleep(50);
        failuresLeft -= 1;
        if (failuresLeft >= 0) throw new Error('InternalError');
        mailBox.deliver(subject, text);
      },
    },
    chat: undefined,
    deduplicator: createDeduplicator(),
    pace: {},
    unpack: unpackLogBatch,
  };
  queue.map({
    batchSize: 10,
    concurrencyMax: 2,
    invoke: async event => {
      try {
        await notify(ports, event, TIMEOUT_MS);
        return true;
      } catch {
        return false;
      }
    },
  });
  let lastId = 0;
  await Promise.all(
    deliveries.map(async ({ atMs, lines }) => {
      await clock.sleep(atMs);
      const events = lines.map(message => {
        lastId += 1;
        return { id: String(lastId), timestamp: 0, message };
      });
      await notify(ports, logDelivery('flatline-watchdog', events), TIMEOUT_MS);
    }),
  );
  for (let work = [...queue.working]; work.length > 0; work = [...queue.working]) await Promise.all(work);
  return { mails: mailBox.mails, isConfirmed: mailBox.isConfirmed, deadLetters: queue.deadLetters };
}

const botName = (index: number): string => `bot-${String(index).padStart(4, '0')}`;
const late = (bot_id: string): string =>
  eventLine(
    'bot_late',
    { silent_since: '2026-11-21T03:10:00.000000Z', dead_at: '2026-11-21T03:12:00.000000Z', late_after_ms: 30_000 },
    { bot_id, correlation_id: `liq_20261121_031200_${bot_id.slice(-4)}abcd` },
  );

const namesIn = (mails: readonly { readonly text: string }[]): readonly string[] =>
  [...new Set(mails.flatMap(({ text }) => text.match(/bot-\d{4}/g) ?? []))].toSorted();
const gapsOf = (mails: readonly { readonly atMs: number }[]): readonly number[] =>
  mails.slice(1).map(({ atMs }, index) => atMs - (mails[index]?.atMs ?? 0));
const bots = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => botName(index));

describe('bots that turn late in one second', () => {
  test.each([12, 30, 200, 1_000])(
    '%i of them, in one delivery, are named in as few messages as hold them',
    async count => {
      const { mails, isConfirmed } = await storm([{ atMs: 0, lines: bots(count).map(late) }]);
      expect(mails.length).toBe(Math.ceil(count / 300));
      expect(mails[0]?.subject).toMatch(/^\d+ bots LATE( \(part 1 of 2\))? - production: bot-0000, bot-0001/);
      expect(namesIn(mails)).toEqual(bots(count));
      expect(isConfirmed).toBe(true);
    },
  );

  test.each([12, 30, 200])('%i of them, in a delivery each, are named in a few messages, one a second', async count => {
    const deliveries = bots(count).map((bot, index) => ({ atMs: (index * 1_000) / count, lines: [late(bot)] }));
    const { mails, isConfirmed } = await storm(deliveries);
    expect(namesIn(mails)).toEqual(bots(count));
    expect(Math.min(...gapsOf(mails), 1_000)).toBeGreaterThanOrEqual(1_000);
    expect(mails.length).toBeLessThanOrEqual(2 + Math.ceil(count / 10));
    expect(isConfirmed).toBe(true);
  });

  test('are all named after SNS works again', async () => {
    const { mails } = await storm([{ atMs: 0, lines: bots(200).map(late) }], { failedPublishes: 3 });
    expect(namesIn(mails)).toEqual(bots(200));
  });
});

test('one late bot has its own message, with what to do', async () => {
  const { mails } = await storm([{ atMs: 0, lines: [late('bot-0001')] }]);
  expect(mails.map(({ subject }) => subject)).toEqual([
    'LATE - bot-0001 (production) - liquidated at 03:12:00 UTC unless it reports',
  ]);
});

test('several liquidations of which one saw none of its symbols are not titled FLAT', async () => {
  const typo = { ...FLAT, headline: 'NOTHING SEEN IN BTCUSD', symbols: ['BTCUSD'], positions_closed: 0 };
  const lines = bots(2).map((bot_id, index) =>
    eventLine('liquidation_completed', index === 0 ? FLAT : typo, {
      bot_id,
      correlation_id: `liq_20261121_031200_00000${index}`,
    }),
  );
  const { mails } = await storm([{ atMs: 0, lines }]);
  expect(mails.map(({ subject }) => subject)).toEqual([
    '2 bots FLAT, OR WITH SYMBOLS THAT WERE NOT SEEN - production: bot-0000, bot-0001',
  ]);
});

test('a delivery that AWS repeats gives one message', async () => {
  const lines = bots(30).map(late);
  const { mails } = await storm([
    { atMs: 0, lines },
    { atMs: 5_000, lines },
  ]);
  expect(mails).toHaveLength(1);
});

test('more than four kinds at once become one list that names every bot', async () => {
  const of = (bot_id: string) => ({ bot_id, correlation_id: `liq_20261121_031200_${bot_id.slice(-4)}abcd` });
  const lines = [
    ...bots(40).flatMap(bot => [late(bot), eventLine('bot_dead', { cause: 'silence' }, of(bot))]),
    ...bots(39).map(bot => eventLine('liquidation_completed', { ...FLAT, trigger: 'watchdog' }, of(bot))),
    eventLine('liquidation_partial', { ...RETRYING, trigger: 'watchdog' }, of(botName(39))),
    codeLine('CRITICAL', 'watchdog_problem', { code: 'INVOKE_FAILED', heading: 'h', bot_id: botName(7) }),
  ];
  const { mails } = await storm([{ atMs: 0, lines }]);
  expect(mails.map(({ subject }) => subject.slice(0, 60))).toEqual([
    '121 EVENTS: 40 bots LATE, 40 bots DEAD: LIQUIDATING, 39 bots',
  ]);
  expect(mails[0]?.text).toContain('bot-0039: NOT FLAT, RETRYING UNTIL 03:27:07 UTC - watchdog, 2 still open');
  expect(mails[0]?.text).toContain('bot-0007: NOT LIQUIDATED YET - the AWS call failed');
});

test('however lines are cut into deliveries, and however often SNS fails, all are named, never two messages in a second', async () => {
  const plan = fc.array(
    fc.record({ atMs: fc.integer({ min: 0, max: 3_000 }), count: fc.integer({ min: 1, max: 40 }) }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(plan, fc.integer({ min: 0, max: 4 }), async (parts, failedPublishes) => {
      let next = 0;
      const deliveries = parts.map(({ atMs, count }) => {
        const names = Array.from({ length: count }, (_, index) => botName(next + index));
        next += count;
        return { atMs, lines: names.map(late) };
      });
      const { mails, isConfirmed, deadLetters } = await storm(deliveries, { failedPublishes });
      expect(namesIn(mails)).toEqual(bots(next));
      expect(Math.min(...gapsOf(mails), 1_000)).toBeGreaterThanOrEqual(1_000);
      expect([isConfirmed, deadLetters]).toEqual([true, []]);
    }),
    { numRuns: 60 },
  );
});

test('the simulator disables a mail subscription after the eleventh message in a second', () => {
  const clock = createVirtualClock(START_MS);
  const box = createMailBox(clock);
  for (let count = 0; count < 10; count += 1) box.deliver('s', 't');
  expect([box.isConfirmed, box.mails.length]).toEqual([true, 10]);
  box.deliver('s', 't');
  expect([box.isConfirmed, box.mails.length]).toEqual([false, 10]);
});
