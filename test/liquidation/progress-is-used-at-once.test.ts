/**
 * Tries are counted, and waits grow, only where nothing moved: where the position shrank, or the orders in the way are
 * gone, the next order goes out at once with what is left. (Inputs A7, A11, A12, A19.)
 */

import { describe, expect, test } from 'vitest';
import type { HeldSide } from '../../simulator/engine/orders/order-state.ts';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { closesOf, dayOf, expectSound, flatAfterMs, liquidated } from '../support/bad-day.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

describe('a position that others closed, in a list that is behind', () => {
  test.each([800, 2_400, 3_200])(
    'by %i ms: it is read until the list shows it, and the answer is FLAT',
    async lagMs => {
      const day = await dayOf(
        {},
        ({ account }) => account.open('ETHUSDT', '8.125'),
        ({ exchange }) => {
          exchange.setListLag({ positionsMs: lagMs });
          const on = { method: 'POST', path: '/fapi/v1/order' };
          exchange.faults.add({ on, fault: { kind: 'others-close', symbol: 'ETHUSDT' } });
        },
      );
      expect(day.answer.headline).toBe('FLAT');
      // The row goes, and the second read comes half a second after the first.
      expect(day.answeredAfterMs).toBeLessThan(lagMs + 1_500);
      expect(closesOf(day).length).toBeLessThanOrEqual(6);
      expectSound(day, { othersTrade: true });
    },
  );
});

describe('a book that gives a part to each order (A11)', () => {
  test.each<{ symbol: string; amount: string; gives: string; orders: number; rttMs: number; hedgeMode: boolean }>([
    { symbol: 'SOLUSDT', amount: '400', gives: '40', orders: 10, rttMs: 20, hedgeMode: false },
    { symbol: 'ETHUSDT', amount: '-300', gives: '25', orders: 12, rttMs: 20, hedgeMode: true },
    { symbol: 'BNBUSDT', amount: '99', gives: '9', orders: 11, rttMs: 80, hedgeMode: false },
    { symbol: 'SOLUSDT', amount: '-400', gives: '40', orders: 10, rttMs: 200, hedgeMode: false },
  ])(
    '$amount $symbol at $gives an order is closed by about $orders orders back to back',
    async ({ symbol, amount, gives, orders, rttMs, hedgeMode }) => {
      const day = await dayOf(
        { rttMs, hedgeMode },
        ({ account, exchange }) => {
          account.open(symbol, amount);
          const level = [{ distance: '0', quantity: gives }];
          exchange.setBook(symbol, { bids: level, asks: level });
        },
        undefined,
        { liquidation: { timeoutMs: 10_000 } },
      );
      expect(day.answer.headline).toBe('FLAT');
      expect(closesOf(day).length).toBeLessThanOrEqual(orders + 1);
      // An order and a read each.
      expect(flatAfterMs(day)).toBeLessThanOrEqual((2 * orders + 1) * rttMs + 100);
      expectSound(day);
    },
  );

  test.each<{ says: string; amount: string; hedgeMode: boolean; fault: Fault }>([
    { says: '3 s late', amount: '400', hedgeMode: false, fault: { kind: 'delay', ms: 3_000, when: 'after' } },
    { says: '1.2 s late', amount: '-300', hedgeMode: true, fault: { kind: 'delay', ms: 1_200, when: 'after' } },
    { says: 'never', amount: '-400', hedgeMode: false, fault: { kind: 'hang-after' } },
  ])('the next order goes out once a read shows the part, if the answer comes $says', async bad => {
    const day = await dayOf(
      { hedgeMode: bad.hedgeMode },
      ({ account, exchange }) => {
        account.open('SOLUSDT', bad.amount);
        account.open('BTCUSDT', '0.5');
        const level = [{ distance: '0', quantity: '40' }];
        exchange.setBook('SOLUSDT', { bids: level, asks: level });
      },
      ({ exchange }) =>
        exchange.faults.add({ on: { method: 'POST', path: '/fapi/v1/order' }, times: ALWAYS, fault: bad.fault }),
    );
    expect(flatAfterMs(day)).toBeLessThan(3_500);
    expect(closesOf(day, 'SOLUSDT').length).toBeLessThanOrEqual(11);
    expectSound(day);
  });

  test('a book that refills only each 300 ms is asked again until it has taken all', async () => {
    const day = await dayOf(
      {},
      ({ account, exchange }) => {
        account.open('SOLUSDT', '400');
        exchange.setBook('SOLUSDT', { bids: [{ distance: '0', quantity: '100' }], refillMs: 300 });
      },
      undefined,
      { liquidation: { timeoutMs: 10_000 } },
    );
    expect(day.answer.headline).toBe('FLAT');
    expectSound(day);
  });
});

describe('a position that others close as well (A12)', () => {
  test.each<{
    says: string;
    symbol: string;
    amount: string;
    by: string;
    side?: HeldSide;
    hedgeMode: boolean;
    rejects: 'trim' | 'reject';
  }>([
    {
      says: 'a hedged long',
      symbol: 'ETHUSDT',
      amount: '8.125',
      by: '1',
      side: 'LONG',
      hedgeMode: true,
      rejects: 'trim',
    },
    {
      says: 'a hedged short',
      symbol: 'SOLUSDT',
      amount: '-500',
      by: '60',
      side: 'SHORT',
      hedgeMode: true,
      rejects: 'trim',
    },
    {
      says: 'a one-way long whose oversize orders are rejected',
      symbol: 'BTCUSDT',
      amount: '3.4',
      by: '0.5',
      hedgeMode: false,
      rejects: 'reject',
    },
  ])(
    '$says that shrinks before each of six orders (-2022) gets the next one at once',
    async ({ symbol, amount, by, side, hedgeMode, rejects }) => {
      const day = await dayOf(
        { hedgeMode, unconfirmed: { oversizeReduceOnly: rejects } },
        ({ account }) => account.open(symbol, amount),
        ({ exchange }) =>
          exchange.faults.add({
            on: { method: 'POST', path: '/fapi/v1/order' },
            times: 6,
            fault: { kind: 'others-close', symbol, quantity: by, ...(side ? { positionSide: side } : {}) },
          }),
      );
      expect(day.answer.headline).toBe('FLAT');
      const orders = closesOf(day);
      expect(orders.map(({ code }) => code)).toEqual([...Array.from({ length: 6 }, () => -2022), undefined]);
      // Its answer, and a read.
      for (const [index, order] of orders.slice(1).entries()) {
        expect(order.receivedAtMs - (orders[index]?.receivedAtMs ?? 0)).toBeLessThanOrEqual(60);
      }
      expectSound(day, { othersTrade: true });
    },
  );

  test('a position that its owner closes first ends the run, and is not counted as closed twice', async () => {
    const day = await dayOf(
      {},
      ({ account }) => account.open('ETHUSDT', '5'),
      ({ exchange }) =>
        exchange.faults.add({ on: { method: 'POST' }, fault: { kind: 'others-close', symbol: 'ETHUSDT' } }),
    );
    expect(day.answer).toMatchObject({ headline: 'FLAT', positions_closed: 1, positions_failed: 0 });
    expect(day.answer.pnl_is_estimate).toBe(true);
    expectSound(day, { othersTrade: true });
  });
});

describe('rules that were read during a halt (A7)', () => {
  const THIN = {
    bids: [{ distance: '0.06', quantity: 'all' }],
    asks: [{ distance: '0.06', quantity: 'all' }],
  } as const;

  test.each([
    { symbol: 'SOLUSDT', amount: '120', status: 'TRADING_HALT' },
    { symbol: 'ADAUSDT', amount: '-52000', status: 'PRE_SETTLE' },
    { symbol: 'BNBUSDT', amount: '9', status: 'TRADING_CANCEL_ONLY' },
  ] as const)(
    '$symbol trades again after $status: -4131 makes a limit order inside the band',
    async ({ symbol, amount, status }) => {
      const rig = liquidationRig();
      rig.account.open(symbol, amount);
      rig.exchange.changeSymbol(symbol, { multiplierUp: '1.1', multiplierDown: '0.9', marketTakeBound: '0.02' });
      rig.exchange.setStatus(symbol, status);
      const halted = await liquidated(rig, {}, { liquidation: { resumeMs: 0 } });
      expect(halted.answer.errors).toContainEqual(expect.objectContaining({ code: 'NOT_CLOSABLE', symbol }));
      await rig.clock.sleep(20_000);
      rig.exchange.setStatus(symbol, 'TRADING');
      rig.exchange.setBook(symbol, THIN);
      const day = await liquidated(rig);
      expect(day.answer.headline).toBe('FLAT');
      expect(closesOf(day).at(-1)?.params).toMatchObject({ type: 'LIMIT', timeInForce: 'IOC' });
      expect(flatAfterMs(day)).toBeLessThan(1_500);
      expectSound(day);
    },
  );

  test('a document that calls a symbol halted does not outrank an exchange that answers -4131', async () => {
    const day = await dayOf({}, ({ account, exchange }) => {
      account.open('SOLUSDT', '120');
      exchange.changeSymbol('SOLUSDT', {
        multiplierDown: '0.9',
        marketTakeBound: '0.02',
        documented: { status: 'TRADING_HALT' },
      });
      exchange.setBook('SOLUSDT', THIN);
    });
    expect(day.answer.headline).toBe('FLAT');
    expectSound(day);
  });
});

describe('a cancel that hangs while its symbol fills in part (A19)', () => {
  test.each([
    { symbol: 'ETHUSDT', amount: '8.125', ratio: '0.5', hedgeMode: false },
    { symbol: 'SOLUSDT', amount: '-500', ratio: '0.3', hedgeMode: true },
    { symbol: 'BTCUSDT', amount: '3.4', ratio: '0.75', hedgeMode: false },
  ])('$symbol: the rest is sent as soon as a read shows it', async ({ symbol, amount, ratio, hedgeMode }) => {
    const long = !amount.startsWith('-');
    const day = await dayOf(
      { hedgeMode },
      ({ account }) => {
        account.open(symbol, amount);
        const entry = {
          symbol,
          side: long ? 'BUY' : 'SELL',
          type: 'LIMIT',
          quantity: '1',
          price: long ? '100' : '90000',
        } as const;
        account.rest(hedgeMode ? { ...entry, positionSide: long ? 'LONG' : 'SHORT' } : entry);
      },
      ({ exchange }) => {
        exchange.faults.add({
          on: { method: 'DELETE', path: '/fapi/v1/allOpenOrders' },
          times: ALWAYS,
          fault: { kind: 'hang-before' },
        });
        exchange.faults.add({ on: { method: 'POST' }, times: 2, fault: { kind: 'partial-fill', ratio } });
      },
    );
    const orders = closesOf(day);
    expect(orders).toHaveLength(3);
    const [first, second, third] = orders.map(one => one.receivedAtMs - day.startedAtMs) as [number, number, number];
    // The close waits for the cancel of its orders for a second at most; then each rest for its read.
    expect(first).toBeLessThanOrEqual(1_100);
    expect(second - first).toBeLessThanOrEqual(100);
    expect(third - second).toBeLessThanOrEqual(100);
    expect(day.rig.account.truth().positions).toEqual([]);
    expect(day.rig.account.violations).toEqual([]);
  });
});
