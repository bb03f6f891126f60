/** The exchange's answers, in every form they have been seen in, become our own values. Positions have a file of their own. */

import { describe, expect, it } from 'vitest';
import type { ExchangeRequest } from '../../../lambda/core/exchange/request.ts';
import { CLOSE, LIMITS, reply, rig, successOf } from './rig.ts';

const ask = <R extends ExchangeRequest>(request: R, body: unknown) =>
  rig(() => reply(200, body)).exchange.send<R['kind']>(request as never, LIMITS);
const read = <R extends ExchangeRequest>(request: R, body: unknown) => successOf(ask(request, body));

describe('open orders', () => {
  const ROW = {
    ...{ orderId: 7, symbol: 'BTCUSDT', clientOrderId: 'web_1', side: 'BUY', positionSide: 'BOTH', type: 'LIMIT' },
    ...{ origQty: '0.40', executedQty: '0', reduceOnly: false, avgPrice: '0.00000', timeInForce: 'GTC' },
  };
  const ORDER = {
    ...{ symbol: 'BTCUSDT', orderId: '7', clientOrderId: 'web_1', side: 'BUY', positionSide: 'BOTH' },
    ...{ quantity: '0.40', executedQuantity: '0', reduceOnly: false },
  };
  const ordersIn = (body: unknown) => read({ kind: 'open-orders' }, body);

  it('keep IDs beyond 2^53 and symbols beyond ASCII', async () => {
    const body = JSON.stringify([{ ...ROW, symbol: '测试USDT' }]).replace(
      '"orderId":7',
      '"orderId":9223372036854775807',
    );
    expect(await ordersIn(body)).toEqual({
      rows: [{ ...ORDER, symbol: '测试USDT', orderId: '9223372036854775807' }],
      unread: [],
    });
  });

  it('are read behind a byte order mark as well', async () => {
    expect(await ordersIn(`\ufeff  ${JSON.stringify([ROW])}\n`)).toEqual({ rows: [ORDER], unread: [] });
  });

  it.each([
    ['a position side', { positionSide: undefined }, { positionSide: undefined }],
    ['a known position side', { positionSide: 'UP' }, { positionSide: undefined }],
    ['an ID of the client', { clientOrderId: undefined }, { clientOrderId: '' }],
    ['a type', { type: undefined }, {}],
    ['quantities', { origQty: null, executedQty: '' }, { quantity: '0', executedQuantity: '0' }],
    ['the flag', { reduceOnly: undefined }, { reduceOnly: false }],
    ['a readable flag', { reduceOnly: 'maybe' }, { reduceOnly: false }],
  ])('do without %s', async (_what, wire, order) => {
    expect(await ordersIn([{ ...ROW, ...wire }])).toEqual({ rows: [{ ...ORDER, ...order }], unread: [] });
  });

  it.each([
    ['no side', { side: undefined }, 'BTCUSDT', 'side: Invalid input'],
    ['no ID', { orderId: null }, 'BTCUSDT', 'orderId: Invalid input'],
    ['no symbol', { symbol: null }, undefined, 'symbol: Invalid input'],
  ])('with %s are named, and the others are given', async (_what, wire, symbol, problem) => {
    expect(await ordersIn([{ ...ROW, ...wire }, null, ROW])).toEqual({
      rows: [ORDER],
      unread: [
        { symbol, problem },
        { symbol: undefined, problem: 'the row: Invalid input' },
      ],
    });
  });
});

describe('conditional orders', () => {
  /** The sample row of Current All Algo Open Orders, without what is not read. */
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
  const ORDER = {
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
      'no quantity beside closePosition',
      { quantity: null, closePosition: true },
      { quantity: '0', closePosition: true },
    ],
    ['an ID as a string', { algoId: '9223372036854775807' }, { algoId: '9223372036854775807' }],
    ['no flags', { reduceOnly: undefined, closePosition: null }, { reduceOnly: false }],
    ['`type` for `orderType`', { orderType: undefined, type: 'STOP_MARKET' }, { type: 'STOP_MARKET' }],
    ['no type at all', { orderType: undefined }, { type: '' }],
    ['a type of null', { orderType: null, type: null }, { type: '' }],
    ['no position side', { positionSide: undefined }, { positionSide: undefined }],
    ['no ID of the client', { clientAlgoId: undefined }, { clientAlgoId: '' }],
    ['no trigger price', { triggerPrice: undefined }, { triggerPrice: '0' }],
  ])('are read with %s', async (_what, wire, order) => {
    expect(await read({ kind: 'conditional-orders' }, [{ ...ROW, ...wire }])).toEqual({
      rows: [{ ...ORDER, ...order }],
      unread: [],
    });
  });

  it('that cannot be read are named, and the others are given', async () => {
    expect(await read({ kind: 'conditional-orders' }, [ROW, { ...ROW, algoId: {} }])).toEqual({
      rows: [ORDER],
      unread: [{ symbol: 'BNBUSDT', problem: 'algoId: Invalid input' }],
    });
  });
});

describe('TWAP and VP orders', () => {
  it('are read from the list in the answer', async () => {
    const row = { algoId: 14511, symbol: 'BTCUSDT', side: 'SELL', algoStatus: 'WORKING', algoType: 'TWAP' };
    expect(await read({ kind: 'twap-orders' }, { total: 2, orders: [row, { algoId: 1 }] })).toEqual({
      rows: [{ algoId: '14511', symbol: 'BTCUSDT' }],
      unread: [{ symbol: undefined, problem: 'symbol: Invalid input' }],
    });
  });

  it('are read from a bare list as well', async () => {
    expect(await read({ kind: 'twap-orders' }, [{ algoId: 14511, symbol: 'BTCUSDT' }])).toEqual({
      rows: [{ algoId: '14511', symbol: 'BTCUSDT' }],
      unread: [],
    });
  });

  it.each([[[]], [{}], [{ orders: {} }], [{ total: 0 }]])('are not read from %j', async body => {
    expect(await ask({ kind: 'twap-orders' }, body)).toMatchObject({ ok: false, failure: { reason: 'bad-reply' } });
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
  const RECEIPT = {
    orderId: '22542179',
    status: 'FILLED',
    executedQuantity: '0.010',
    averagePrice: undefined,
    updatedAtMs: 1566818724722,
  };
  const NOTHING = { orderId: undefined, status: undefined, executedQuantity: undefined, averagePrice: undefined };
  const close = { kind: 'close', order: CLOSE, recvWindowMs: 2_000 } as const;

  it.each([
    ['without an average price, as since mid-2026', {}, {}],
    ['with one', { avgPrice: '67000.10' }, { averagePrice: '67000.10' }],
    ['with the zero that means none', { avgPrice: '0.00000' }, {}],
    ['with an unreadable one', { avgPrice: {} }, {}],
    [
      'that expired in part',
      { status: 'EXPIRED', executedQty: '0.004' },
      { status: 'EXPIRED', executedQuantity: '0.004' },
    ],
    ['without a status', { status: undefined }, { status: undefined }],
    ['with a time in microseconds, which is none', { updateTime: 1566818724722000 }, { updatedAtMs: 0 }],
    ['with an unreadable amount', { executedQty: 'all' }, { executedQuantity: undefined }],
    ['without an ID', { orderId: null }, { orderId: undefined }],
  ])('of an order %s', async (_what, wire, receipt) => {
    expect(await read(close, { ...WIRE, ...wire })).toEqual({ ...RECEIPT, ...receipt });
  });

  it.each([[{}], [{ order: 'taken' }], [{ code: 200, msg: 'success' }]])(
    'may be %j: the order counts as accepted',
    async body => {
      expect(await read(close, body)).toEqual({ ...NOTHING, updatedAtMs: 0 });
    },
  );

  it.each([[[]], ['null'], ['"FILLED"'], ['7']])('that are %j leave the outcome unknown', async body => {
    expect(await ask(close, body)).toMatchObject({ ok: false, failure: { certainty: 'unknown', reason: 'bad-reply' } });
  });
});

describe('cancels', () => {
  const cancels = [
    ['cancel-orders', { kind: 'cancel-orders', symbol: 'BTCUSDT' }],
    ['cancel-conditionals', { kind: 'cancel-conditionals', symbol: 'BTCUSDT' }],
    ['cancel-conditional', { kind: 'cancel-conditional', symbol: 'BTCUSDT', algoId: '1' }],
  ] as const;

  it.each(cancels)('%s is acknowledged by code 200 in any form, or by none', async (_kind, request) => {
    for (const body of [
      { code: 200, msg: 'done' },
      { algoId: 2146760, code: '200', msg: 'success' },
      { complete: true },
      {},
    ])
      expect(await ask(request, body)).toMatchObject({ ok: true, value: null });
  });

  it.each(cancels)(
    '%s is not acknowledged by another code, or by what is neither object nor list',
    async (_kind, request) => {
      for (const body of [{ code: 51_001 }, 'null', '"200"', '7'])
        expect(await ask(request, body)).toMatchObject({ ok: false, failure: { reason: 'bad-reply' } });
    },
  );

  it('cancel-twap-order is acknowledged unless it says that it was no success', async () => {
    const request = { kind: 'cancel-twap-order', algoId: '1' } as const;
    expect(await ask(request, { algoId: 1, success: true, code: 0, msg: 'OK' })).toMatchObject({ ok: true });
    expect(await ask(request, { algoId: 1, success: false, code: 0, msg: 'OK' })).toMatchObject({ ok: false });
  });
});

describe('what became of an order', () => {
  it('is its status and how much of it was executed', async () => {
    const wire = {
      orderId: 1917641,
      symbol: 'BTCUSDT',
      status: 'FILLED',
      executedQty: '0.5',
      updateTime: 1579276756075,
    };
    const by = { clientOrderId: 'web_1' };
    expect(await read({ kind: 'order', symbol: 'BTCUSDT', by }, wire)).toEqual({
      ...{ orderId: '1917641', status: 'FILLED', executedQuantity: '0.5', updatedAtMs: 1579276756075 },
    });
    expect(await ask({ kind: 'order', symbol: 'BTCUSDT', by }, { ...wire, executedQty: null })).toMatchObject({
      ok: false,
      failure: { reason: 'bad-reply' },
    });
  });

  it.each([
    ['waits for its trigger', { algoStatus: 'NEW', actualOrderId: '' }, { status: 'NEW', childOrderId: undefined }],
    [
      'has no child yet',
      { algoStatus: 'TRIGGERING', actualOrderId: 0 },
      { status: 'TRIGGERING', childOrderId: undefined },
    ],
    [
      'has placed its order',
      { algoStatus: 'TRIGGERED', actualOrderId: 77 },
      { status: 'TRIGGERED', childOrderId: '77' },
    ],
    ['names no child', { algoStatus: 'FINISHED' }, { status: 'FINISHED', childOrderId: undefined }],
  ])('of a conditional one that %s', async (_what, wire, state) => {
    expect(await read({ kind: 'conditional-order', symbol: 'BTCUSDT', algoId: '1' }, wire)).toEqual(state);
  });
});

describe('fills', () => {
  const WIRE = {
    buyer: false,
    commission: '-0.07819010',
    commissionAsset: 'BNB',
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
    marginAsset: 'USDT',
    time: 1569514978020,
  };
  const FILL = {
    fillId: '698759',
    orderId: '25851813',
    side: 'SELL',
    price: '7819.01',
    quantity: '0.002',
    realizedPnl: '-0.91539999',
    marginAsset: 'USDT',
    commission: '-0.07819010',
    commissionAsset: 'BNB',
    atMs: 1569514978020,
  };

  it.each([
    ['what was realised and paid', {}, {}],
    ['no margin asset, as before 2026-08-07', { marginAsset: undefined }, { marginAsset: undefined }],
    ['no ID', { id: undefined }, { fillId: '' }],
    ['no commission', { commission: undefined, commissionAsset: null }, { commission: '0', commissionAsset: '' }],
  ])('are read with %s', async (_what, wire, fill) => {
    const request = { kind: 'fills', symbol: 'BTCUSDT', from: { orderId: '25851813' } } as const;
    expect(await read(request, [{ ...WIRE, ...wire }])).toEqual([{ ...FILL, ...fill }]);
  });
});

describe('preflight answers', () => {
  it('have permission and mode of the account', async () => {
    const wire = { feeTier: 0, canTrade: true, canDeposit: true, dualSidePosition: true, multiAssetsMargin: false };
    expect(await read({ kind: 'account-config' }, wire)).toEqual({
      canTrade: true,
      hedgeMode: true,
      multiAssetsMargin: false,
    });
  });

  it('have what the key may do', async () => {
    const wire = { ipRestrict: true, enableReading: true, enableFutures: true, enableWithdrawals: false };
    expect(await read({ kind: 'key-permissions' }, wire)).toEqual({
      ipRestricted: true,
      canTradeFutures: true,
      canTradePortfolioMargin: false,
      canWithdraw: false,
    });
  });
});
