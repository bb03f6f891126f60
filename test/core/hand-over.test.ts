/** When a run is taken up again, by whom, and with an event that the liquidator takes. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../lambda/core/failure.ts';
import { handOver, resumeEvent } from '../../lambda/core/hand-over.ts';
import { readRequest } from '../../lambda/core/request.ts';

const RUN = {
  ...{
    correlationId: 'liq_20240229_120000_abc123',
    botId: 'alpha',
    trigger: 'watchdog' as const,
    symbols: undefined,
    hop: 2,
  },
  ...{ resumeAtMs: 1_709_208_008_000, untilMs: 1_709_208_900_000 },
};

test('the lease of a function that died ends at a fraction of a millisecond: its run is taken up all the same', () => {
  const reading = readRequest(resumeEvent({ ...RUN, resumeAtMs: 1_709_208_008_000.217 }));
  expect(reading).toMatchObject({ ok: true, request: { resume: { hop: 2, notBeforeMs: 1_709_208_008_001 } } });
});

test('for every instant and every scope', () => {
  const instant = fc.double({ min: 1, max: 4e12, noNaN: true });
  const run = fc.record({
    resumeAtMs: instant,
    untilMs: instant,
    hop: fc.integer({ min: 2, max: 900 }),
    symbols: fc.constantFrom(undefined, ['BTCUSDT'], ['测试USDT', 'BTCUSDT_261225']),
  });
  fc.assert(
    fc.property(run, changes => {
      const reading = readRequest(resumeEvent({ ...RUN, ...changes }));
      expect(reading).toMatchObject({ ok: true });
    }),
  );
});

test('a run of a part of the account is taken up for that part, any other for all of it', () => {
  expect(resumeEvent({ ...RUN, symbols: ['BTCUSDT'] })).toMatchObject({ symbols: ['BTCUSDT'] });
  expect(Object.keys(resumeEvent(RUN))).not.toContain('symbols');
});

describe('after an attempt', () => {
  const NOW = 1_709_208_000_000;
  const UNTIL = NOW + 900_000;
  const after = { state: 'partial', stopped: undefined, roomAtMs: 0, hop: 1, nowMs: NOW, untilMs: UNTIL } as const;
  const banned = (retryAfterMs?: number): Failure => ({
    ...{ knowledge: 'forbidden', reason: 'ip-ban', message: 'banned' },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  type After = Parameters<typeof handOver>[0];

  test.each<[string, Partial<After>, number, boolean]>([
    ['the first pause is a second', {}, 1_000, true],
    ['the second is two', { hop: 2 }, 2_000, true],
    ['the fifth is sixteen', { hop: 5 }, 16_000, true],
    ['none is longer than half a minute', { hop: 6 }, 30_000, true],
    ['one that failed goes on as well', { state: 'failed' }, 1_000, true],
    ['the limits are waited for', { roomAtMs: NOW + 45_000 }, 45_000, true],
    ['a limit that is over is not', { roomAtMs: NOW + 500 }, 1_000, true],
    ['the function sleeps over the end of a minute', { roomAtMs: NOW + 61_000 }, 61_000, true],
    ['and no longer: the watchdog takes it up', { roomAtMs: NOW + 61_001 }, 61_001, false],
    ['a ban is the watchdog’s, a minute at least', { stopped: banned() }, 60_000, false],
    ['or as long as the exchange says', { stopped: banned(120_000) }, 120_000, false],
    ['whatever the limits are', { stopped: banned(1), roomAtMs: NOW + 99_000 }, 60_000, false],
    ['a fraction of a millisecond is waited out', { nowMs: NOW - 0.5 }, 1_000, true],
  ])('%s', (_what, changes, waitMs, bySelf) => {
    const found = handOver({ ...after, ...changes });
    const hop = (changes.hop ?? 1) + 1;
    expect(found).toEqual({ resumeAtMs: NOW + waitMs, untilMs: UNTIL, hop, bySelf });
  });

  test.each<[string, Partial<After>]>([
    ['one that is done', { state: 'completed' }],
    ['one that was skipped', { state: 'skipped' }],
    ['one whose time would be over', { untilMs: NOW + 1_000 }],
  ])('%s is not taken up', (_what, changes) => {
    expect(handOver({ ...after, ...changes })).toBeUndefined();
  });

  test('one whose time would be over a millisecond later is', () => {
    expect(handOver({ ...after, untilMs: NOW + 1_001 })).toMatchObject({ resumeAtMs: NOW + 1_000 });
  });
});
