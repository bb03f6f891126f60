/**
 * The fault matrix of each market: every operation, every kind of fault, once or always, on an account that holds
 * something in both. If the fault ends, the account becomes flat; if it does not, nothing untrue is said, and the
 * other market is flat at once.
 */

import { describe, expect, test } from 'vitest';
import type { MarketName } from '../../lambda/core/exchange/market.ts';
import type { Fault } from '../../simulator/exchange.ts';
import { sampled } from '../faults/extent.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';
import { isCoin, pathsOf } from './mixed-account.ts';

const CODES = [-1000, -1007, -1111, -2011, -2013, -2019, -2022, -4003, -4005, -4116, -4117, -4118, -4131, -4164, -9999];

/** Of one request. Those of the address (429, 418, 403, 451) are shared by the markets: limits-that-last.test.ts. */
const FAULTS: readonly Fault[] = [
  { kind: 'delay', ms: 900 },
  { kind: 'hang-before' },
  { kind: 'hang-after' },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: '503-unavailable' },
  { kind: '503-unknown', executed: true },
  { kind: '503-unknown', executed: false },
  { kind: '503-internal', executed: true },
  { kind: '503-throttled', forced: true },
  { kind: 'gone-404' },
  { kind: 'html-502', executed: true },
  { kind: 'html-502', executed: false },
  { kind: 'truncated-json' },
  { kind: 'error-in-200', executed: true },
  { kind: 'string-code' },
  { kind: 'fill-during-cancel' },
  { kind: 'trigger-now' },
  { kind: 'partial-fill', ratio: '0.5' },
  ...CODES.map((code): Fault => ({ kind: 'refuse', code })),
];

function fill({ account }: LiquidationRig, hedgeMode: boolean): void {
  const long = hedgeMode ? ({ positionSide: 'LONG' } as const) : {};
  for (const { symbol, amount, stop, entry } of [
    { symbol: 'BTCUSDT', amount: '0.5', stop: '50000', entry: '60000' },
    { symbol: 'BTCUSD_PERP', amount: '250', stop: '50000', entry: '60000' },
    { symbol: 'BTCUSD_261225', amount: '1800', stop: '51000', entry: '61000' },
  ]) {
    account.open(symbol, amount);
    account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: amount, price: entry, ...long });
    account.arm({ symbol, side: 'SELL', type: 'STOP_MARKET', triggerPrice: stop, closePosition: true, ...long });
    account.arm({ symbol, side: 'BUY', type: 'STOP_MARKET', triggerPrice: '80000', quantity: amount, ...long });
  }
  account.arm({
    symbol: 'ETHUSD_PERP',
    side: 'SELL',
    type: 'STOP_MARKET',
    triggerPrice: '3000',
    quantity: '9',
    older: true,
    ...long,
  });
  account.watch();
}

async function play(cell: {
  readonly account: 'futures' | 'portfolio_margin';
  readonly on: { readonly method: string; readonly path: string };
  readonly fault: Fault;
  readonly times: number;
  readonly hedgeMode: boolean;
}) {
  const { account, on, fault, times, hedgeMode } = cell;
  const rig = liquidationRig({ hedgeMode, portfolioMargin: account === 'portfolio_margin', rttMs: 30 });
  fill(rig, hedgeMode);
  rig.exchange.faults.add({ on, fault, times });
  const exchange = { account, markets: ['usdm', 'coinm'] } as const;
  const startedAtMs = rig.clock.nowMs();
  const answer = await rig.run({}, { exchange });
  const broken: string[] = [...rig.account.violations];
  if (rig.clock.nowMs() - startedAtMs > 5_000) broken.push('late');
  const after = rig.account.truth();
  const left = [...after.positions, ...after.orders, ...after.conditionals];
  if (answer.success && left.length > 0) broken.push('said flat, and is not');
  const faulty: MarketName = /dapi|\/cm\//.test(on.path) ? 'coinm' : 'usdm';
  const other = answer.markets?.find(({ market }) => market !== faulty);
  if (other?.flat !== true) broken.push('the other market waited');
  if (left.some(row => isCoin(row) !== (faulty === 'coinm'))) broken.push('the other market is not flat');
  if (answer.success) return { broken, ends: 'flat' };
  // The fault is over: the next attempt finishes.
  rig.exchange.faults.clear();
  await rig.clock.sleep(70_000);
  const again = await rig.run({ trigger: 'watchdog' }, { exchange });
  if (!again.success || rig.account.truth().positions.length > 0) broken.push(`never flat: ${again.headline}`);
  return { broken, ends: 'later' };
}

describe.each([
  ['futures', 'usdm'],
  ['futures', 'coinm'],
  ['portfolio_margin', 'usdm'],
  ['portfolio_margin', 'coinm'],
] as const)('%s, %s', (account, name) => {
  const paths = pathsOf(account, name);
  const endings: string[] = [];

  test.each(paths.map(([method, path], from) => [method, path, from] as const))(
    '%s %s: no promise is broken by any fault',
    { timeout: 240_000 },
    async (method, path, from) => {
      const on = { method, path };
      const unexpected: unknown[] = [];
      for (const [index, fault] of sampled([...FAULTS.entries()], 17, from)) {
        for (const times of [1, Number.POSITIVE_INFINITY]) {
          const hedgeMode = (index + (times === 1 ? 0 : 1)) % 2 === 0;
          const { broken, ends } = await play({ account, on, fault, times, hedgeMode });
          endings.push(ends);
          if (broken.length > 0) unexpected.push({ fault, times, hedgeMode, broken });
        }
      }
      expect(unexpected).toEqual([]);
    },
  );

  test('a single fault is no reason not to be flat: more than half of the runs end flat at once', () => {
    expect(endings.length).toBeGreaterThanOrEqual(4 * paths.length);
    expect(endings.filter(end => end === 'flat').length).toBeGreaterThan(endings.length / 2);
  });
});
