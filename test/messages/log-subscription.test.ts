/** The filter of the stack, and the imitation of AWS's that the local cloud applies it with. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unpackLogBatch } from '../../lambda/adapters/aws/log-batch.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { NOTIFIED_EVENTS_PATTERN, NOTIFIED_RECORDS } from '../../lambda/events.ts';
import { logFilter } from '../../simulator/cloud/log-filter.ts';
import { type LogDelivery, subscribeToLogs } from '../../simulator/cloud/log-subscription.ts';
import { createVirtualClock } from '../adapters/binance/virtual-clock.ts';
import { codeLine, eventLine, FLAT, sentenceLine } from './lines.ts';

describe('a filter', () => {
  const passes = logFilter('{ ($.level = "CRITICAL") || ($.data.state = "failed") }');

  test.each([
    ['{"level": "CRITICAL"}', true],
    ['{"level": "CRITICAL", "message": 7}', true],
    ['{"data": {"state": "failed"}}', true],
    ['{"level": "critical"}', false],
    ['{"message": "CRITICAL"}', false],
    ['{"level": ["CRITICAL"]}', false],
    ['CRITICAL', false],
    ['{"level": "CRITICAL"', false],
    ['null', false],
  ])('of JSON lines, given %s: %s', (line, expected) => {
    expect(passes(line)).toBe(expected);
  });

  test.each([
    'level = CRITICAL',
    '{ $.level = CRIT* }',
    '{ ($.level = "A") && ($.x = "B") }',
    '{ ($.level = "C*T") }',
    '{ ($.level = "*") || ($.x = "*AL") }',
  ])('that is more than is imitated here is refused: %s', pattern => {
    expect(() => logFilter(pattern)).toThrow('not understood');
  });

  test('matches the beginning of a text before a wildcard', () => {
    const family = logFilter('{ ($.event = "bot_*") }');
    const events = ['bot_late', 'bot_', 'robot_late', 'bot'];
    expect(events.map(event => family(JSON.stringify({ event })))).toEqual([true, true, false, false]);
  });

  test('longer than AWS allows is refused', () => {
    expect(() => logFilter(`{ ($.level = "${'x'.repeat(1_024)}") }`)).toThrow('1024 at most');
  });
});

describe('the stack’s filter', () => {
  const passes = logFilter(NOTIFIED_EVENTS_PATTERN);

  test.each([
    eventLine('liquidation_completed', FLAT),
    eventLine('bot_late', {}),
    codeLine('INFO', 'bot_recovered'),
    codeLine('ERROR', 'event_refused'),
    sentenceLine('CRITICAL', 'anything at all'),
  ])('passes what is reported: %s', line => {
    expect(passes(line)).toBe(true);
  });

  test.each([
    eventLine('liquidation_started', {}),
    eventLine('liquidation_positions_queried', {}),
    eventLine('preflight_passed', {}),
    sentenceLine('ERROR', 'Exchange request failed'),
    sentenceLine('INFO', 'A bot that was late reports again'),
    codeLine('WARN', 'detail'),
    '{"_aws": {"CloudWatchMetrics": []}, "service": "watchdog", "BotsLate": 1}',
  ])('keeps back what is not: %s', line => {
    expect(passes(line)).toBe(false);
  });
});

test('the stack’s filter passes every code that people are notified of, at any level', () => {
  const passes = logFilter(NOTIFIED_EVENTS_PATTERN);
  const source = readFileSync(new URL('../../lambda/events.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/^ {2}readonly (\w+_\w+): \{/gm)].flatMap(([, code]) => code ?? []);
  expect(codes.length).toBeGreaterThan(15);
  const kept = [...NOTIFIED_RECORDS, ...codes].filter(event => !passes(JSON.stringify({ level: 'INFO', event })));
  expect(kept).toEqual([]);
});

test('lines that come together are delivered together, of each log by themselves', async () => {
  const deliveries: LogDelivery[] = [];
  const deliver = (event: LogDelivery): void => void deliveries.push(event);
  const logs = subscribeToLogs({ clock: startClock(), pattern: '{ ($.level = "CRITICAL") }', deliver });
  for (const [group, text] of [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
    ['a', 'no'],
  ] as const) {
    logs.take(group, text === 'no' ? '{}' : `{"level": "CRITICAL", "n": ${text}}`);
  }
  await logs.idle();
  const read = deliveries.map(({ awslogs }) => JSON.parse(unpackLogBatch(awslogs.data)));
  expect(read.map(({ logGroup, logEvents }) => [logGroup, logEvents.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  const ids = read.flatMap(({ logEvents }) => logEvents.map(({ id }: { id: string }) => id));
  expect(new Set(ids).size).toBe(3);
});

test('deliveries may come late, overtake each other and come twice, as at AWS; none is lost', async () => {
  const deliveries: string[] = [];
  const lateMs = [30, 0, 0, 0];
  const logs = subscribeToLogs({
    clock: createVirtualClock(0),
    pattern: '{ ($.level = "CRITICAL") }',
    deliver: ({ awslogs }) => deliveries.push(JSON.parse(unpackLogBatch(awslogs.data)).logGroup),
    disorder: { lateMs: () => lateMs.shift() ?? 0, times: () => 2 },
  });
  for (const group of ['first', 'second']) logs.take(group, '{"level": "CRITICAL"}');
  await logs.idle();
  expect(deliveries).toEqual(['second', 'second', 'first', 'first']);
});
