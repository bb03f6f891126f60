/**
 * Wrong refusals of sizes and digits by the exchange, for a while, which make flatline
 * send other orders than the whole position at once. Positions are near the smallest notional as often as not.
 */

import fc from 'fast-check';
import type { FaultRule } from '../../simulator/exchange.ts';
import type { Holding, RandomRun } from './random-account.ts';

/** Mark price, step and digits of symbols with different smallest notionals. */
const SYMBOLS = [
  { symbol: 'BTCUSDT', mark: 67_000, step: 0.001, digits: 3 },
  { symbol: 'ETHUSDT', mark: 3_300, step: 0.001, digits: 3 },
  { symbol: 'SOLUSDT', mark: 150, step: 0.01, digits: 2 },
  { symbol: 'ADAUSDT', mark: 0.45, step: 1, digits: 0 },
  { symbol: '测试USDT', mark: 0.02, step: 1, digits: 0 },
] as const;

const holding: fc.Arbitrary<Holding> = fc.constantFrom(...SYMBOLS).chain(({ symbol, mark, step, digits }) => {
  const least = Math.ceil(60 / (mark * step));
  const steps = fc.oneof(fc.integer({ min: least, max: least * 4 }), fc.integer({ min: least, max: 60_000 }));
  const quantity = steps.map(count => (count * step).toFixed(digits));
  return fc.record({
    symbol: fc.constant<string>(symbol),
    long: quantity,
    short: quantity,
    which: fc.constantFrom('long' as const, 'short' as const, 'both' as const),
    entry: fc.boolean(),
    takeProfit: fc.constant(false),
    stop: fc.boolean(),
    stopEntry: fc.constant(false),
  });
});

/** Digits, sizes and similar codes, so that one learned limit meets the next. */
const CODES = [
  ...[-1111, -1111, -1111, -4023, -4005, -4005, -4164, -4003, -4131],
  ...[-2022, -2019, -2025, -4118, -5028, -1021, -9999],
] as const;

const wrongRefusal: fc.Arbitrary<FaultRule> = fc.record({
  on: fc.constant({ method: 'POST', path: '/fapi/v1/order' }),
  skip: fc.integer({ min: 0, max: 3 }),
  times: fc.constantFrom(1, 1, 1, 2, 3, 5, Number.POSITIVE_INFINITY),
  fault: fc.record({ kind: fc.constant('refuse' as const), code: fc.constantFrom(...CODES) }),
});

export const wrongRefusals: fc.Arbitrary<RandomRun> = fc.record({
  rig: fc.record({
    hedgeMode: fc.boolean(),
    rttMs: fc.constantFrom(0, 5, 30),
    positionLagMs: fc.constantFrom(0, 0, 0, 100),
    unconfirmed: fc.record({
      hedgeClosesExemptFromMinNotional: fc.boolean(),
      oversizeReduceOnly: fc.constantFrom('trim' as const, 'reject' as const),
      trailingZerosCount: fc.boolean(),
    }),
  }),
  holdings: fc.uniqueArray(holding, { selector: one => one.symbol, minLength: 1, maxLength: 3 }),
  faults: fc.array(wrongRefusal, { minLength: 1, maxLength: 3 }),
  storeFaults: fc.constant([]),
  changes: fc.record({
    liquidation: fc.record({
      timeoutMs: fc.constantFrom(1_000, 5_000),
      maxRetries: fc.integer({ min: 0, max: 4 }),
      retryDelayMs: fc.constantFrom(100, 500),
    }),
  }),
});
