/**
 * What goes first where room is short: closes by notional, profit last and bounded. (Inputs A17, A22, E3.)
 */

import { describe, expect, test } from 'vitest';
import {
  closesOf,
  dayOf,
  expectSound,
  flatAfterMs,
  leftIn,
  liquidated,
  manyPositions,
  NOTHING,
} from '../support/bad-day.ts';
import { KEY, type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

describe('profit takes a quarter of the weight that is left at the most (E3)', () => {
  test.each([
    { count: 300, used: 0 },
    { count: 150, used: 1_500 },
    { count: 40, used: 1_900 },
  ])('$count positions, $used of the minute spent by others', async ({ count, used }) => {
    const rig = liquidationRig();
    manyPositions(rig, count);
    await spendWeight(rig, used);
    const day = await liquidated(rig);
    expect(day.answer.headline).toBe('FLAT');
    const { byCall, weight, limited } = rig.exchange.tally();
    const profit = byCall['GET /fapi/v1/userTrades']?.weight ?? 0;
    const lookedUp = byCall['GET /fapi/v1/order']?.weight ?? 0;
    // The wallet's host counts apart.
    const atTheWallet = byCall['GET /sapi/v1/algo/futures/openOrders']?.weight ?? 0;
    const before = weight - profit - lookedUp - atTheWallet;
    expect(profit).toBeGreaterThan(0);
    expect(profit + lookedUp).toBeLessThanOrEqual((2_400 - before) / 4);
    expect(limited).toBe(0);
    // What was not asked for is marked.
    expect(day.answer.pnl_is_estimate).toBe(profit < count * 5);
    expectSound(day);
  });
});

/** A neighbour at the same address reads lists, as the headers of the first answers show. */
async function spendWeight({ world }: LiquidationRig, weight: number): Promise<void> {
  const exchange = world.openExchange(KEY);
  const { signal } = new AbortController();
  const reads = Array.from({ length: Math.floor(weight / 40) }, () =>
    exchange.send({ kind: 'open-orders' }, { timeoutMs: 1_000, signal }),
  );
  await Promise.all(reads);
}

describe('little weight is left (A22)', () => {
  test.each([
    { left: 130, count: 6 },
    { left: 100, count: 3 },
    { left: 90, count: 20 },
  ])('$left of the minute: $count positions are closed, because closes have no weight', async ({ left, count }) => {
    // Late in the exchange's minute nothing is left until the next one; our own count knows of nothing.
    const day = await dayOf({ limits: { weightPerMinute: left } }, rig => manyPositions(rig, count));
    expect(day.rig.account.truth().positions).toEqual([]);
    expect(closesOf(day).length).toBeGreaterThanOrEqual(count);
    expect(flatAfterMs(day)).toBeLessThanOrEqual(500);
    expect(day.rig.exchange.tally().banned).toBe(0);
    expectSound(day);
  });
});

describe('the first read leaves nearly nothing of the minute', () => {
  const held = ({ account }: LiquidationRig): void => {
    account.open('BTCUSDT', '0.500');
    account.open('ETHUSDT', '-4.000');
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.100', price: '60000' });
    account.arm({ symbol: 'ADAUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '9', quantity: '100' });
  };
  const FIRST_READS = 85;

  test('nothing is left: a position whose orders cannot be cancelled is closed beside them', async () => {
    const day = await dayOf({}, held, ({ exchange }) => exchange.spendWeight(2_400 - FIRST_READS));
    expect(day.rig.account.truth().positions).toEqual([]);
    expect(flatAfterMs(day)).toBeLessThanOrEqual(500);
    expect(day.rig.exchange.tally().limited).toBe(0);
    expectSound(day);
  });

  test.each([10, 40, 100])('%i are left: once nothing is left to close, entries are cancelled with it', async left => {
    const day = await dayOf({}, held, ({ exchange }) => exchange.spendWeight(2_400 - FIRST_READS - left));
    expect(leftIn(day.rig)).toEqual(NOTHING);
    expect(day.rig.exchange.tally().limited).toBe(0);
    expectSound(day);
  });
});

describe('what goes first (A17)', () => {
  test.each([
    { small: 250, symbol: 'BTCUSDT', amount: '36', rttMs: 200 },
    { small: 120, symbol: 'ETHUSDT', amount: '-700', rttMs: 200 },
    { small: 290, symbol: 'BTCUSDT', amount: '-119', rttMs: 50 },
  ])(
    'one large position without orders beside $small small symbols with orders: its close is the first request after the read',
    async ({ small, symbol, amount, rttMs }) => {
      const day = await dayOf(
        { rttMs },
        rig => {
          manyPositions(rig, small);
          for (let index = 1; index <= small; index += 1) {
            const name = `SYM${String(index).padStart(3, '0')}USDT`;
            rig.account.rest({
              symbol: name,
              side: 'BUY',
              type: 'LIMIT',
              quantity: '30',
              price: String((1 + ((index - 1) % 50)) * 0.9),
            });
          }
          rig.account.open(symbol, amount);
        },
        undefined,
        { liquidation: { timeoutMs: 15_000 } },
      );
      // The reads, and half a round trip to the exchange.
      expect(flatAfterMs(day, symbol)).toBeLessThanOrEqual(rttMs * 1.5 + 20);
      const writes = day.rig.exchange.journal.filter(({ method }) => method !== 'GET');
      expect(writes[0]?.params).toMatchObject({ symbol });
      expect(day.rig.account.violations).toEqual([]);
    },
  );

  test('closes go by notional', async () => {
    const day = await dayOf({}, ({ account }) => {
      account.open('ADAUSDT', '1000');
      account.open('BTCUSDT', '2');
      account.open('SOLUSDT', '-300');
      account.open('ETHUSDT', '20');
    });
    expect(closesOf(day).map(({ params }) => params.symbol)).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'ADAUSDT']);
  });
});
