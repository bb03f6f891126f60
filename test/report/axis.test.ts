/** The axis of time: to scale where something happens, cut where nothing does. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisOf } from '../../bin/commands/report/timeline/axis.ts';

const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe('an axis', () => {
  test('without a long quiet time is one scale', () => {
    const axis = axisOf([span(1_000, 1_100), span(1_300, 1_400)]);
    expect(axis.breaks).toEqual([]);
    expect([1_000, 1_100, 1_200, 1_400].map(axis.at)).toEqual([0, 25, 50, 100]);
    expect(axis.ticks.map(({ ms }) => ms)).toEqual([0, 100, 200, 300, 400]);
  });

  test('cuts a wait of 30 s between two bursts of 100 ms to a narrow strip', () => {
    const axis = axisOf([span(0, 100), span(30_100, 30_200)]);
    expect(axis.breaks).toEqual([{ fromMs: 100, toMs: 30_100, from: 47.5, to: 52.5 }]);
    expect(axis.at(50)).toBeCloseTo(23.75);
    expect(axis.at(15_100)).toBeCloseTo(50);
    expect(axis.at(30_200)).toBeCloseTo(100);
  });

  test.each([
    ['400 ms of quiet stay', 400, 0],
    ['a millisecond more is cut', 401, 1],
  ])('beside short requests %s', (_name, quietMs, cuts) => {
    expect(axisOf([span(0, 20), span(20 + quietMs, 40 + quietMs)]).breaks).toHaveLength(cuts);
  });

  test('of a request that took 8 s keeps a pause of 1 s', () => {
    expect(axisOf([span(0, 8_000), span(9_000, 9_100)]).breaks).toEqual([]);
  });

  test('of nothing is still an axis', () => {
    const axis = axisOf([]);
    expect(axis.at(5)).toBeGreaterThanOrEqual(0);
    expect(axis.ticks).toEqual([]);
  });
});

const spans = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 3_600_000 }), fc.integer({ min: 0, max: 30_000 }))
    .map(([fromMs, tookMs]) => span(1.7e12 + fromMs, 1.7e12 + fromMs + tookMs)),
  { minLength: 1, maxLength: 30 },
);

test('for every set of requests: later is never further left, all is inside, and each tick has room', () => {
  fc.assert(
    fc.property(spans, busy => {
      const axis = axisOf(busy);
      const places = busy
        .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
        .toSorted((a, b) => a - b)
        .map(axis.at);
      for (const [index, place] of places.entries()) {
        expect(place).toBeGreaterThanOrEqual(places[index - 1] ?? 0);
        expect(place).toBeLessThanOrEqual(100);
      }
      expect(places[0]).toBeCloseTo(0);
      expect(places.at(-1)).toBeCloseTo(
        busy.every(({ fromMs, toMs }) => fromMs === toMs && fromMs === busy[0]?.fromMs) ? 0 : 100,
      );
      const ticks = axis.ticks.map(({ at }) => at);
      for (const [index, at] of ticks.entries()) expect(at - (ticks[index - 1] ?? -13)).toBeGreaterThanOrEqual(12.99);
      const cut = axis.breaks.reduce((sum, { from, to }) => sum + to - from, 0);
      expect(cut).toBeLessThanOrEqual(45.01);
    }),
  );
});
