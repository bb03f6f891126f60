import { describe, expect, it } from 'vitest';
import { NOON_MS, type Params, type Stage, stage } from '../stage.ts';

const CLOSE = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' };

/** A long, an order and a stop in BTCUSDT, and an engine that takes 2.5 s. */
function queued(waitMs = 2_500, options: Parameters<typeof stage>[0] = {}): Stage & { readonly algoId: string } {
  const set = stage(options);
  set.account.open('BTCUSDT', '1');
  set.account.rest({
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '1',
    price: '60000',
    clientOrderId: 'one',
  });
  const stop = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '60000' } as const;
  const algoId = set.account.arm(stop);
  set.exchange.setEngineQueue({ waitMs });
  return { ...set, algoId };
}

describe('the queue of the matching engine', () => {
  it.each([
    ['2499', -5028, 1],
    ['2500', undefined, 0],
    ['5000', undefined, 0],
  ])('takes an order with a window of %s ms as %s', async (recvWindow, code, left) => {
    const { account, clock, order } = queued();
    const reply = await order({ ...CLOSE, recvWindow });
    expect([reply.status, reply.code]).toEqual([code === undefined ? 200 : 400, code]);
    expect(account.truth().positions).toHaveLength(left);
    expect(clock.nowMs()).toBe(NOON_MS + 2_500);
  });

  const cancels: readonly (readonly [string, string, Params])[] = [
    ['DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'one' }],
    ['DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' }],
    ['DELETE', '/fapi/v1/batchOrders', { symbol: 'BTCUSDT', origClientOrderIdList: '["one"]' }],
    ['DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' }],
  ];

  it.each(cancels)('holds up %s %s as it does orders', async (method, path, params) => {
    const { account, call } = queued();
    const before = account.truth();
    expect((await call(method, path, { ...params, recvWindow: '2000' })).code).toBe(-5028);
    expect(account.truth()).toEqual(before);
    expect((await call(method, path, { ...params, recvWindow: '3000' })).status).toBe(200);
    expect(account.truth()).not.toEqual(before);
  });

  it.each([
    [true, -5028],
    [false, '200'],
  ])('holds up conditional orders as well: %s', async (conditionalsQueueInEngine, code) => {
    const { call, algoId } = queued(2_500, { unconfirmed: { conditionalsQueueInEngine } });
    expect((await call('DELETE', '/fapi/v1/algoOrder', { algoId, recvWindow: '2000' })).code).toBe(code);
  });

  it.each([
    '/fapi/v3/positionRisk',
    '/fapi/v1/openOrders',
    '/fapi/v1/openAlgoOrders',
    '/fapi/v1/accountConfig',
    '/fapi/v1/time',
  ])('lets GET %s pass at once', async path => {
    const { call, clock } = queued();
    expect((await call('GET', path, { recvWindow: '10' })).status).toBe(200);
    expect(clock.nowMs()).toBe(NOON_MS);
  });

  it('refuses what arrives too late with its own code', async () => {
    const { account, order } = queued();
    const reply = await order({ ...CLOSE, recvWindow: '2000', timestamp: String(NOON_MS - 2_001) });
    expect(reply.code).toBe(-1021);
    expect(account.truth().positions).toHaveLength(1);
  });

  it('may be longer for one symbol', async () => {
    const { exchange, account, call, order, clock } = queued(0);
    exchange.setEngineQueue({ waitMs: 0, bySymbol: { BTCUSDT: 3_000 } });
    account.open('ETHUSDT', '1');
    expect((await order({ ...CLOSE, symbol: 'ETHUSDT', recvWindow: '1000' })).status).toBe(200);
    expect(clock.nowMs()).toBe(NOON_MS);
    expect((await order({ ...CLOSE, recvWindow: '1000' })).code).toBe(-5028);
    const items = ['ETHUSDT', 'BTCUSDT'].map(symbol => ({ ...CLOSE, symbol, type: 'MARKET' }));
    const batch = { batchOrders: JSON.stringify(items), recvWindow: '1000' };
    expect((await call('POST', '/fapi/v1/batchOrders', batch)).code).toBe(-5028);
  });
});
