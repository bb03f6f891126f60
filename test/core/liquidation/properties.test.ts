/**
 * What holds for every account and every schedule of delays and failures, judged by the books of a model exchange, over
 * the pure reducer: no socket, no timer, no promise. A schedule that breaks a rule is made smaller and printed; it becomes
 * a test in found-by-properties.test.ts.
 */

import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { calmAccount, calmViolations } from './model/calm-account.ts';
import { type Played, play } from './model/play.ts';
import { randomSchedule, type Size, SMALL } from './model/random-schedule.ts';
import type { Schedule } from './model/schedule.ts';
import { shrink } from './model/shrink.ts';
import { RULES, type Rule } from './model/violations.ts';

/** `npm run test:faults` plays all of them, `npm test` a tenth; fewer or more by FLATLINE_SCHEDULES. */
const SCHEDULES = Number(process.env.FLATLINE_SCHEDULES ?? (process.env.FLATLINE_FAULTS === 'all' ? 100_000 : 10_000));

/** `npm run test:faults` plays others in each run, `npm test` the same; FLATLINE_SEED plays those of an earlier run. */
const SEED = Number(
  process.env.FLATLINE_SEED ?? (process.env.FLATLINE_FAULTS === 'all' ? randomInt(10_000) * 200_000 : 0),
);

/** How many, from which seed on, of which size. */
const SHARES: readonly (readonly [name: string, share: number, seed: number, size: Size])[] = [
  ['up to 3 symbols', 0.985, SEED, SMALL],
  ['up to 12 symbols, more faults', 0.014, SEED + 120_000, { positions: 12, faults: 6 }],
  ['up to 100 symbols', 0.001, SEED + 140_000, { positions: 100, faults: 4 }],
];

const breaks = (schedule: Schedule, rule: Rule): boolean => play(schedule).violations.some(one => one.rule === rule);

const CALM_SEED = SEED + 160_000;

/** On a machine that has other things to do as well. */
const LONGEST_MS = 3_600_000;

/** What broke, by rule: the first schedule that did, and how many more. */
const broken = new Map<Rule, { readonly schedule: Schedule; count: number }>();
let played = 0;

function note(rule: Rule, schedule: Schedule): void {
  const known = broken.get(rule);
  if (known) known.count += 1;
  else broken.set(rule, { schedule, count: 1 });
}

beforeAll(() => {
  for (const [, share, firstSeed, size] of SHARES) {
    const count = Math.ceil(SCHEDULES * share);
    for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
      const schedule = randomSchedule(seed, size);
      for (const { rule } of play(schedule).violations) note(rule, schedule);
      played += 1;
    }
  }
  for (let seed = CALM_SEED; seed < CALM_SEED + SCHEDULES / 100; seed += 1) {
    for (const { rule } of calmViolations(seed)) note(rule, calmAccount(seed));
  }
}, LONGEST_MS);

describe('for every schedule', () => {
  test.each(Object.entries(RULES) as [Rule, string][])('%s: %s', rule => {
    expect(played).toBeGreaterThanOrEqual(SCHEDULES);
    const first = broken.get(rule);
    if (first === undefined) return;
    const smallest = breaks(first.schedule, rule)
      ? shrink(first.schedule, smaller => breaks(smaller, rule))
      : first.schedule;
    const [said] = play(smallest).violations.filter(one => one.rule === rule);
    expect.fail(
      `FLATLINE_SEED=${SEED}: ${first.count} times, as in seed ${first.schedule.seed}: ${said?.says}\n${JSON.stringify(smallest)}`,
    );
  });

  test('equal inputs give equal requests and equal client order IDs', () => {
    for (let seed = SEED; seed <= SEED + SCHEDULES / 50; seed += 1) {
      const schedule = randomSchedule(seed);
      expect(requestsOf(play(schedule))).toEqual(requestsOf(play(schedule)));
    }
  });
});

const requestsOf = (run: Played): string => JSON.stringify(run.watch.sent);
