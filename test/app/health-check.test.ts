/** What the daily message and the alarms are made of: the worst counts, and what is not there is reported. */

import { describe, expect, test } from 'vitest';
import { healthCheck } from '../../lambda/app/health/health-check.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { effectiveSettings } from '../../lambda/core/config/effective-settings.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { Subscription, Subscriptions } from '../../lambda/views/messages/channels.ts';
import { dailyMessage } from '../../lambda/views/messages/daily-message.ts';
import { compose, placeOf } from '../../lambda/views/messages/message.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import { beat } from '../support/bot-actions.ts';

const NOW = Date.UTC(2026, 10, 29, 6, 35);
const HOUR = 3_600_000;
const MAIL = 'ops@example.com';
const mail = (changes: Partial<Subscription> = {}): Subscription => ({
  ...{ protocol: 'email', endpoint: MAIL, isConfirmed: true, isAuthenticated: true },
  ...changes,
});
/** That of the stack's own chat, which nobody has to confirm. */
const CHAT: Subscription = {
  ...{ protocol: 'sqs', endpoint: 'arn:aws:sqs:ap-northeast-1:111122223333:chat' },
  ...{ isConfirmed: true, isAuthenticated: undefined },
};

interface Day {
  readonly email?: string;
  readonly subscribed?: readonly Subscription[];
  readonly tickedAtMs?: number;
  /** When the last self-test of each passed. */
  readonly testedAtMs?: Readonly<Record<string, number>>;
  readonly beating?: readonly string[];
  /** Who is subscribed to the watcher's topic; undefined: there is no watcher. */
  readonly watcher?: Subscriptions['list'];
}

/** The daily check of a stack with the bots alpha and beta: its metrics, and the lines of the message. */
async function daily({
  email,
  subscribed = [mail()],
  tickedAtMs = NOW - 20_000,
  testedAtMs = { alpha: NOW - HOUR, beta: NOW - HOUR },
  beating = ['alpha', 'beta'],
  watcher,
}: Day) {
  const settings = {
    ...SAFE_DEFAULTS,
    bots: ['alpha', 'beta'].map(defaultBot),
    alerts: email === undefined ? {} : { email },
  };
  const config = effectiveSettings({ configText: toJson(settings), disabledText: undefined });
  const clock = { nowMs: () => NOW, sleep: async () => undefined };
  const bots = createMemoryBotStore(clock);
  const stores = createMemoryStores({ clock });
  bots.edit(WATCHDOG_ROW, { ticked_at_ms: tickedAtMs });
  for (const botId of beating) {
    const times = defaultBot(botId);
    await beat(bots, { botId, atMs: NOW - 5_000, count: 1, by: 'bot', times, arms: true }, 1_000);
  }
  for (const [botId, finishedAtMs] of Object.entries(testedAtMs)) {
    const note = { botId, correlationId: 'liq_20261129_060000_abcdef', headline: 'READY', failedChecks: [] } as const;
    await stores.lock.notePreflight({ ...note, finishedAtMs }, 1_000);
  }
  const metrics = new Map<string, number>();
  let fields: Readonly<Record<string, unknown>> = {};
  const telemetry = {
    log: (_level: string, _message: string, of: Readonly<Record<string, unknown>> = {}) => {
      if (of.event === 'daily_status') fields = of;
    },
    metric: (name: string, value: number) => void metrics.set(name, value),
    ...{ redact: () => undefined, flush: () => undefined },
  };
  const ports = {
    ...{ clock, telemetry, bots, runs: stores.lock.runs, subscriptions: { list: async () => subscribed } },
    watcher: watcher && { region: 'eu-west-1', subscriptions: { list: watcher } },
  };
  await healthCheck(ports, config, { action: 'daily' });
  const line = { level: 'INFO', fields, atMs: NOW, event: 'daily_status' } as never;
  const place = placeOf('flatline-production', 'production');
  const message = compose(dailyMessage(line, { place, lockoutMs: 0 }), place);
  return { metrics, ...message };
}

test('the health check reports only that flatline is running when all is well', async () => {
  const { subject, text, metrics } = await daily({ email: MAIL });
  expect(subject).toBe('DAILY REPORT, ALL WELL - production - 2 of 2 bots watched');
  expect(text).not.toMatch(/[A-Z]{4,} [A-Z]{2,} [A-Z]{4,}/);
  expect(text).not.toContain('\nDO\n');
  expect(metrics.get('ConfirmedSubscriptions')).toBe(1);
});

test('a report with a problem has the commands that look into it', async () => {
  const { text } = await daily({ email: MAIL, testedAtMs: { alpha: NOW - HOUR } });
  expect(text).toContain('NO PREFLIGHT HAS PASSED FOR A DAY: beta.');
  expect(text).toContain('DO\n1. Check the state: flatline status\n2. Test again: flatline preflight\n');
});

describe('W12: whether messages reach people', () => {
  test.each([
    ['the mail is gone, and the stack’s own chat queue is confirmed', { email: MAIL, subscribed: [CHAT] }, 'GONE'],
    [
      'the mail is gone, and somebody else is subscribed',
      { email: MAIL, subscribed: [mail({ endpoint: 'x@y.z' })] },
      'GONE',
    ],
    [
      'the mail is not confirmed, and the chat’s queue is',
      { email: MAIL, subscribed: [CHAT, mail({ isConfirmed: false })] },
      'PENDING',
    ],
  ] as const)('%s: the alarm is raised, and the daily message names it', async (_what, day, kind) => {
    const { metrics, subject, text } = await daily(day);
    expect(metrics.get('ConfirmedSubscriptions')).toBe(0);
    expect(subject).toContain('ACTION NEEDED');
    expect(text).toContain(
      kind === 'GONE'
        ? 'THE MAIL ADDRESS OF THE CONFIGURATION IS NOT SUBSCRIBED'
        : '1 subscription to the alerts not confirmed',
    );
  });

  test('without a mail address any confirmed subscriber counts', async () => {
    const { metrics, subject } = await daily({ subscribed: [CHAT] });
    expect([metrics.get('ConfirmedSubscriptions'), subject]).toEqual([1, expect.not.stringContaining('ACTION')]);
  });

  test('an address is the same in capitals', async () => {
    expect((await daily({ email: 'Ops@Example.com' })).metrics.get('ConfirmedSubscriptions')).toBe(1);
  });
});

describe('W12: the watcher in another region, asked while this one lives', () => {
  const watchers: readonly (readonly [string, Subscriptions['list'], string])[] = [
    ['is not confirmed', async () => [mail({ isConfirmed: false })], 'is not confirmed'],
    ['was deleted by SNS, because nobody confirmed it', async () => [], 'IS NOT SUBSCRIBED TO IT'],
    ['is that of the address before', async () => [mail({ endpoint: 'old@example.com' })], 'IS NOT SUBSCRIBED TO IT'],
    ['is nowhere: the stack was never deployed', async () => undefined, 'THE WATCHER IN eu-west-1 IS NOT DEPLOYED'],
    [
      'cannot be asked for: that region is down',
      async () => {
        throw new Error('getaddrinfo ENOTFOUND');
      },
      'could not be checked',
    ],
  ];
  test.each(watchers)(
    'its mail subscription %s: the daily message says so, and is sent',
    async (_what, watcher, words) => {
      const { subject, text, metrics } = await daily({ email: MAIL, watcher });
      expect(subject).toContain('ACTION NEEDED');
      expect(text.toLowerCase()).toContain(words.toLowerCase());
      expect(text).toContain('eu-west-1');
      // The alarm `nobody-subscribed` is about this region's own topic.
      expect(metrics.get('ConfirmedSubscriptions')).toBe(1);
    },
  );

  test('a confirmed one is not mentioned', async () => {
    const { subject, text } = await daily({ email: MAIL, watcher: async () => [mail()] });
    expect(subject).toContain('ALL WELL');
    expect(text).not.toMatch(/watcher/i);
  });
});

describe('W11: the health check reports the worst, not what still works', () => {
  test('a watchdog that does not run is reported, although all bots send heartbeats', async () => {
    const { subject, text } = await daily({ tickedAtMs: NOW - 23 * HOUR });
    expect(subject).toContain('ACTION NEEDED');
    expect(text).toContain('THE WATCHDOG HAS NOT RUN since 2026-11-28 07:35:00 UTC');
  });

  test('a preflight that passed two days ago and has not run since is reported by name', async () => {
    const { subject, text } = await daily({ testedAtMs: { alpha: NOW - HOUR, beta: NOW - 48 * HOUR } });
    expect(subject).toContain('ACTION NEEDED');
    expect(text).toContain('NO PREFLIGHT HAS PASSED FOR A DAY: beta.');
  });

  test('a bot that has never sent a heartbeat is reported by name', async () => {
    const { subject, text } = await daily({ beating: ['alpha'] });
    expect(subject).toContain('1 of 2 bots watched');
    expect(text).toContain('Not watched: beta.');
  });
});
