import { describe, expect, it } from 'vitest';
import { NOON_MS, type Params, stage } from '../stage.ts';

const TRADES = '/fapi/v1/userTrades';
const DAY_MS = 24 * 3600 * 1000;

/** One close that fills in `count` parts, a second after noon. */
async function filledInParts(count: number, options: Parameters<typeof stage>[0] = {}) {
  const set = stage(options);
  set.account.open('SOLUSDT', String(count / 10));
  set.exchange.setBook('SOLUSDT', {
    bids: Array.from({ length: count }, (_, index) => ({ distance: (index / 1e6).toFixed(6), quantity: '0.1' })),
  });
  set.clock.advance(1_000);
  const close = { symbol: 'SOLUSDT', side: 'SELL', quantity: String(count / 10), reduceOnly: 'true' };
  const { rows } = await set.order({ ...close, newOrderRespType: 'RESULT' });
  const page = async (params: Params) => (await set.call('GET', TRADES, { symbol: 'SOLUSDT', ...params })).rows;
  return { ...set, orderId: String(rows[0]?.orderId), status: rows[0]?.status, page };
}

describe('userTrades of a close with 1,600 fills', () => {
  it('come page by page from the first id', async () => {
    const { account, orderId, page, status } = await filledInParts(1_600);
    expect(status).toBe('FILLED');
    expect(account.truth().positions).toEqual([]);
    const ids: unknown[] = [];
    let fromId = '1';
    for (const _ of [1, 2, 3]) {
      const rows = await page({ fromId, limit: '1000' });
      ids.push(...rows.map(({ id }) => id));
      fromId = String(Number(rows.at(-1)?.id ?? 0) + 1);
    }
    expect(ids).toHaveLength(1_600);
    expect(ids).toEqual(Array.from({ length: 1_600 }, (_, index) => 698_760 + index));
    expect(await page({ orderId, limit: '1000' })).toHaveLength(1_000);
  });

  it.each([
    ['oldest', 698_760],
    ['newest', 698_760 + 600],
  ] as const)('begin with the %s when a time is given', async (tradesFromStartTime, firstId) => {
    const { page } = await filledInParts(1_600, { unconfirmed: { tradesFromStartTime } });
    const rows = await page({ startTime: String(NOON_MS), limit: '1000' });
    expect([rows.length, rows[0]?.id]).toEqual([1_000, firstId]);
  });

  it('end with the newest when nothing is given, five hundred of them', async () => {
    const { page } = await filledInParts(1_600);
    const rows = await page({});
    expect([rows.length, rows.at(-1)?.id]).toEqual([500, 698_760 + 1_599]);
  });
});

describe('userTrades', () => {
  it.each([
    ['a limit above a thousand', { limit: '1001' }, -1130],
    ['a limit of nothing', { limit: '0' }, -1130],
    ['an id and a time', { fromId: '1', startTime: '1' }, -1128],
    ['an id and an end', { fromId: '1', endTime: '1' }, -1128],
    ['more than seven days', { startTime: String(NOON_MS - 7 * DAY_MS - 1), endTime: String(NOON_MS) }, -4165],
    ['seven days', { startTime: String(NOON_MS - 7 * DAY_MS), endTime: String(NOON_MS) }, undefined],
    ['an end before its start', { startTime: '2', endTime: '1' }, -4165],
    ['a start long ago alone', { startTime: String(NOON_MS - 30 * DAY_MS) }, undefined],
  ])('asked for %s', async (_name, params, code) => {
    const { call } = stage();
    expect((await call('GET', TRADES, { symbol: 'BTCUSDT', ...params })).code).toBe(code);
  });

  it('from a start alone reach seven days, not to now', async () => {
    const { page, clock } = await filledInParts(3);
    clock.advance(8 * DAY_MS);
    expect(await page({ startTime: String(NOON_MS) })).toHaveLength(3);
    expect(await page({ startTime: String(NOON_MS + 2_000) })).toEqual([]);
  });

  it('are kept for three months', async () => {
    const { page, clock } = await filledInParts(3);
    clock.advance(90 * DAY_MS);
    expect(await page({ fromId: '1' })).toHaveLength(3);
    clock.advance(1);
    expect(await page({ fromId: '1' })).toEqual([]);
  });
});

describe('allAlgoOrders', () => {
  const ALL = '/fapi/v1/allAlgoOrders';
  const STOP = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '60000' } as const;

  it('has the orders of a symbol in every state, for a weight of 5', async () => {
    const { exchange, account, call } = stage();
    account.open('BTCUSDT', '1');
    const cancelled = account.arm(STOP);
    await call('DELETE', '/fapi/v1/algoOrder', { algoId: cancelled });
    account.arm({ ...STOP, triggerPrice: '66000' });
    account.arm(STOP);
    account.arm({ ...STOP, symbol: 'ETHUSDT', triggerPrice: '3000' });
    exchange.setMark('BTCUSDT', '66000');
    const { rows, headers } = await call('GET', ALL, { symbol: 'BTCUSDT' });
    expect(rows.map(({ algoStatus }) => algoStatus)).toEqual(['CANCELED', 'FINISHED', 'NEW']);
    expect(rows[1]?.actualOrderId).not.toBe('');
    expect(headers['x-mbx-used-weight-1m']).toBe('6');
  });

  it('comes from an id on, and page by page', async () => {
    const { account, call } = stage();
    const ids = Array.from({ length: 5 }, () => account.arm(STOP));
    const asked = async (params: Params) =>
      (await call('GET', ALL, { symbol: 'BTCUSDT', ...params })).rows.map(({ algoId }) => String(algoId));
    expect(await asked({ algoId: ids[3] ?? '' })).toEqual(ids.slice(3));
    expect(await asked({ limit: '2' })).toEqual(ids.slice(0, 2));
    expect(await asked({ limit: '2', page: '2' })).toEqual(ids.slice(4));
  });

  it('needs a symbol', async () => {
    expect((await stage().call('GET', ALL)).code).toBe(-1102);
  });
});

describe('one conditional order', () => {
  it('is found by either id while it waits, and once its order has filled', async () => {
    const { exchange, account, call } = stage();
    account.open('BTCUSDT', '1');
    const stop = {
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '60000',
    } as const;
    const algoId = account.arm({ ...stop, clientAlgoId: 'mine' });
    const ask = async (params: Params) => (await call('GET', '/fapi/v1/algoOrder', params)).rows[0];
    expect(await ask({ algoId })).toMatchObject({ clientAlgoId: 'mine', algoStatus: 'NEW' });
    exchange.setMark('BTCUSDT', '60000');
    expect(await ask({ clientAlgoId: 'mine' })).toMatchObject({ algoStatus: 'FINISHED', actualQty: '1' });
    const order = await call('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'mine' });
    expect(order.rows[0]).toMatchObject({ status: 'FILLED', executedQty: '1.000', origType: 'STOP_MARKET' });
  });
});

describe('the tally of an exchange', () => {
  it('counts refusals of the limits and weight by call, from any request on', async () => {
    const { exchange, call, order } = stage({ limits: { refusalsBeforeBan: 1, onTheirWayMs: 0 } });
    await call('GET', '/fapi/v1/openOrders');
    await call('GET', '/fapi/v1/openOrders', { symbol: 'BTCUSDT' });
    await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '1' });
    exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 60 } });
    for (let count = 0; count < 4; count += 1) await call('GET', '/fapi/v1/time');
    expect(exchange.tally()).toEqual({
      requests: 7,
      limited: 2,
      banned: 2,
      weight: 45,
      orders: 1,
      byCall: {
        'GET /fapi/v1/openOrders': { requests: 2, weight: 41 },
        'POST /fapi/v1/order': { requests: 1, weight: 0 },
        'GET /fapi/v1/time': { requests: 4, weight: 4 },
      },
    });
    expect(exchange.tally(4)).toMatchObject({ requests: 4, weight: 4, orders: 0 });
  });
});
