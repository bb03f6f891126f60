/** The exchange's answers, in every form they have been seen in, become the house's own values. */

import { describe, expect, it } from 'vitest';
import type { CloseOrder } from '../../../lambda/core/model.ts';
import { LIMITS, reply, rig, successOf } from './rig.ts';

describe('open orders', () => {
  it('keep IDs beyond 2^53 and symbols beyond ASCII', async () => {
    const body =
      '[{"orderId":9223372036854775807,"symbol":"测试USDT","clientOrderId":"web_1","side":"BUY","positionSide":"BOTH",' +
      '"type":"LIMIT","origQty":"0.40","executedQty":"0","reduceOnly":false,"avgPrice":"0.00000","timeInForce":"GTC"}]';
    expect(await successOf(rig(() => reply(200, body)).exchange.openOrders(LIMITS))).toEqual([
      {
        symbol: '测试USDT',
        orderId: '9223372036854775807',
        clientOrderId: 'web_1',
        side: 'BUY',
        positionSide: 'BOTH',
        type: 'LIMIT',
        quantity: '0.40',
        executedQuantity: '0',
        reduceOnly: false,
      },
    ]);
  });
});

describe('conditional orders', () => {
  /** The sample row of Current All Algo Open Orders, without what nobody reads. */
  const ROW = {
    algoId: 2148627,
    clientAlgoId: 'abc',
    algoType: 'CONDITIONAL',
    orderType: 'TAKE_PROFIT',
    symbol: 'BNBUSDT',
    side: 'SELL',
    positionSide: 'BOTH',
    quantity: '0.01',
    algoStatus: 'NEW',
    actualOrderId: '',
    triggerPrice: '750.000',
    price: '750.000',
    icebergQuantity: null,
    closePosition: false,
    priceProtect: false,
    reduceOnly: true,
    updateTime: 1750514941540,
  };
  const EXPECTED = {
    symbol: 'BNBUSDT',
    algoId: '2148627',
    clientAlgoId: 'abc',
    side: 'SELL',
    positionSide: 'BOTH',
    type: 'TAKE_PROFIT',
    quantity: '0.01',
    triggerPrice: '750.000',
    reduceOnly: true,
    closePosition: false,
  };

  it.each([
    ['the sample', {}, {}],
    ['flags as strings', { reduceOnly: 'true', closePosition: 'false' }, {}],
    [
      'a close-position order without a quantity',
      { quantity: null, closePosition: true },
      { quantity: '0', closePosition: true },
    ],
    ['an ID as a string', { algoId: '9223372036854775807' }, { algoId: '9223372036854775807' }],
    [
      'flags that are not told',
      { reduceOnly: undefined, closePosition: null },
      { reduceOnly: false, closePosition: false },
    ],
  ])('read %s', async (_what, wire, read) => {
    const { exchange } = rig(() => reply(200, [{ ...ROW, ...wire }]));
    expect(await successOf(exchange.openConditionals(LIMITS))).toEqual([{ ...EXPECTED, ...read }]);
  });

  it('with a flag that is neither yes nor no are not believed', async () => {
    const outcome = await rig(() => reply(200, [{ ...ROW, reduceOnly: 'maybe' }])).exchange.openConditionals(LIMITS);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'bad-reply' } });
  });
});

describe('receipts', () => {
  const WIRE = {
    orderId: 22542179,
    symbol: 'BTCUSDT',
    status: 'FILLED',
    clientOrderId: 'fl-1',
    price: '0',
    origQty: '0.010',
    executedQty: '0.010',
    cumQty: '0.010',
    type: 'MARKET',
    side: 'SELL',
    updateTime: 1566818724722,
  };
  const CLOSE: CloseOrder = {
    ...{ symbol: 'BTCUSDT', side: 'SELL', positionSide: 'BOTH', quantity: '0.010' },
    ...{ reduceOnly: true, clientOrderId: 'fl-1' },
  };
  const RECEIPT = {
    symbol: 'BTCUSDT',
    orderId: '22542179',
    clientOrderId: 'fl-1',
    status: 'FILLED',
    originalQuantity: '0.010',
    executedQuantity: '0.010',
    averagePrice: undefined,
    updatedAtMs: 1566818724722,
  };

  it.each([
    ['without an average price, as since mid-2026', {}, {}],
    ['with one', { avgPrice: '67000.10' }, { averagePrice: '67000.10' }],
    ['with the zero that means none', { avgPrice: '0.00000' }, {}],
    ['with an unreadable one', { avgPrice: {} }, {}],
    [
      'of an order that expired in part',
      { status: 'EXPIRED', executedQty: '0.004' },
      { status: 'EXPIRED', executedQuantity: '0.004' },
    ],
  ])('%s', async (_what, wire, read) => {
    const { exchange } = rig(() => reply(200, { ...WIRE, ...wire }));
    expect(await successOf(exchange.place(CLOSE, LIMITS))).toEqual({ ...RECEIPT, ...read });
  });
});

describe('cancels', () => {
  it.each([
    ['a number', { code: 200, msg: 'The operation of cancel all open order is done.' }],
    ['a string', { algoId: 2146760, clientAlgoId: 'abc', code: '200', msg: 'success' }],
  ])('are acknowledged by code 200 as %s', async (_what, body) => {
    expect(await rig(() => reply(200, body)).exchange.cancelConditionals('BTCUSDT', LIMITS)).toMatchObject({
      ok: true,
      value: null,
    });
  });

  it.each([[{ code: 0 }], [{}], [[]]])('are not acknowledged by %j', async body => {
    expect(await rig(() => reply(200, body)).exchange.cancelOrders('BTCUSDT', LIMITS)).toMatchObject({
      ok: false,
      failure: { reason: 'bad-reply' },
    });
  });
});

describe('trades', () => {
  it('carry what was realised and paid', async () => {
    const wire = {
      buyer: false,
      commission: '-0.07819010',
      commissionAsset: 'USDT',
      id: 698759,
      maker: false,
      orderId: 25851813,
      price: '7819.01',
      qty: '0.002',
      quoteQty: '15.63802',
      realizedPnl: '-0.91539999',
      side: 'SELL',
      positionSide: 'SHORT',
      symbol: 'BTCUSDT',
      time: 1569514978020,
    };
    expect(await successOf(rig(() => reply(200, [wire])).exchange.trades('BTCUSDT', '25851813', LIMITS))).toEqual([
      {
        symbol: 'BTCUSDT',
        orderId: '25851813',
        side: 'SELL',
        price: '7819.01',
        quantity: '0.002',
        realizedPnl: '-0.91539999',
        commission: '-0.07819010',
        commissionAsset: 'USDT',
        atMs: 1569514978020,
      },
    ]);
  });
});

describe('account configuration', () => {
  it('tells permission and mode', async () => {
    const wire = {
      feeTier: 0,
      canTrade: true,
      canDeposit: true,
      dualSidePosition: true,
      multiAssetsMargin: false,
      tradeGroupId: -1,
    };
    expect(await successOf(rig(() => reply(200, wire)).exchange.accountConfig(LIMITS))).toEqual({
      canTrade: true,
      hedgeMode: true,
      multiAssetsMargin: false,
    });
  });
});
