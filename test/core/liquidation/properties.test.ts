/**
 * What holds for every account and every schedule of delays and failures, judged by the books of a model exchange, over
 * the pure reducer: no socket, no timer, no promise. A schedule that breaks a rule is made smaller and printed; it becomes
 * a test in found-by-properties.test.ts.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { type Played, play } from './model/play.ts';
import { randomSchedule, type Size, SMALL } from './model/random-schedule.ts';
import type { Schedule } from './model/schedule.ts';
import { shrink } from './model/shrink.ts';
import { RULES, type Rule } from './model/violations.ts';

const SCHEDULES = Number(process.env.FLATLINE_SCHEDULES ?? 100_000);

/** How many, from which seed on, of which size. */
const SHARES: readonly (readonly [name: string, share: number, seed: number, size: Size])[] = [
  ['up to 3 symbols', 0.985, 1, SMALL],
  ['up to 12 symbols, more trouble', 0.014, 10_000_000, { positions: 12, troubles: 6 }],
  ['up to 100 symbols', 0.001, 20_000_000, { positions: 100, troubles: 4 }],
];

const breaks = (schedule: Schedule, rule: Rule): boolean => play(schedule).violations.some(one => one.rule === rule);

/** What broke, by rule: the first schedule that did, and how many more. */
const broken = new Map<Rule, { readonly schedule: Schedule; count: number }>();
let played = 0;

beforeAll(() => {
  for (const [, share, firstSeed, size] of SHARES) {
    const count = Math.ceil(SCHEDULES * share);
    for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
      const schedule = randomSchedule(seed, size);
      for (const { rule } of play(schedule).violations) {
        const known = broken.get(rule);
        if (known) known.count += 1;
        else broken.set(rule, { schedule, count: 1 });
      }
      played += 1;
    }
  }
});

describe('for every schedule', () => {
  test.each(Object.entries(RULES) as [Rule, string][])('%s: %s', rule => {
    expect(played).toBeGreaterThanOrEqual(SCHEDULES);
    const first = broken.get(rule);
    if (first === undefined) return;
    const smallest = shrink(first.schedule, smaller => breaks(smaller, rule));
    const [said] = play(smallest).violations.filter(one => one.rule === rule);
    expect.fail(`${first.count} times, as in seed ${first.schedule.seed}: ${said?.says}\n${JSON.stringify(smallest)}`);
  });

  test('equal inputs give equal requests and equal client order IDs', () => {
    for (let seed = 1; seed <= SCHEDULES / 50; seed += 1) {
      const schedule = randomSchedule(seed);
      expect(requestsOf(play(schedule))).toEqual(requestsOf(play(schedule)));
    }
  });
});

const requestsOf = (run: Played): string => JSON.stringify(run.watch.sent);

describe('for every account without trouble', () => {
  const calm = (seed: number): Schedule => {
    const { exchange, orders, conditionals, job, ...rest } = randomSchedule(seed, { positions: 12, troubles: 0 });
    const { wireMs, spreadMs, reservedBy, oversize, emptyCancel } = exchange;
    return {
      ...rest,
      ...{ trades: [], strategies: [], troubles: [], halts: [], limits: [], clockSteps: [], key: undefined },
      orders: orders.map(one => ({ ...one, fillsAtMs: undefined, fillsOnCancel: false })),
      conditionals: conditionals.map(one => ({ ...one, triggersAtMs: undefined })),
      exchange: {
        ...{ wireMs, spreadMs, reservedBy, oversize, emptyCancel, positionLagMs: 0, listLagMs: 0, lagsUntilMs: 0 },
        ...{ thinBook: undefined, emptyUntilMs: 0, largestQuantity: undefined, documentedLargest: undefined },
        ...{ takenDigits: 3, writtenDigits: 3, queueMs: 0, queueUntilMs: 0, receipts: 'full', weightUsed: 0 },
      },
      job: { ...job, timeoutMs: 12_000, closePositions: true, cancelOrders: true, symbols: undefined },
    };
  };
  const seeds = Array.from({ length: Math.ceil(SCHEDULES / 100) }, (_, index) => 30_000_000 + index);

  test('the first attempt ends flat, with one order for each position', () => {
    for (const seed of seeds) {
      const { attempts, watch, schedule } = play(calm(seed));
      expect({ seed, end: attempts[0]?.end.kind, more: attempts.length }).toEqual({ seed, end: 'flat', more: 2 });
      const closes = watch.sent.filter(({ request }) => request.kind === 'close');
      expect({ seed, closes: closes.length }).toEqual({ seed, closes: schedule.positions.length });
    }
  });

  test('the lists of 40 are read for the first plan, after cancels, and for the two looks of the proof', () => {
    for (const seed of seeds) {
      const schedule = calm(seed);
      const { attempts, watch } = play(schedule);
      const endedAtMs = attempts[0]?.endedAtMs ?? 0;
      const reads = watch.sent.filter(({ request, atMs }) => request.kind === 'open-orders' && atMs <= endedAtMs);
      // A slow answer is asked for a second time.
      const isSlow = schedule.exchange.wireMs + schedule.exchange.spreadMs > 75;
      expect({ seed, reads: Math.max(isSlow ? 7 : 4, reads.length) }).toEqual({ seed, reads: isSlow ? 7 : 4 });
    }
  });
});
