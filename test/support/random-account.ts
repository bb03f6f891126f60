/** Random accounts, exchanges and faults for the properties, and their order. */

import fc from 'fast-check';
import type { Fault, FaultRule } from '../../simulator/exchange.ts';
import type { LiquidationRig, RigOptions, RunChanges } from './liquidation-rig.ts';

/** Symbol, mark price, step, and a quantity in steps that stays above the minimum notional. */
const SYMBOLS = [
  { symbol: 'BTCUSDT', mark: 67_000, step: 0.001, digits: 3, most: 200_000 },
  { symbol: 'ETHUSDT', mark: 3_300, step: 0.001, digits: 3, most: 3_000_000 },
  { symbol: 'SOLUSDT', mark: 150, step: 0.01, digits: 2, most: 100_000 },
  { symbol: 'ADAUSDT', mark: 0.45, step: 1, digits: 0, most: 100_000 },
  { symbol: 'BTCUSDC', mark: 67_000, step: 0.001, digits: 3, most: 5_000 },
  { symbol: '测试USDT', mark: 0.02, step: 1, digits: 0, most: 20_000_000 },
] as const;

export interface Holding {
  readonly symbol: string;
  readonly long: string;
  readonly short: string;
  readonly which: 'none' | 'long' | 'short' | 'both';
  readonly entry: boolean;
  readonly takeProfit: boolean;
  readonly stop: boolean;
  readonly stopEntry: boolean;
}

export interface RandomRun {
  readonly rig: RigOptions;
  readonly holdings: readonly Holding[];
  readonly faults: readonly FaultRule[];
  readonly storeFaults: readonly ('refuse' | 'hang' | 'lose-answer')[];
  readonly changes: RunChanges;
}

const holding = fc.constantFrom(...SYMBOLS).chain(({ symbol, mark, step, digits, most }) => {
  const least = Math.ceil(60 / (mark * step));
  const quantity = fc.integer({ min: least, max: Math.max(least, most) }).map(steps => (steps * step).toFixed(digits));
  return fc.record({
    symbol: fc.constant<string>(symbol),
    long: quantity,
    short: quantity,
    which: fc.constantFrom('none' as const, 'long' as const, 'short' as const, 'both' as const),
    entry: fc.boolean(),
    takeProfit: fc.boolean(),
    stop: fc.boolean(),
    stopEntry: fc.boolean(),
  });
});

const PATHS = [
  ['GET', '/fapi/v3/positionRisk'],
  ['GET', '/fapi/v1/openOrders'],
  ['GET', '/fapi/v1/openAlgoOrders'],
  ['DELETE', '/fapi/v1/allOpenOrders'],
  ['DELETE', '/fapi/v1/algoOpenOrders'],
  ['DELETE', '/fapi/v1/algoOrder'],
  ['POST', '/fapi/v1/order'],
  ['GET', '/fapi/v1/userTrades'],
  ['GET', '/fapi/v1/exchangeInfo'],
] as const;

const flag = { executed: fc.boolean() };
export const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('delay' as const), ms: fc.integer({ min: 1, max: 3_000 }) }),
  fc.constantFrom<Fault>(
    { kind: 'hang-before' },
    { kind: 'hang-after' },
    { kind: 'reset-before' },
    { kind: 'reset-after' },
    { kind: '503-unavailable' },
    { kind: '503-throttled' },
    { kind: '503-throttled', forced: true },
    { kind: 'html-403' },
    { kind: 'geo-451' },
    { kind: 'truncated-json' },
    { kind: 'string-code' },
    { kind: 'fill-during-cancel' },
    { kind: 'trigger-now' },
    { kind: 'partial-fill', ratio: '0.5' },
    { kind: 'http', status: 408, code: -1007, msg: 'Timeout waiting for response from backend server.' },
    { kind: 'http-after', status: 408, code: -1007, msg: 'Timeout waiting for response from backend server.' },
  ),
  fc.record({ kind: fc.constant('503-unknown' as const), ...flag }),
  fc.record({ kind: fc.constant('503-internal' as const), ...flag }),
  fc.record({ kind: fc.constant('503-no-code' as const), ...flag }),
  fc.record({ kind: fc.constant('html-502' as const), ...flag }),
  fc.record({ kind: fc.constant('html-503' as const), ...flag }),
  fc.record({ kind: fc.constant('error-in-200' as const), ...flag }),
  fc.record({
    kind: fc.constantFrom('limited-429' as const, 'banned-418' as const),
    retryAfterSeconds: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant('refuse' as const),
    code: fc.constantFrom(
      -1000,
      -1001,
      -1021,
      -1111,
      -2010,
      -2011,
      -2013,
      -2019,
      -2022,
      -2025,
      -4003,
      -4005,
      -4116,
      -4117,
      -4118,
      -4131,
      -4140,
      -4141,
      -4164,
      -9999,
    ),
  }),
);

/** Orders that fill, and stops that trigger, while they are being cancelled. */
const race: fc.Arbitrary<FaultRule> = fc.record({
  on: fc
    .constantFrom('/fapi/v1/allOpenOrders', '/fapi/v1/algoOpenOrders', '/fapi/v1/algoOrder')
    .map(path => ({ method: 'DELETE', path })),
  times: fc.constantFrom(1, 3),
  fault: fc.constantFrom<Fault>({ kind: 'fill-during-cancel' }, { kind: 'trigger-now' }),
});

const faultRule: fc.Arbitrary<FaultRule> = fc.record({
  on: fc.constantFrom(...PATHS).map(([method, path]) => ({ method, path })),
  skip: fc.integer({ min: 0, max: 3 }),
  times: fc.constantFrom(1, 1, 1, 2, 5, Number.POSITIVE_INFINITY),
  fault: anyFault,
});

export const randomRun: fc.Arbitrary<RandomRun> = fc.record({
  rig: fc.record({
    hedgeMode: fc.boolean(),
    rttMs: fc.integer({ min: 0, max: 80 }),
    seed: fc.nat(1_000),
    // Less than the pause of the proof.
    positionLagMs: fc.constantFrom(0, 0, 30, 200),
    clockSkewMs: fc.constantFrom(0, 0, -3_000, 4_000),
    unconfirmed: fc.record({
      emptyCancelAll: fc.constantFrom('ok', 'unknown-order'),
      emptyConditionalCancelAll: fc.constantFrom('ok', 'unknown-order'),
      conditionalsMakePositionRows: fc.boolean(),
      hedgeClosesExemptFromMinNotional: fc.boolean(),
      oversizeReduceOnly: fc.constantFrom('trim', 'reject'),
      reservedCode: fc.constantFrom(-2022, -4118),
      reservedBy: fc.constantFrom('reduce-only', 'all-same-side'),
      reduceOnlyOrdersOutlivePosition: fc.boolean(),
      clientIdFreeAfterMs: fc.constantFrom(0, 60_000),
      resultKeepsAveragePrice: fc.boolean(),
      rejectedOrdersCount: fc.boolean(),
      signatureCheckedBeforeTimestamp: fc.boolean(),
    }),
  }),
  holdings: fc.uniqueArray(holding, { selector: one => one.symbol, maxLength: 5 }),
  faults: fc.array(fc.oneof({ arbitrary: faultRule, weight: 3 }, { arbitrary: race, weight: 1 }), { maxLength: 5 }),
  storeFaults: fc.array(fc.constantFrom('refuse', 'hang', 'lose-answer'), { maxLength: 2 }),
  changes: fc.record({
    liquidation: fc.record({
      timeoutMs: fc.constantFrom(1_000, 2_000, 5_000, 12_000),
      maxRetries: fc.integer({ min: 0, max: 4 }),
      retryDelayMs: fc.constantFrom(100, 500),
    }),
  }),
});

/** Puts the holdings into the account and the faults into the exchange; from here on the exchange watches. */
export function injectFaults(
  rig: LiquidationRig,
  { rig: { hedgeMode = false }, holdings, faults, storeFaults }: RandomRun,
): void {
  for (const own of holdings) hold(rig, own, hedgeMode);
  for (const rule of faults) rig.exchange.faults.add(rule);
  for (const fault of storeFaults) rig.stores.script.failNext(fault);
  rig.account.watch();
}

/** `older`: its stops are from before the algo service. */
export function hold(
  { account }: LiquidationRig,
  own: Holding,
  hedgeMode: boolean,
  markPrice?: number,
  older = false,
): void {
  const { symbol, long, short } = own;
  const mark = markPrice ?? SYMBOLS.find(one => one.symbol === symbol)?.mark ?? 1;
  const price = (share: number): string =>
    (mark * share).toFixed(mark > 1_000 ? 0 : mark > 100 ? 1 : mark > 0.1 ? 3 : 6);
  const hasLong = own.which === 'long' || own.which === 'both';
  const hasShort = own.which === 'short' || (hedgeMode && own.which === 'both');
  if (hasLong) account.open(symbol, long);
  if (hasShort) account.open(symbol, `-${short}`);
  const longSide = hedgeMode ? ({ positionSide: 'LONG' } as const) : {};
  const shortSide = hedgeMode ? ({ positionSide: 'SHORT' } as const) : {};
  if (own.entry) account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: long, price: price(0.96), ...longSide });
  if (own.takeProfit && hasLong) {
    const reduceOnly = hedgeMode ? {} : { reduceOnly: true };
    account.rest({
      symbol,
      side: 'SELL',
      type: 'LIMIT',
      quantity: long,
      price: price(1.04),
      ...reduceOnly,
      ...longSide,
    });
  }
  if (own.stop && hasLong) {
    account.arm({
      symbol,
      side: 'SELL',
      type: 'STOP_MARKET',
      triggerPrice: price(0.8),
      closePosition: true,
      older,
      ...longSide,
    });
  }
  if (own.stop && hasShort) {
    account.arm({
      symbol,
      side: 'BUY',
      type: 'STOP_MARKET',
      triggerPrice: price(1.2),
      closePosition: true,
      older,
      ...shortSide,
    });
  }
  if (own.stopEntry) {
    account.arm({
      symbol,
      side: 'BUY',
      type: 'STOP_MARKET',
      triggerPrice: price(1.1),
      quantity: long,
      older,
      ...longSide,
    });
  }
}
