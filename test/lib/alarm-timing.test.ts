/**
 * W10: alarms with datapoints in the order in which AWS makes them. A datapoint has the minute in which its invocation
 * began, and comes when the invocation has ended and CloudWatch has worked it off; meanwhile newer minutes say 0.
 */

import { describe, expect, test } from 'vitest';
import { ALARMS, type AlarmSpec } from '../../lib/alarm-list.ts';
import { type Datapoint, type EvaluatedAlarm, minutesInAlarm, timesItRings } from '../support/alarm-evaluator.ts';

const evaluated = ({ rings }: AlarmSpec): EvaluatedAlarm => {
  const { threshold } = rings;
  const limit = typeof threshold === 'number' ? threshold : 1_000;
  return { ...rings, breaches: value => (rings.when === 'above' ? value > limit : value < limit) };
};

/** One bad minute, which is seen `delay` minutes after it is over, among minutes that are seen after one. */
function series(badMinutes: readonly number[], delay: number, good: number, bad: number, until = 40): Datapoint[] {
  return Array.from({ length: until }, (_, minute) => {
    const isBad = badMinutes.includes(minute);
    return {
      periodStartMinute: minute,
      value: isBad ? bad : good,
      visibleAtMinute: minute + 1 + (isBad ? delay : 0),
    };
  });
}
const BAD_MINUTE = 10;
const WORSE_THAN_ANY = 10_000_000;
const above = ALARMS.filter(({ rings }) => rings.when === 'above' && rings.periodMinutes === 1);

describe.each([0, 1, 2, 3])('a bad minute that is seen %i minutes late', delay => {
  test.each(above.map(spec => [spec.id, spec] as const))(
    'is in alarm %s, although newer minutes have 0',
    (_id, spec) => {
      const minutes = minutesInAlarm(evaluated(spec), series([BAD_MINUTE], delay, 0, WORSE_THAN_ANY), 39);
      expect(timesItRings(minutes)).toBe(1);
      expect(minutes[0]).toBe(BAD_MINUTE + 1 + delay);
    },
  );
});

test.each(above.map(spec => [spec.id, spec] as const))(
  '%s is in alarm for a single datapoint where the metric has no others, and ends by itself',
  (_id, spec) => {
    const only = series([BAD_MINUTE], 1, 0, WORSE_THAN_ANY).filter(
      ({ periodStartMinute }) => periodStartMinute === BAD_MINUTE,
    );
    const minutes = minutesInAlarm(evaluated(spec), only, 39);
    expect(timesItRings(minutes)).toBe(1);
    expect(minutes.at(-1)).toBeLessThanOrEqual(BAD_MINUTE + spec.rings.periods + 3);
  },
);

test.each(above.map(spec => [spec.id, spec] as const))('%s is never in alarm while all is well', (_id, spec) => {
  expect(minutesInAlarm(evaluated(spec), series([], 0, 0, 1), 39)).toEqual([]);
  expect(minutesInAlarm(evaluated(spec), [], 39)).toEqual([]);
});

const named = (id: string): AlarmSpec => {
  const spec = ALARMS.find(one => one.id === id);
  if (spec === undefined) throw new Error(`There is no alarm ${id}.`);
  return spec;
};

test.each([
  ['liquidation-lost', 10],
  ['liquidation-dead-letter', 30],
  ['tick-lost', 30],
])('W9: %s is in alarm again for the second event, %i minutes later', (id, apart) => {
  const events = [10, 10 + apart, 10 + 2 * apart];
  const minutes = minutesInAlarm(evaluated(named(id)), series(events, 1, 0, 1, 100), 99);
  expect(timesItRings(minutes)).toBe(3);
});

/**
 * Amazon SQS, "Monitoring Amazon SQS queues using CloudWatch": a queue that nobody used for six hours is inactive, and the
 * metrics of one that becomes active come up to 15 minutes late. A dead-letter queue is inactive until its first event.
 */
test.each(above.filter(({ watched }) => watched.kind === 'arrivals').map(spec => [spec.id, spec] as const))(
  'W10: %s rings for the first event of a queue at rest, whose metrics come 15 minutes late',
  (_id, spec) => {
    const first = series([BAD_MINUTE], 0, 0, 1).filter(({ periodStartMinute }) => periodStartMinute >= BAD_MINUTE);
    const late = first.map(point => ({ ...point, visibleAtMinute: Math.max(point.visibleAtMinute, BAD_MINUTE + 16) }));
    expect(timesItRings(minutesInAlarm(evaluated(spec), late, 39))).toBe(1);
  },
);

test('an alarm that checks the last minute alone would miss what is seen a minute late', () => {
  const lastMinuteAlone: EvaluatedAlarm = {
    ...{ periodMinutes: 1, periods: 1, datapoints: 1, onMissingData: false },
    breaches: value => value > 0,
  };
  expect(minutesInAlarm(lastMinuteAlone, series([BAD_MINUTE], 1, 0, 1), 39)).toEqual([]);
  expect(minutesInAlarm(lastMinuteAlone, series([BAD_MINUTE], 0, 0, 1), 39)).toEqual([BAD_MINUTE + 1]);
});

describe('watchdog-silent', () => {
  const silent = ALARMS.find(({ id }) => id === 'watchdog-silent');
  const alarm = evaluated(silent as AlarmSpec);

  test('is in alarm when watchdog runs stop, within five minutes', () => {
    const ticks = series([], 0, 1, 1, 10);
    const minutes = minutesInAlarm(alarm, ticks, 30).filter(minute => minute > 4);
    expect(minutes[0]).toBeGreaterThanOrEqual(12);
    expect(minutes[0]).toBeLessThanOrEqual(15);
    expect(timesItRings(minutes)).toBe(1);
  });

  test('is not in alarm when datapoints come two minutes late', () => {
    const ticks = series([], 0, 1, 1).map(point => ({ ...point, visibleAtMinute: point.visibleAtMinute + 1 }));
    expect(minutesInAlarm(alarm, ticks, 39).filter(minute => minute > 4)).toEqual([]);
  });
});
