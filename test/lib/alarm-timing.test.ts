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
  test.each(above.map(spec => [spec.id, spec] as const))('rings %s, although newer minutes say 0', (_id, spec) => {
    const minutes = minutesInAlarm(evaluated(spec), series([BAD_MINUTE], delay, 0, WORSE_THAN_ANY), 39);
    expect(timesItRings(minutes)).toBe(1);
    expect(minutes[0]).toBe(BAD_MINUTE + 1 + delay);
  });
});

test.each(above.map(spec => [spec.id, spec] as const))(
  '%s rings for a single datapoint where the metric has no others, and ends by itself',
  (_id, spec) => {
    const only = series([BAD_MINUTE], 1, 0, WORSE_THAN_ANY).filter(
      ({ periodStartMinute }) => periodStartMinute === BAD_MINUTE,
    );
    const minutes = minutesInAlarm(evaluated(spec), only, 39);
    expect(timesItRings(minutes)).toBe(1);
    expect(minutes.at(-1)).toBeLessThanOrEqual(BAD_MINUTE + 8);
  },
);

test.each(above.map(spec => [spec.id, spec] as const))('%s never rings while all is well', (_id, spec) => {
  expect(minutesInAlarm(evaluated(spec), series([], 0, 0, 1), 39)).toEqual([]);
  expect(minutesInAlarm(evaluated(spec), [], 39)).toEqual([]);
});

test.each(['liquidation-lost', 'liquidation-dead-letter', 'tick-lost'])(
  'W9: %s rings again for the second event, ten minutes later',
  id => {
    const spec = ALARMS.find(one => one.id === id);
    if (spec === undefined) throw new Error(`There is no alarm ${id}.`);
    const minutes = minutesInAlarm(evaluated(spec), series([10, 20, 30], 1, 0, 1), 39);
    expect(timesItRings(minutes)).toBe(3);
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

  test('rings when ticks stop, within five minutes', () => {
    const ticks = series([], 0, 1, 1, 10);
    const minutes = minutesInAlarm(alarm, ticks, 30).filter(minute => minute > 4);
    expect(minutes[0]).toBeGreaterThanOrEqual(12);
    expect(minutes[0]).toBeLessThanOrEqual(15);
    expect(timesItRings(minutes)).toBe(1);
  });

  test('does not ring when datapoints come two minutes late', () => {
    const ticks = series([], 0, 1, 1).map(point => ({ ...point, visibleAtMinute: point.visibleAtMinute + 1 }));
    expect(minutesInAlarm(alarm, ticks, 39).filter(minute => minute > 4)).toEqual([]);
  });
});
