/** Alert targets beside the chats: several at once, and PagerDuty's and Opsgenie's own events at any HTTPS endpoint. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerMessages } from '../../bin/commands/messages.ts';
import { createCli } from '../../bin/terminal/cli.ts';
import { buildProgram, runProgram } from '../../bin/terminal/program.ts';
import { readChatAddress, secretsIn } from '../../lambda/adapters/chat/chat-address.ts';
import { createChat } from '../../lambda/adapters/chat/chat-webhook.ts';
import { targetRequests } from '../../lambda/adapters/chat/target-requests.ts';
import { NOTIFIED_RECORDS } from '../../lambda/events.ts';
import { alarmMessage } from '../../lambda/views/messages/alarm-message.ts';
import { incidentsOf, readIncidents } from '../../lambda/views/messages/incidents.ts';
import { readLogLine } from '../../lambda/views/messages/log-line.ts';
import { placeOf } from '../../lambda/views/messages/message.ts';
import type { Notification } from '../../lambda/views/messages/notification.ts';
import { notificationOf } from '../../lambda/views/messages/notification-of.ts';
import { ALARMS } from '../../lib/alarm-list.ts';
import { readDocument } from '../docs/markdown.ts';
import { codeLine, eventLine, FLAT, RETRYING } from './lines.ts';

const KEY = 'R0UTINGKEYs3cr3t0123456789abcdef';
const about = { place: placeOf('flatline-production', 'production'), lockoutMs: 3_600_000 };

function notified(line: string): Notification {
  const read = readLogLine(line);
  const notification = read && notificationOf(read, about);
  if (notification === undefined) throw new Error('There is no notification for this line.');
  return notification;
}
const sns = (line: string, MessageId = 'm-1') => {
  const notification = notified(line);
  const { subject, text } = notification.message;
  const Value = JSON.stringify(incidentsOf([notification], subject));
  const MessageAttributes = { incidents: { Type: 'String', Value } };
  return {
    MessageId,
    TopicArn: 'arn:aws:sns:x:1:flatline-production-alerts',
    Subject: subject,
    Message: text,
    MessageAttributes,
  };
};
const late = eventLine('bot_late', {
  silent_since: '2026-11-21T03:10:00Z',
  dead_at: '2026-11-21T03:12:00Z',
  late_after_ms: 30_000,
});
const dead = eventLine('bot_dead', { cause: 'silence', last_beat: '2026-11-21T03:10:00Z', reason: 'silent' });
const back = codeLine('INFO', 'bot_recovered', { bot_id: 'alpha', last_beat: '2026-11-21T03:11:00Z' });
const change = { by: 'ada', reason: 'on it', at: '2026-11-21T03:11:00Z' };

describe('a secret with targets', () => {
  const addressesIn = (text: string) => {
    const reading = readChatAddress(text, 'flatline/chat');
    return reading.ok ? reading.credentials : reading.problems;
  };

  test.each([
    ['PagerDuty', `{"url": "https://events.pagerduty.com/v2/enqueue", "key": "${KEY}"}`, 'pagerduty'],
    ['PagerDuty in Europe', `{"url": "https://events.eu.pagerduty.com/v2/enqueue", "key": "${KEY}"}`, 'pagerduty'],
    ['Opsgenie', `{"url": "https://api.opsgenie.com/v2/alerts", "key": "${KEY}"}`, 'opsgenie'],
    [
      'any endpoint that takes PagerDuty’s format',
      `{"url": "https://a.example.com/in", "format": "pagerduty", "key": "${KEY}"}`,
      'pagerduty',
    ],
    ['any endpoint', `{"url": "https://a.example.com/in", "headers": {"X-Token": "s3cr3tT0ken"}}`, 'other'],
  ])('names %s', (_what, text, kind) => {
    expect(addressesIn(text)).toMatchObject([{ kind }]);
  });

  test('may list several chats and incident tools', () => {
    const text = JSON.stringify([
      'https://hooks.slack.com/services/T/B/k3y',
      { url: 'https://api.opsgenie.com/v2/alerts', key: KEY },
    ]);
    expect(addressesIn(text)).toMatchObject([{ kind: 'slack' }, { kind: 'opsgenie', key: KEY }]);
  });

  test.each([
    ['without its key', '{"url": "https://events.pagerduty.com/v2/enqueue"}', 'key is missing'],
    [
      'of a format that there is not',
      `{"url": "https://s3cr3t.example.com/", "format": "pager"}`,
      'format must be one of',
    ],
    [
      'with headers that are none',
      '{"url": "https://a.example.com/", "headers": {"a b": "s3cr3t"}}',
      'headers must be',
    ],
    ['of which the second is wrong', '["https://a.example.com/", "ftp://s3cr3t.example.com/"]', 'number 2 of its list'],
    ['that is empty', '[]', 'a list of 0'],
    ['of too many', JSON.stringify(Array(11).fill('https://a.example.com/')), 'a list of 11'],
  ])('%s is refused, and no part of it is repeated', (_what, text, problem) => {
    const problems = addressesIn(text);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(JSON.stringify(problems)).not.toContain('s3cr3t');
  });

  test('hides keys and headers', () => {
    const [address] = addressesIn(
      `{"url": "https://a.example.com/", "format": "opsgenie", "key": "${KEY}", "headers": {"X-Token": "s3cr3tT0ken"}}`,
    );
    expect(secretsIn(address as never)).toEqual(expect.arrayContaining([KEY, 's3cr3tT0ken']));
  });
});

describe('an incident', () => {
  const events = (...lines: readonly string[]) =>
    incidentsOf(lines.map(notified), 'subject').map(({ key, action, severity }) => `${action} ${key} ${severity}`);

  test.each([
    ['a late bot opens one', late, ['trigger watch alpha warning']],
    ['a bot that reports again closes it', back, ['resolve watch alpha warning']],
    ['a dead one opens that of its account', dead, ['trigger account alpha critical', 'resolve watch alpha warning']],
    [
      'an account that is not flat opens it',
      eventLine('liquidation_partial', RETRYING),
      ['trigger account alpha critical'],
    ],
    ['FLAT closes it', eventLine('liquidation_completed', FLAT), ['resolve account alpha warning']],
    [
      'FLAT of named symbols closes none: the account may still be open',
      eventLine('liquidation_completed', { ...FLAT, headline: 'FLAT (ONLY BTCUSDT)', symbols: ['BTCUSDT'] }),
      [],
    ],
    [
      'symbols that were not seen close none',
      eventLine('liquidation_completed', { ...FLAT, headline: 'NOTHING SEEN IN BTCUSD', symbols: ['BTCUSD'] }),
      [],
    ],
    [
      'named symbols that are not flat open that of the account',
      eventLine('liquidation_partial', { ...RETRYING, symbols: ['BTCUSDT'] }),
      ['trigger account alpha critical'],
    ],
    ['a drill opens none', eventLine('liquidation_completed', { ...FLAT, trigger: 'drill' }), []],
    [
      'somebody who acknowledges does so for all of the bot',
      eventLine('bot_acknowledged', change),
      ['acknowledge account alpha warning', 'acknowledge watch alpha warning', 'acknowledge readiness alpha warning'],
    ],
    [
      'a planned snooze asks nothing of anybody',
      eventLine('bot_snooze_planned', { ...change, every: 'Sun 02:00 UTC', for_ms: 7_200_000 }),
      [],
    ],
  ])('%s', (_what, line, expected) => {
    expect(events(line)).toEqual(expected);
  });

  test('is one of its own for up to fifty at once; more are combined into one', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => eventLine('bot_late', {}, { bot_id: `b${index}` }));
    expect(events(...many(50))).toHaveLength(50);
    expect(events(...many(51))).toEqual(['trigger together subject error']);
  });

  test('is read from the attribute of its message, without invalid entries', () => {
    const [good] = incidentsOf([notified(late)], 'subject');
    expect(readIncidents(JSON.stringify([good, { key: 'x', action: 'explode' }, 7]))).toEqual([good]);
    expect(readIncidents('{')).toBeUndefined();
  });
});

describe('a message', () => {
  const pagerduty = {
    kind: 'pagerduty',
    url: 'https://events.pagerduty.com/v2/enqueue',
    chatId: undefined,
    key: KEY,
    headers: {},
  } as const;
  const opsgenie = { ...pagerduty, kind: 'opsgenie', url: 'https://api.opsgenie.com/v2/alerts' } as const;

  test('to PagerDuty is an event of its Events API v2', () => {
    const [request] = targetRequests(pagerduty, alarmMessage(sns(late)));
    expect(request).toMatchObject({
      url: pagerduty.url,
      body: {
        ...{ routing_key: KEY, event_action: 'trigger', dedup_key: 'watch alpha' },
        payload: {
          summary: expect.stringMatching(/^LATE - alpha/),
          source: 'flatline-production-alerts',
          severity: 'warning',
        },
      },
    });
  });

  test('to Opsgenie opens, acknowledges and closes by alias', () => {
    const sent = (line: string) => targetRequests(opsgenie, alarmMessage(sns(line)));
    expect(sent(dead)[0]).toMatchObject({
      ...{ url: opsgenie.url, headers: { authorization: `GenieKey ${KEY}` } },
      body: { alias: 'account alpha', priority: 'P1', message: expect.stringMatching(/^SILENT: LIQUIDATING/) },
    });
    expect(sent(eventLine('liquidation_completed', FLAT))[0]?.url).toBe(
      `${opsgenie.url}/account%20alpha/close?identifierType=alias`,
    );
    expect(sent(eventLine('bot_acknowledged', change))[1]?.url).toBe(
      `${opsgenie.url}/watch%20alpha/acknowledge?identifierType=alias`,
    );
  });

  test('of an alarm opens one incident for each alarm', () => {
    const alarm = { AlarmName: 'flatline-production-bot-dead', NewStateValue: 'ALARM', AlarmDescription: 'x' };
    const [request] = targetRequests(pagerduty, alarmMessage({ MessageId: 'a', Message: JSON.stringify(alarm) }));
    expect(request?.body).toMatchObject({ dedup_key: 'alarm flatline-production-bot-dead', event_action: 'trigger' });
  });
});

describe('several targets', () => {
  const posts: { path: string; body: Record<string, unknown> }[] = [];
  const refusals = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const status = refusals.get(path) ?? 202;
      if (status === 202) posts.push({ path, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(status).end();
    });
  });
  let base = '';
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    posts.length = 0;
    refusals.clear();
  });
  afterAll(() => new Promise(resolve => server.close(resolve)));

  const chatOf = (delivered = new Set<string>()) => {
    const list = [`${base}/chat`, { url: `${base}/pager`, format: 'pagerduty', key: KEY }];
    const reading = readChatAddress(JSON.stringify(list), 'flatline/chat');
    const addresses = async () => (reading.ok ? reading.credentials : []);
    return createChat({ addresses, redact: () => undefined, delivered });
  };

  test('get each message', async () => {
    expect(await chatOf().post(alarmMessage(sns(late)), 5_000)).toEqual({ kind: 'delivered' });
    expect(posts.map(({ path }) => path).toSorted()).toEqual(['/chat', '/pager']);
  });

  test('of which one refuses: the message is sent again to that target only', async () => {
    const delivered = new Set<string>();
    refusals.set('/pager', 500);
    expect(await chatOf(delivered).post(alarmMessage(sns(late)), 5_000)).toMatchObject({
      ...{ kind: 'failed', again: true, why: 'PagerDuty answered 500.' },
    });
    refusals.clear();
    expect(await chatOf(delivered).post(alarmMessage(sns(late)), 5_000)).toEqual({ kind: 'delivered' });
    expect(posts.map(({ path }) => path)).toEqual(['/chat', '/pager']);
  });

  test('that open no incident for it get nothing', async () => {
    const planned = eventLine('bot_snooze_planned', { ...change, every: null });
    await chatOf().post(alarmMessage(sns(planned)), 5_000);
    expect(posts.map(({ path }) => path)).toEqual(['/chat']);
  });
});

describe('flatline messages --sample', () => {
  async function shown(...args: readonly string[]) {
    const [stdin, stdout, stderr] = [1, 2, 3].map(() => new PassThrough({ highWaterMark: 2 ** 24 })) as [
      PassThrough,
      PassThrough,
      PassThrough,
    ];
    const cli = createCli({ stdin, stdout, stderr, env: {} } as unknown as Parameters<typeof createCli>[0]);
    const code = await runProgram(buildProgram([registerMessages], cli), cli, ['messages', ...args]);
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }

  test('shows every message and every alarm, each with its verdict', async () => {
    const { code, stdout } = await shown('--sample', '--json');
    expect(code).toBe(0);
    const { messages } = JSON.parse(stdout) as {
      messages: readonly { event: string; subject: string; text: string }[];
    };
    for (const record of NOTIFIED_RECORDS) expect(messages.map(({ event }) => event)).toContain(record);
    expect(messages.filter(({ subject }) => subject.startsWith('ALARM - '))).toHaveLength(ALARMS.length);
    for (const { subject, text } of messages) {
      expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
      expect(text.length).toBeGreaterThan(20);
      expect(`${subject}${text}`).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  test('has a sample of each verdict that docs/operations.md explains, and names sections of the guide', async () => {
    const { stdout } = await shown('--sample', '--json');
    const { messages } = JSON.parse(stdout) as { messages: readonly { subject: string; text: string }[] };
    const verdicts = readDocument('docs/operations.md')
      .section('What the messages say')
      .rows.flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, verdict = '']) => verdict));
    expect(verdicts.length).toBeGreaterThan(40);
    expect(verdicts.filter(verdict => !messages.some(({ subject }) => subject.startsWith(verdict)))).toEqual([]);
    const headings = readDocument('docs/troubleshooting.md').headings.map(({ text }) => text);
    const named = messages.flatMap(({ text }) =>
      [...text.matchAll(/docs\/troubleshooting\.md, "([^"]+)"/g)].map(([, heading = '']) => heading),
    );
    expect(named.length).toBeGreaterThan(ALARMS.length);
    expect(named.filter(heading => !headings.includes(heading))).toEqual([]);
  });

  test.each(['mail', 'slack', 'discord', 'telegram', 'pagerduty', 'opsgenie', 'other'])(
    'shows them as %s gets them',
    async format => {
      const { code, stdout } = await shown('--sample', '--only', 'bot_dead', '--format', format);
      expect(code).toBe(0);
      expect(stdout).toContain('SILENT: LIQUIDATING');
      expect(stdout.includes('POST https://')).toBe(format !== 'mail');
    },
  );

  test('lists the known names when asked for an unknown one', async () => {
    expect(await shown('--sample', '--only', 'bot_bored')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('bot_late'),
    });
  });
});
