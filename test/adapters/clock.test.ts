import { describe, expect, it } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';

describe('the clock of an invocation', () => {
  it('continues from the wall clock at its start by the monotonic one, fractions included', () => {
    let wallMs = 1_000_000;
    let monotonicMs = 50;
    const clock = startClock({ wallMs: () => wallMs, monotonicMs: () => monotonicMs });
    expect(clock.nowMs()).toBe(1_000_000);
    monotonicMs = 62.125;
    wallMs = 999_000; // the wall clock is set back
    expect(clock.nowMs()).toBe(1_000_012.125);
  });

  it('sleeps until the duration has passed on the monotonic clock, although timers fire early', async () => {
    const readings = [0, 0, 0.4, 0.9, 1.2];
    const clock = startClock({ wallMs: () => 0, monotonicMs: () => readings.shift() ?? 1.2 });
    await clock.sleep(1);
    expect(readings).toEqual([]);
  });

  it('ends its sleep at the signal, and leaves no timer behind', async () => {
    const before = process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
    const abort = new AbortController();
    const sleeping = startClock().sleep(60_000, abort.signal);
    abort.abort();
    await sleeping;
    expect(process.getActiveResourcesInfo().filter(name => name === 'Timeout')).toHaveLength(before);
  });

  it.each([0, -5])('does not wait for %s ms', async ms => {
    await startClock().sleep(ms);
  });

  it('does not begin to wait when the signal has aborted', async () => {
    await startClock().sleep(60_000, AbortSignal.abort());
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'refuses to sleep %s ms, which a timer would cut to 1',
    ms => {
      expect(() => startClock().sleep(ms)).toThrow(RangeError);
    },
  );

  it('takes the longest sleep a timer can hold', async () => {
    const abort = new AbortController();
    const sleeping = startClock().sleep(2 ** 31 - 1, abort.signal);
    abort.abort();
    await sleeping;
  });
});
