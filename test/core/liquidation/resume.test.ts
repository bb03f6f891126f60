/** When a run is taken up again, by whom, and with an event that the liquidator takes. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../lambda/core/exchange/failure.ts';
import { readRequest } from '../../../lambda/core/invocation/request.ts';
import { resumeEvent, whatFollows } from '../../../lambda/core/liquidation/carry/resume.ts';

const NOW = 1_709_208_000_000;
const UNTIL = NOW + 900_000;
const NEXT = { resumeAtMs: NOW + 8_000, untilMs: UNTIL, hop: 2, bySelf: true, confirms: false };
const RUN = {
  ...{ correlationId: 'liq_20240229_120000_abc123', botId: 'alpha', trigger: 'watchdog' as const, symbols: undefined },
  ...{ next: NEXT, token: 'a'.repeat(32), carried: undefined, waits: undefined, trip: undefined },
};

test('the lease of a function that died ends at a fraction of a millisecond: its run is still resumed', () => {
  const reading = readRequest(resumeEvent({ ...RUN, next: { ...NEXT, resumeAtMs: 1_709_208_008_000.217 } }));
  expect(reading).toMatchObject({ ok: true, request: { resume: { hop: 2, notBeforeMs: 1_709_208_008_001 } } });
});

test('for every instant and every scope, the event is taken', () => {
  const instant = fc.double({ min: 1, max: 4e12, noNaN: true });
  const next = fc.record({
    ...{ resumeAtMs: instant, untilMs: instant, hop: fc.integer({ min: 2, max: 900 }) },
    ...{ bySelf: fc.boolean(), confirms: fc.boolean() },
  });
  const symbols = fc.constantFrom(undefined, ['BTCUSDT'], ['测试USDT', 'BTCUSDT_261225']);
  fc.assert(
    fc.property(next, symbols, (changed, named) => {
      expect(readRequest(resumeEvent({ ...RUN, next: changed, symbols: named }))).toMatchObject({ ok: true });
    }),
  );
});

test('the waits that the exchange requested are read as they were written', () => {
  const waits = {
    fapi: { addressUntilMs: NOW + 30_000.5, used: { weight: 2_100, atMs: NOW } },
    wallet: { addressUntilMs: NOW + 1, ordersUntilMs: 7 },
  };
  const reading = readRequest(resumeEvent({ ...RUN, waits }));
  const rounded = {
    fapi: { addressUntilMs: NOW + 30_001, used: { weight: 2_100, atMs: NOW } },
    wallet: { addressUntilMs: NOW + 1, ordersUntilMs: 7 },
  };
  expect(reading).toMatchObject({ ok: true, request: { resume: { waits: rounded } } });
});

test('a run of a part of the account is resumed for that part, any other for all of it', () => {
  expect(resumeEvent({ ...RUN, symbols: ['BTCUSDT'] })).toMatchObject({ symbols: ['BTCUSDT'] });
  expect(Object.keys(resumeEvent(RUN))).not.toContain('symbols');
});

describe('after an attempt', () => {
  type After = Parameters<typeof whatFollows>[0];
  const after: After = {
    ...{ state: 'partial', end: undefined, hop: 1, moved: false, nowMs: NOW, untilMs: UNTIL },
    ...{ locked: true, mayHold: true, confirmMs: 10_000 },
  };
  const stopped = (retryAfterMs?: number): Pick<After, 'end'> => {
    const said = { certainty: 'throttled', subject: 'address', reason: 'ip-ban', message: 'banned' } as const;
    const failure: Failure = { ...said, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    return { end: { kind: 'stopped', failure } };
  };
  const limited = (waitMs: number): Pick<After, 'end'> => ({
    end: { kind: 'limited', untilMs: NOW + waitMs, failure: undefined },
  });

  test.each<[string, Partial<After>, number, boolean]>([
    ['the first pause is a second', {}, 1_000, true],
    ['the second is two', { hop: 2 }, 2_000, true],
    ['the fifth is sixteen', { hop: 5 }, 16_000, true],
    ['one that closed something is followed after a second again', { hop: 5, moved: true }, 1_000, true],
    ['a requested wait is kept all the same', { ...limited(45_000), hop: 5, moved: true }, 45_000, true],
    ['none is longer than half a minute', { hop: 6 }, 30_000, true],
    ['one that failed goes on as well', { state: 'failed' }, 1_000, true],
    ['the limits are waited for', limited(45_000), 45_000, true],
    ['the function sleeps over the end of a minute', limited(61_000), 61_000, true],
    ['and no longer: the watchdog takes it up', limited(61_001), 61_001, false],
    [
      'where a stranger may have said so, the watchdog takes it up at once',
      { ...limited(45_000), mayHold: false },
      45_000,
      false,
    ],
    ['unless its tick would come after the end', { ...limited(61_001), untilMs: NOW + 100_000 }, 61_001, true],
    ['or no record shows it', { ...limited(61_001), locked: false }, 61_001, true],
    ['a ban is the watchdog’s, a minute at least', stopped(1), 60_000, false],
    ['or as long as the exchange says', stopped(120_000), 120_000, false],
    ['a fraction of a millisecond is waited out', { nowMs: NOW - 0.5 }, 1_000, true],
  ])('%s', (_what, changes, waitMs, bySelf) => {
    const hop = (changes.hop ?? 1) + 1;
    const next = { resumeAtMs: NOW + waitMs, untilMs: changes.untilMs ?? UNTIL, hop, bySelf, confirms: false };
    expect(whatFollows({ ...after, ...changes })).toEqual({ kind: 'next', next });
  });

  test('that ended flat, the account is read once more after confirm_seconds', () => {
    const next = { resumeAtMs: NOW + 10_000, untilMs: UNTIL, hop: 2, bySelf: true, confirms: true };
    expect(whatFollows({ ...after, state: 'completed' })).toEqual({ kind: 'next', next });
  });

  test.each<[string, Partial<After>]>([
    ['one that is done, where nothing confirms', { state: 'completed', confirmMs: 0 }],
    ['one that was skipped', { state: 'skipped' }],
  ])('%s is over', (_what, changes) => {
    expect(whatFollows({ ...after, ...changes })).toEqual({ kind: 'over' });
  });

  test.each<[string, Partial<After>, number | undefined]>([
    ['one whose time would be over', { untilMs: NOW + 1_000 }, undefined],
    ['one for which the exchange requested a longer wait', { ...limited(45_000), untilMs: NOW + 45_000 }, NOW + 45_000],
  ])('%s gives up', (_what, changes, waitUntilMs) => {
    expect(whatFollows({ ...after, ...changes })).toEqual({ kind: 'gave-up', waitUntilMs });
  });

  test('one whose time would be over a millisecond later continues', () => {
    const found = whatFollows({ ...after, untilMs: NOW + 1_001 });
    expect(found).toMatchObject({ kind: 'next', next: { resumeAtMs: NOW + 1_000 } });
  });
});
