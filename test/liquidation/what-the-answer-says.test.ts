/**
 * Words after facts: what the answer counts, earns and calls protective is what the books hold, over all attempts, and
 * nothing that is unknown is stated. (Inputs L4, L5.)
 */

import Big from 'big.js';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../lambda/contract.ts';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import type { LevelSpec } from '../../simulator/engine/symbols/book.ts';
import { dayOf, expectSound, liquidated, playInvocations } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const QUOTES = ['USDT', 'USDC', 'BTC'] as const;

/** Profit by margin asset, from the exchange's own fills. */
function bookedProfit({ account }: LiquidationRig): Readonly<Record<string, string>> {
  const sums = new Map<string, Big>();
  for (const { symbol, realizedPnl } of account.truth().fills) {
    const asset = QUOTES.find(quote => symbol.endsWith(quote)) ?? 'USDT';
    sums.set(asset, (sums.get(asset) ?? new Big(0)).plus(realizedPnl));
  }
  return Object.fromEntries([...sums].map(([asset, sum]) => [asset, sum.toFixed()]));
}

const saidProfit = ({ realized_pnl }: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(realized_pnl).map(([asset, amount]) => [asset, new Big(amount).toFixed()]));

describe('closes that were executed and not seen before the deadline (L4)', () => {
  test.each<{ says: string; fault: Fault; loses: boolean; tables: 'well' | 'refuse' }>([
    { says: 'the reads after them hang', fault: { kind: 'hang-before' }, loses: false, tables: 'well' },
    { says: 'the reads after them are refused', fault: { kind: '503-unavailable' }, loses: false, tables: 'well' },
    { says: 'their answers are lost as well', fault: { kind: 'hang-before' }, loses: true, tables: 'well' },
    { says: 'there is no lock', fault: { kind: 'hang-before' }, loses: false, tables: 'refuse' },
    {
      says: 'there is no lock, and their answers are lost',
      fault: { kind: 'reset-after' },
      loses: true,
      tables: 'refuse',
    },
  ])('are counted by the next attempt, with their fills: $says', async ({ fault, loses, tables }) => {
    const rig = liquidationRig();
    rig.account.open('ETHUSDT', '8.125', { entryPrice: '3400' });
    rig.account.open('SOLUSDT', '-70', { entryPrice: '149' });
    rig.account.rest({ symbol: 'LTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '3', price: '70' });
    for (const version of ['v3', 'v2']) {
      rig.exchange.faults.add({ on: { path: `/fapi/${version}/positionRisk` }, afterMs: 15, forMs: 4_600, fault });
    }
    rig.exchange.faults.add({ on: { path: '/fapi/v1/openOrders' }, afterMs: 15, forMs: 4_600, fault });
    if (loses) rig.exchange.faults.add({ on: { method: 'POST' }, times: ALWAYS, fault: { kind: 'hang-after' } });
    if (tables === 'refuse') rig.stores.script.failAll('refuse');
    const first = await liquidated(rig);
    expect(rig.account.truth().positions).toEqual([]);
    expect(first.answer.state).not.toBe('completed');
    expect(first.answer.remaining.verified).toBe(false);
    const answers = await playInvocations(rig);
    const last = answers.find(one => one.state === 'completed');
    expect(last).toMatchObject({
      headline: 'FLAT',
      positions_closed: 2,
      positions_failed: 0,
      orders_cancelled: 1,
      pnl_is_estimate: false,
    });
    expect(last && saidProfit(last)).toEqual(bookedProfit(rig));
    // Metrics are given differences, so their sums are the truth.
    const sum = (name: string): number =>
      rig.metrics.filter(one => one.name === name).reduce((all, one) => all + one.value, 0);
    expect(sum('PositionsClosed')).toBe(2);
    expect(sum('OrdersCancelled')).toBe(1);
  });
});

describe('profit (L5)', () => {
  const levels = (count: number, quantity: string): readonly LevelSpec[] =>
    Array.from({ length: count }, (_, index) => ({ distance: (index * 0.00001).toFixed(5), quantity }));

  test.each([
    { fills: 1_500, symbol: 'ETHUSDT', amount: '15', each: '0.01' },
    { fills: 1_000, symbol: 'ETHUSDT', amount: '-10', each: '0.01' },
    { fills: 1_001, symbol: 'BNBUSDT', amount: '10.01', each: '0.01' },
    { fills: 2_300, symbol: 'SOLUSDT', amount: '-2300', each: '1' },
  ])('of $fills fills of $symbol is that of all of them', async ({ fills, symbol, amount, each }) => {
    const day = await dayOf({}, ({ account, exchange }) => {
      account.open(symbol, amount, { entryPrice: '140' });
      exchange.setBook(symbol, { bids: levels(fills, each), asks: levels(fills, each) });
    });
    expect(day.rig.account.truth().fills.length).toBe(fills);
    expect(day.answer).toMatchObject({ headline: 'FLAT', pnl_is_estimate: false });
    expect(saidProfit(day.answer)).toEqual(bookedProfit(day.rig));
    expectSound(day);
  });

  test.each<{ held: Readonly<Record<string, string>> }>([
    { held: { ETHUSDT: '8.125', ETHBTC: '-12.5' } },
    { held: { BTCUSDC: '0.75', SOLUSDT: '70', ETHBTC: '3' } },
    { held: { BTCUSDC: '-1.5', BTCUSDT: '1.5' } },
  ])('of $held is reported by asset, and never added up across assets', async ({ held }) => {
    const day = await dayOf({}, ({ account, exchange }) => {
      for (const [symbol, amount] of Object.entries(held)) account.open(symbol, amount);
      exchange.setMark('ETHBTC', '0.0501');
      exchange.setMark('BTCUSDC', '66000');
      exchange.setMark('SOLUSDT', '151');
    });
    expect(day.answer).toMatchObject({ headline: 'FLAT', pnl_is_estimate: false, total_realized_pnl: null });
    expect(saidProfit(day.answer)).toMatchObject(bookedProfit(day.rig));
    expect(Object.keys(day.answer.realized_pnl).length).toBeGreaterThan(1);
  });

  test('of chunks among the fills of a bot that trades on is that of our orders alone', async () => {
    const day = await dayOf(
      {},
      ({ account, exchange }) => {
        account.open('BTCUSDT', '300.5', { entryPrice: '66000' });
        exchange.setBook('BTCUSDT', { bids: levels(400, '1') });
      },
      ({ exchange }) =>
        exchange.faults.add({
          on: { method: 'POST' },
          times: 2,
          fault: { kind: 'others-close', symbol: 'BTCUSDT', quantity: '10', price: '50000' },
        }),
    );
    const ours = day.rig.account
      .truth()
      .fills.filter(({ clientOrderId }) => clientOrderId.startsWith('fl-'))
      .reduce((sum, fill) => sum.plus(fill.realizedPnl), new Big(0));
    expect(day.answer.headline).toBe('FLAT');
    expect(new Big(day.answer.total_realized_pnl ?? '0').toFixed()).toBe(ours.toFixed());
    // What others closed is not known.
    expect(day.answer.pnl_is_estimate).toBe(true);
  });

  test.each<{ says: string; fault: Fault }>([
    { says: 'refused', fault: { kind: 'refuse', code: -1130 } },
    { says: 'silent', fault: { kind: 'hang-before' } },
    { says: 'cut short', fault: { kind: 'truncated-json' } },
  ])(
    'is marked as an estimate where the fills are $says, and holds up the answer for two seconds at most',
    async ({ fault }) => {
      const day = await dayOf(
        {},
        ({ account }) => account.open('ETHUSDT', '8.125', { entryPrice: '3400' }),
        ({ exchange }) => exchange.faults.add({ on: { path: '/fapi/v1/userTrades' }, times: ALWAYS, fault }),
      );
      expect(day.answer).toMatchObject({ headline: 'FLAT', pnl_is_estimate: true });
      expect(day.answeredAfterMs).toBeLessThan(3_000);
    },
  );
});
