/** The filter of the stack, and the imitation of AWS's that the local cloud applies it with. */

import { describe, expect, test } from 'vitest';
import { unpackLogBatch } from '../../lambda/adapters/log-batch.ts';
import { startClock } from '../../lambda/adapters/system-clock.ts';
import { TOLD_LINES_PATTERN } from '../../lambda/contract.ts';
import { logFilter } from '../../simulator/cloud/log-filter.ts';
import { type LogDelivery, subscribeToLogs } from '../../simulator/cloud/log-subscription.ts';
import { eventLine, FLAT, sentenceLine } from './lines.ts';

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
    '{ ($.level = "CRIT*") }',
  ])('that is more than is imitated here is refused: %s', pattern => {
    expect(() => logFilter(pattern)).toThrow('not understood');
  });

  test('longer than AWS allows is refused', () => {
    expect(() => logFilter(`{ ($.level = "${'x'.repeat(1_024)}") }`)).toThrow('1024 at most');
  });
});

describe('the stack’s filter', () => {
  const passes = logFilter(TOLD_LINES_PATTERN);

  test.each([
    eventLine('liquidation_completed', FLAT),
    eventLine('bot_late', {}),
    sentenceLine('INFO', 'A bot that was late reports again'),
    sentenceLine('ERROR', 'The event was refused; nothing was done'),
    sentenceLine('CRITICAL', 'anything at all'),
  ])('lets through what is told: %s', line => {
    expect(passes(line)).toBe(true);
  });

  test.each([
    eventLine('liquidation_started', {}),
    eventLine('liquidation_positions_queried', {}),
    eventLine('preflight_passed', {}),
    sentenceLine('ERROR', 'Exchange request failed'),
    '{"_aws": {"CloudWatchMetrics": []}, "service": "watchdog", "BotsLate": 1}',
  ])('keeps back what is not: %s', line => {
    expect(passes(line)).toBe(false);
  });
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
