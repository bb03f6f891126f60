/** What each method puts on the wire: verb, path and parameters; nothing undefined, the signature last. */

import { describe, expect, it } from 'vitest';
import type { CloseOrder } from '../../../lambda/core/model.ts';
import type { Exchange } from '../../../lambda/ports.ts';
import { HMAC_KEY, LIMITS, params, reply, rig } from './rig.ts';

const CLOSE: CloseOrder = {
  symbol: '测试USDT',
  side: 'SELL',
  positionSide: 'BOTH',
  quantity: '0.0000001',
  reduceOnly: true,
  clientOrderId: 'fl-1',
};

const SIGNED: readonly [string, (exchange: Exchange) => Promise<unknown>, string, Record<string, string>][] = [
  ['positions', exchange => exchange.positions(LIMITS), 'GET /fapi/v3/positionRisk', {}],
  ['openOrders', exchange => exchange.openOrders(LIMITS), 'GET /fapi/v1/openOrders', {}],
  ['openConditionals', exchange => exchange.openConditionals(LIMITS), 'GET /fapi/v1/openAlgoOrders', {}],
  [
    'cancelOrders',
    exchange => exchange.cancelOrders('测试USDT', LIMITS),
    'DELETE /fapi/v1/allOpenOrders',
    { symbol: '测试USDT' },
  ],
  [
    'cancelConditionals',
    exchange => exchange.cancelConditionals('BTCUSDT', LIMITS),
    'DELETE /fapi/v1/algoOpenOrders',
    { symbol: 'BTCUSDT' },
  ],
  [
    'cancelConditional',
    exchange => exchange.cancelConditional('BTCUSDT', '2146760', LIMITS),
    'DELETE /fapi/v1/algoOrder',
    { algoId: '2146760' },
  ],
  [
    'trades',
    exchange => exchange.trades('BTCUSDT', '9007199254740993', LIMITS),
    'GET /fapi/v1/userTrades',
    { symbol: 'BTCUSDT', orderId: '9007199254740993', limit: '1000' },
  ],
  ['accountConfig', exchange => exchange.accountConfig(LIMITS), 'GET /fapi/v1/accountConfig', {}],
  [
    'place',
    exchange => exchange.place(CLOSE, LIMITS),
    'POST /fapi/v1/order',
    {
      symbol: '测试USDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: '0.0000001',
      reduceOnly: 'true',
      newClientOrderId: 'fl-1',
      newOrderRespType: 'RESULT',
    },
  ],
  [
    'testOrder',
    exchange => exchange.testOrder(CLOSE, LIMITS),
    'POST /fapi/v1/order/test',
    {
      symbol: '测试USDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: '0.0000001',
      reduceOnly: 'true',
      newClientOrderId: 'fl-1',
      newOrderRespType: 'RESULT',
    },
  ],
];

describe('signed requests', () => {
  it.each(SIGNED)('%s', async (_name, call, line, expected) => {
    const { exchange, requests } = rig(() => reply(200, {}));
    await call(exchange);
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(`${request?.method} ${request?.path}`).toBe(line);
    const { timestamp, recvWindow, signature, ...own } = params(request);
    expect(own).toEqual(expected);
    expect([timestamp, recvWindow, signature]).toEqual([
      expect.any(String),
      '2000',
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
    expect(request?.query).toMatch(/&signature=[0-9a-f]{64}$/);
    expect(request?.query).not.toMatch(/undefined|[^\x21-\x7e]/);
    expect(request?.body).toBe('');
    expect(request?.headers['x-mbx-apikey']).toBe(HMAC_KEY.apiKey);
  });
});

describe('public requests', () => {
  it.each([
    ['rules', (exchange: Exchange) => exchange.rules(LIMITS), '/fapi/v1/exchangeInfo'],
    ['syncClock', (exchange: Exchange) => exchange.syncClock(LIMITS), '/fapi/v1/time'],
  ] as const)('%s carries nothing of the account', async (_name, call, path) => {
    const { exchange, requests } = rig(() => reply(200, {}));
    await call(exchange);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'GET', path, query: '', body: '' });
    expect(requests[0]?.headers).not.toHaveProperty('x-mbx-apikey');
  });
});

describe('order requests', () => {
  it('leave the order they were given untouched', async () => {
    const { exchange } = rig(() => reply(200, {}));
    const order = Object.freeze({ ...CLOSE });
    await exchange.place(order, LIMITS);
    expect(order).toEqual(CLOSE);
  });
});

describe('usage', () => {
  it('is read from the headers of successes and failures alike', async () => {
    const headers = { 'X-MBX-USED-WEIGHT-1M': '85', 'X-MBX-ORDER-COUNT-10S': '2' };
    for (const answer of [reply(200, [], headers), reply(400, { code: -2022, msg: 'no' }, headers)]) {
      const { trace } = await rig(() => answer).exchange.positions(LIMITS);
      expect(trace.usage).toEqual({ weightLastMinute: 85, ordersLastTenSeconds: 2 });
    }
  });

  it('the trace of a failure names its code, that of a success none', async () => {
    const failed = await rig(() => reply(400, { code: -2022, msg: 'no' })).exchange.positions(LIMITS);
    expect(failed.trace).toMatchObject({ status: 400, exchangeCode: -2022 });
    const cancelled = await rig(() => reply(200, { code: '200', msg: 'done' })).exchange.cancelOrders(
      'BTCUSDT',
      LIMITS,
    );
    expect(cancelled.trace).toMatchObject({ status: 200, exchangeCode: undefined });
  });
});
