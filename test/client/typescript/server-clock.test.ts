/** What the client makes of the Date headers of AWS. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createServerClock } from '../../../client/typescript/server-clock.ts';

const NOON_MS = Date.UTC(2024, 1, 29, 12);
const header = (atMs: number): string => new Date(atMs).toUTCString();

/** A machine whose wall clock is `wrongByMs` ahead; `passMs` lets time pass. */
function machine(wrongByMs: number) {
  let passedMs = 0;
  const clock = createServerClock({ wallMs: () => NOON_MS + wrongByMs + passedMs, monotonicMs: () => passedMs });
  return {
    clock,
    passMs: (ms: number) => {
      passedMs += ms;
    },
    trueMs: () => NOON_MS + passedMs,
    /** A round trip of `rttMs`, AWS writing its header in the middle. */
    ask: (rttMs: number) => {
      const sentAtMs = clock.monotonicMs();
      passedMs += rttMs / 2;
      const date = header(NOON_MS + passedMs);
      passedMs += rttMs / 2;
      clock.learn(date, sentAtMs);
    },
  };
}

test.each([0, 300, -300])(
  'a clock that is %d ms ahead agrees with a header of whole seconds and is not touched',
  ms => {
    const { clock, ask, passMs } = machine(ms);
    passMs(500);
    ask(20);
    expect(clock.offsetMs()).toBe(0);
  },
);

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
  ['three seconds ahead', 3_000],
  ['a year behind', -31_536_000_000],
])('a clock that is %s is right within the second of the header after one answer', (_name, wrongByMs) => {
  const { clock, ask, trueMs } = machine(wrongByMs);
  ask(40);
  expect(Math.abs(clock.nowMs() - trueMs())).toBeLessThanOrEqual(1_040);
});

test('many answers narrow it', () => {
  const { clock, ask, passMs, trueMs } = machine(3_600_000);
  for (let beat = 0; beat < 60; beat += 1) {
    ask(20);
    passMs(1_017);
  }
  expect(Math.abs(clock.nowMs() - trueMs())).toBeLessThan(120);
});

test('for every wrongness and every rhythm the corrected time is right within a second and the round trip', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e10, max: 1e10 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 60_000 })), {
        minLength: 1,
        maxLength: 20,
      }),
      (wrongByMs, trips) => {
        const { clock, ask, passMs, trueMs } = machine(wrongByMs);
        for (const [rttMs, pauseMs] of trips) {
          ask(rttMs);
          expect(Math.abs(clock.nowMs() - trueMs())).toBeLessThanOrEqual(1_000 + rttMs);
          passMs(pauseMs);
        }
      },
    ),
  );
});

test('a laptop that slept is put right by the next answer', () => {
  const { clock } = machine(0);
  clock.learn(header(NOON_MS), 0);
  clock.learn(header(NOON_MS + 7_200_000), 0);
  expect(clock.offsetMs()).toBe(7_200_000);
});

test.each([undefined, '', 'yesterday'])('the header %j teaches nothing', date => {
  const { clock } = machine(3_600_000);
  clock.learn(date, 0);
  expect(clock.offsetMs()).toBe(0);
});
