/**
 * Evaluates an alarm by CloudWatch's documented rules, minute by minute, with datapoints that may be late.
 *
 * Amazon CloudWatch User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data":
 * - An alarm checks the N most recent periods that are over, and is in ALARM when M of them breach.
 * - It retrieves more datapoints than N (the evaluation range). Where some of the last N are missing and the range has N
 *   others, the most recent N that exist are evaluated, and missing data counts for nothing.
 * - Where it has fewer than N, the missing ones count as the alarm says: breaching, notBreaching.
 */

export interface EvaluatedAlarm {
  readonly periodMinutes: number;
  readonly periods: number;
  readonly datapoints: number;
  readonly breaches: (value: number) => boolean;
  readonly onMissingData: boolean;
}

/** `periodStartMinute` is the metric's own time; it can be seen from `visibleAtMinute` on. */
export interface Datapoint {
  readonly periodStartMinute: number;
  readonly value: number;
  readonly visibleAtMinute: number;
}

/** Datapoints beyond N that an evaluation retrieves. The guide names no number; its examples have two. */
const RANGE_EXTRA = 2;

/** Gives the minutes of `untilMinute` at which the alarm is in ALARM. */
export function minutesInAlarm(
  alarm: EvaluatedAlarm,
  series: readonly Datapoint[],
  untilMinute: number,
): readonly number[] {
  const minutes = Array.from({ length: untilMinute + 1 }, (_, minute) => minute);
  return minutes.filter(minute => isInAlarm(alarm, series, minute));
}

function isInAlarm(alarm: EvaluatedAlarm, series: readonly Datapoint[], nowMinute: number): boolean {
  const { periodMinutes, periods, datapoints, breaches, onMissingData } = alarm;
  const visible = new Map(
    series
      .filter(({ visibleAtMinute }) => visibleAtMinute <= nowMinute)
      .map(({ periodStartMinute, value }) => [Math.floor(periodStartMinute / periodMinutes), value]),
  );
  const lastPeriod = Math.floor(nowMinute / periodMinutes) - 1;
  const range = Array.from({ length: periods + RANGE_EXTRA }, (_, ago) => visible.get(lastPeriod - ago));
  const existing = range.filter(value => value !== undefined);
  const evaluated = existing.length >= periods ? existing.slice(0, periods) : range.slice(0, periods);
  const breaching = evaluated.filter(value => (value === undefined ? onMissingData : breaches(value)));
  return breaching.length >= datapoints;
}

/** How often it goes from OK to ALARM, which is when people are notified. */
export const timesItRings = (minutes: readonly number[]): number =>
  minutes.filter((minute, index) => index === 0 || minute !== (minutes[index - 1] ?? Number.NaN) + 1).length;
