/** The event with which a run is taken up again is one that the liquidator takes. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resumeEvent } from '../../lambda/core/hand-over.ts';
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
