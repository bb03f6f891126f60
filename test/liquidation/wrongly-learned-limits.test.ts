/**
 * The exchange is wrong a few times, and right afterwards: what it taught meanwhile does not stand for good. The account is
 * flat within the attempt, and no rest is called dust.
 */

import Big from 'big.js';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS, type FaultRule } from '../../simulator/engine/rules/fault-script.ts';
import {
  closesOf,
  type Day,
  dayOf,
  expectSound,
  flatAfterMs,
  leftIn,
  NOTHING,
  playInvocations,
  requestsOf,
} from '../support/bad-day.ts';
import type { LiquidationRig } from '../support/liquidation-rig.ts';

const ORDERS = { method: 'POST', path: '/fapi/v1/order' } as const;

/** One position, and the first orders of it are refused with the code. */
const refusedFirst = (symbol: string, amount: string, times: number, code: number, hedgeMode = false): Promise<Day> =>
  dayOf(
    { hedgeMode },
    ({ account }) => account.open(symbol, amount),
    ({ exchange }) => exchange.faults.add({ on: ORDERS, times, fault: { kind: 'refuse', code } }),
  );

describe('a size that was refused wrongly (-4005)', () => {
  test.each([
    { symbol: 'ETHUSDT', amount: '1800.5', times: 6, hedgeMode: false },
    { symbol: 'ETHUSDT', amount: '-1800.5', times: 12, hedgeMode: true },
    { symbol: 'SOLUSDT', amount: '70000', times: 15, hedgeMode: false },
  ])(
    '$times times in a row: $amount $symbol is closed by larger orders again',
    async ({ symbol, amount, times, hedgeMode }) => {
      const day = await refusedFirst(symbol, amount, times, -4005, hedgeMode);
      expect(day.answer.headline).toBe('FLAT');
      const orders = closesOf(day, symbol).length - times;
      expect(orders).toBeLessThanOrEqual(80);
      expect(flatAfterMs(day)).toBeLessThan(6_000);
      expectSound(day);
    },
  );

  test.each([
    { amount: '143', times: 3 },
    { amount: '143', times: 2 },
    { amount: '-95', times: 3 },
    { amount: '-287', times: 4 },
  ])(
    '$times times in hedge mode: of $amount no rest is left below the smallest notional',
    async ({ amount, times }) => {
      const rig = { hedgeMode: true, unconfirmed: { hedgeClosesExemptFromMinNotional: false } };
      const day = await dayOf(
        rig,
        ({ account }) => account.open('ADAUSDT', amount),
        ({ exchange }) => exchange.faults.add({ on: ORDERS, times, fault: { kind: 'refuse', code: -4005 } }),
      );
      expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
      expectSound(day);
    },
  );

  test('a size that is really small is asked to be larger once for each batch, and not more often', async () => {
    const day = await dayOf({}, ({ account, exchange }) => {
      account.open('SOLUSDT', '60000');
      exchange.changeSymbol('SOLUSDT', {
        marketMaxQuantity: '300',
        documented: { without: ['MARKET_LOT_SIZE', 'LOT_SIZE'] },
      });
    });
    expect(day.answer.headline).toBe('FLAT');
    const orders = closesOf(day, 'SOLUSDT');
    // 60000 to 234 and a larger one; what goes out then is of the size that is taken.
    const refused = orders.filter(({ code }) => code === -4005);
    expect(refused.length).toBeLessThanOrEqual(12);
    expect(orders.length).toBeLessThanOrEqual(refused.length + 270);
    expectSound(day);
  });
});

describe('digits that were refused wrongly (-1111)', () => {
  test.each([
    { symbol: 'ETHUSDT', amount: '7.123', times: 1 },
    { symbol: 'ETHUSDT', amount: '-7.123', times: 3 },
    { symbol: 'BTCUSDT', amount: '0.004', times: 1 },
  ])('$times times: all of $amount $symbol is closed, and nothing of it is called dust', async want => {
    const day = await refusedFirst(want.symbol, want.amount, want.times, -1111);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expectSound(day);
  });

  test('a rest that is refused for its digits once more is dust, and is asked for once in each attempt', async () => {
    const day = await dayOf({}, ({ account, exchange }) => {
      account.open('ETHUSDT', '7.1234');
      exchange.changeSymbol('ETHUSDT', { amountDigits: 4 });
    });
    const orders = closesOf(day).map(({ params, code }) => [params.quantity, code]);
    expect(orders).toEqual([
      ['7.1234', -1111],
      ['7.123', undefined],
      ['0.0004', -1111],
    ]);
  });
});

describe('what an attempt could not do is tried again by the next one', () => {
  test.each([
    {
      says: 'the smallest order there is, refused as too large',
      symbol: 'BTCUSDT',
      amount: '-100.004',
      times: 22,
      code: -4005,
    },
    {
      says: 'the only digit there is, refused as one too many',
      symbol: 'BTCUSDT',
      amount: '0.004',
      times: 5,
      code: -1111,
    },
    { says: 'a small amount, refused as too small', symbol: 'ADAUSDT', amount: '12', times: 1, code: -4164 },
  ])('$says', async ({ symbol, amount, times, code }) => {
    const day = await refusedFirst(symbol, amount, times, code);
    expect(day.answer.state).not.toBe('completed');
    await playInvocations(day.rig, {}, 3);
    expect(leftIn(day.rig)).toEqual(NOTHING);
    expect(closesOf(day, symbol).length - times).toBeLessThanOrEqual(80);
    expectSound(day);
  });
});

describe('a limit order that was refused for its price', () => {
  /** The order book is empty at first, so that limit orders are tried; then market orders pass. */
  test.each([-4014, -1111])('with %i: the next one is a market order', async code => {
    const day = await dayOf(
      {},
      ({ account }) => account.open('ETHUSDT', '8.125'),
      ({ exchange }) => {
        exchange.faults.add({ on: ORDERS, times: 2, fault: { kind: 'refuse', code: -4131 } });
        exchange.faults.add({ on: ORDERS, fault: { kind: 'refuse', code } });
      },
    );
    expect(day.answer.headline).toBe('FLAT');
    const types = closesOf(day).map(({ params }) => params.type);
    expect(types).toEqual(['MARKET', 'MARKET', 'LIMIT', 'MARKET']);
    expect(closesOf(day).at(-1)?.params.quantity).toBe('8.125');
    expectSound(day);
  });
});

describe('"too small" of a position that is not small', () => {
  test.each([-4164, -4003, -4004])('%i twice: it is closed in the same attempt', async code => {
    const day = await refusedFirst('ETHUSDT', '8.125', 2, code);
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expectSound(day);
  });
});

const DOES_NOTHING: Fault = { kind: 'http', status: 200, body: '{"code":200,"msg":"done"}' };

describe('a cancel that was refused wrongly', () => {
  const cancelOrders = { method: 'DELETE', path: '/fapi/v1/allOpenOrders' } as const;
  const cancelConditionals = { method: 'DELETE', path: '/fapi/v1/algoOpenOrders' } as const;

  test.each<{ says: string; on: FaultRule['on']; fault: Fault }>([
    { says: 'of orders with -4402', on: cancelOrders, fault: { kind: 'refuse', code: -4402 } },
    { says: 'of orders with -4411', on: cancelOrders, fault: { kind: 'refuse', code: -4411 } },
    { says: 'of conditional orders with -4403', on: cancelConditionals, fault: { kind: 'refuse', code: -4403 } },
  ])('$says, twice: the orders are cancelled in the same attempt', async ({ on, fault }) => {
    const day = await dayOf({}, withEntries, ({ exchange }) => exchange.faults.add({ on, times: 2, fault }));
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(leftIn(day.rig)).toEqual(NOTHING);
    expectSound(day);
  });

  test.each<{ says: string; on: FaultRule['on']; fault: Fault }>([
    { says: 'of orders is gone', on: cancelOrders, fault: { kind: 'gone-404' } },
    { says: 'of orders misses a parameter', on: cancelOrders, fault: { kind: 'refuse', code: -1102 } },
    { says: 'of orders says nothing is there', on: cancelOrders, fault: { kind: 'refuse', code: -2011 } },
    { says: 'of orders is taken and does nothing', on: cancelOrders, fault: DOES_NOTHING },
    { says: 'of conditional orders is refused', on: cancelConditionals, fault: { kind: 'refuse', code: -1104 } },
    { says: 'of conditional orders is taken and does nothing', on: cancelConditionals, fault: DOES_NOTHING },
  ])('the cancel of all $says, each time: they are cancelled by their IDs', async ({ on, fault }) => {
    const day = await dayOf({}, withEntries, ({ exchange }) => exchange.faults.add({ on, times: ALWAYS, fault }));
    expect(leftIn(day.rig)).toEqual(NOTHING);
    expectSound(day);
  });

  const withEntries = ({ account }: LiquidationRig): void => {
    account.open('ETHUSDT', '8.125');
    account.rest({ symbol: 'SOLUSDT', side: 'BUY', type: 'LIMIT', quantity: '3', price: '60' });
    account.arm({ symbol: 'XRPUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '9', quantity: '500' });
  };

  test.each<{ says: string; fault: Fault }>([
    { says: 'is refused', fault: { kind: 'refuse', code: -4402 } },
    { says: 'is lost', fault: { kind: 'reset-before' } },
    { says: 'finds the exchange busy', fault: { kind: 'busy-1004' } },
  ])('the unseen cancel of a symbol that was closed is sent again where it $says', async ({ fault }) => {
    const day = await dayOf(
      {},
      ({ account }) => {
        account.open('ETHUSDT', '8.125');
        account.arm({ symbol: 'ETHUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '9000', quantity: '5' });
      },
      ({ exchange }) => {
        exchange.faults.add({
          on: { path: '/fapi/v1/openAlgoOrders' },
          times: 100,
          fault: { kind: 'change-rows', hide: true },
        });
        exchange.faults.add({ on: cancelConditionals, fault });
      },
      { liquidation: { retryDelayMs: 100 } },
    );
    expect(requestsOf(day, 'DELETE', '/fapi/v1/algoOpenOrders').filter(({ executed }) => executed)).toHaveLength(1);
    expect(leftIn(day.rig)).toEqual(NOTHING);
  });
});

describe('the wallet refuses the key once', () => {
  test.each<{ says: string; fault: Fault }>([
    { says: '-2015', fault: { kind: 'key-refused' } },
    { says: '-2014', fault: { kind: 'key-refused', status: 400, code: -2014 } },
    { says: '-1022', fault: { kind: 'refuse', code: -1022 } },
  ])('with $says: the TWAP order is found and cancelled', async ({ fault }) => {
    const day = await dayOf(
      {},
      ({ account }) => {
        account.open('ETHUSDT', '8.125');
        account.startTwap({
          symbol: 'SOLUSDT',
          side: 'BUY',
          totalQuantity: '400',
          childQuantity: '5',
          everyMs: 60_000,
        });
      },
      ({ exchange }) => exchange.faults.add({ on: { host: 'wallet' }, fault }),
    );
    expect(day.answer.headline).toBe('FLAT');
    expect(leftIn(day.rig)).toEqual(NOTHING);
  });
});

/** No order asks for more than the position holds. */
test('orders that try a larger size never ask for more than there is', async () => {
  const day = await refusedFirst('ETHUSDT', '1800.5', 12, -4005);
  let left = new Big('1800.5');
  for (const { params, status } of closesOf(day, 'ETHUSDT')) {
    expect(left.gte(params.quantity ?? '0')).toBe(true);
    if (status === 200) left = left.minus(params.quantity ?? '0');
  }
  expect(left.toFixed()).toBe('0');
});
