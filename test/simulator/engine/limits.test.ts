import { describe, expect, it } from 'vitest';
import { API_KEY, NOON_MS, stage } from '../stage.ts';

const LISTS = '/fapi/v1/openOrders';

describe('the weight of an IP', () => {
  it('adds up within a full minute and starts again with the next', async () => {
    const { call, clock } = stage();
    const used = async (path: string, params = {}) => (await call('GET', path, params)).headers['x-mbx-used-weight-1m'];
    expect(await used('/fapi/v1/time')).toBe('1');
    expect(await used('/fapi/v3/positionRisk')).toBe('6');
    expect(await used(LISTS)).toBe('46');
    expect(await used(LISTS, { symbol: 'BTCUSDT' })).toBe('47');
    clock.advance(59_999);
    expect(await used('/fapi/v1/time')).toBe('48');
    clock.advance(1);
    expect(await used('/fapi/v1/time')).toBe('1');
  });

  it.each([
    ['GET', '/fapi/v1/ping', {}, 1],
    ['GET', '/fapi/v1/time', {}, 1],
    ['GET', '/fapi/v1/exchangeInfo', {}, 1],
    ['GET', '/fapi/v2/positionRisk', {}, 5],
    ['GET', '/fapi/v3/positionRisk', { symbol: 'BTCUSDT' }, 5],
    ['GET', '/fapi/v2/account', {}, 5],
    ['GET', '/fapi/v3/account', {}, 5],
    ['GET', '/fapi/v2/balance', {}, 5],
    ['GET', '/fapi/v3/balance', {}, 5],
    ['GET', '/fapi/v1/accountConfig', {}, 5],
    ['GET', '/fapi/v1/positionSide/dual', {}, 30],
    ['GET', '/fapi/v1/openOrders', {}, 40],
    ['GET', '/fapi/v1/openAlgoOrders', {}, 40],
    ['GET', '/fapi/v1/openAlgoOrders', { symbol: 'BTCUSDT' }, 1],
    ['DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' }, 1],
    ['DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' }, 1],
    ['DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', orderId: '1' }, 1],
    ['DELETE', '/fapi/v1/algoOrder', { algoId: '1' }, 1],
    ['DELETE', '/fapi/v1/batchOrders', { symbol: 'BTCUSDT', orderIdList: '[1]' }, 1],
    ['GET', '/fapi/v1/order', { symbol: 'BTCUSDT', orderId: '1' }, 1],
    ['POST', '/fapi/v1/order', { symbol: 'BTCUSDT' }, 0],
    ['POST', '/fapi/v1/order/test', { symbol: 'BTCUSDT' }, 1],
    ['POST', '/fapi/v1/batchOrders', { batchOrders: '[]' }, 5],
    ['POST', '/fapi/v1/algoOrder', { symbol: 'BTCUSDT' }, 0],
    ['GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' }, 5],
    ['GET', '/fapi/v1/allAlgoOrders', { symbol: 'BTCUSDT' }, 5],
    ['GET', '/fapi/v1/algoOrder', { algoId: '1' }, 1],
    ['GET', '/fapi/v1/income', {}, 30],
    ['GET', '/fapi/v1/symbolConfig', {}, 5],
    ['GET', '/fapi/v1/leverageBracket', {}, 1],
    ['POST', '/fapi/v1/listenKey', {}, 1],
  ])('%s %s %j costs %d, answered or refused', async (method, path, params, weight) => {
    const { call, exchange } = stage();
    const { headers } = await call(method, path, params);
    expect(headers['x-mbx-used-weight-1m']).toBe(String(weight));
    expect(exchange.journal[0]?.weight).toBe(weight);
  });

  it('is shared by accounts of one address, and only by those', async () => {
    const { exchange, call } = stage();
    exchange.addAccount({ apiKey: 'B'.repeat(64), apiSecret: 'b' });
    exchange.addAccount({ apiKey: 'C'.repeat(64), apiSecret: 'c', ip: '203.0.113.99' });
    const used = async (key: string) => {
      const headers = { 'x-mbx-apikey': key };
      const reply = await exchange.respond({ method: 'GET', path: '/fapi/v1/time', query: '', body: '', headers });
      return reply.kind === 'reply' ? reply.headers['x-mbx-used-weight-1m'] : undefined;
    };
    await call('GET', LISTS);
    expect(await used('B'.repeat(64))).toBe('41');
    expect(await used('C'.repeat(64))).toBe('1');
  });
});

describe('an IP over its weight', () => {
  const small = () => stage({ limits: { weightPerMinute: 80, refusalsBeforeBan: 3 } });

  it('is served up to the limit exactly, then gets 429 with the time to wait', async () => {
    const { call, clock, exchange } = small();
    clock.advance(20_500);
    expect((await call('GET', LISTS)).status).toBe(200);
    expect((await call('GET', LISTS)).status).toBe(200);
    const refused = await call('GET', '/fapi/v1/time');
    expect([refused.status, refused.code, refused.headers['retry-after']]).toEqual([429, -1003, '40']);
    expect(exchange.journal.at(-1)?.executed).toBe(false);
    clock.advance(39_500);
    expect((await call('GET', '/fapi/v1/time')).status).toBe(200);
  });

  it('that continues is banned, twice as long each time, and nothing shortens it', async () => {
    const { call, clock } = small();
    const exhaust = async () => {
      for (let count = 0; count < 3; count += 1) await call('GET', LISTS);
      clock.advance(1_000);
      for (let count = 0; count < 3; count += 1) await call('GET', LISTS);
    };
    await exhaust();
    const banned = await call('GET', LISTS);
    expect([banned.status, banned.code, banned.headers['retry-after']]).toEqual([418, -1003, '120']);
    expect(banned.msg).toContain(`banned until ${NOON_MS + 121_000}.`);
    clock.advance(119_999);
    expect((await call('GET', '/fapi/v1/time')).status).toBe(418);
    clock.advance(1);
    expect((await call('GET', '/fapi/v1/time')).status).toBe(200);
    await exhaust();
    expect((await call('GET', LISTS)).headers['retry-after']).toBe('240');
  });

  it('is not banned for requests in flight at its first 429', async () => {
    const { call, clock } = small();
    for (let count = 0; count < 20; count += 1) await call('GET', LISTS);
    clock.advance(999);
    expect((await call('GET', LISTS)).status).toBe(429);
  });

  it.each([
    [true, 429],
    [false, 200],
  ])('is refused even an order, which weighs nothing: %s', async (weightlessCallsBlocked, status) => {
    const { call, order } = stage({ limits: { weightPerMinute: 40 }, unconfirmed: { weightlessCallsBlocked } });
    await call('GET', LISTS);
    expect((await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01' })).status).toBe(200);
    await call('GET', LISTS);
    expect((await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01' })).status).toBe(status);
  });
});

describe('the orders of an account', () => {
  const BUY = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01' };

  it('are counted per ten seconds and per minute, each in its own window', async () => {
    const { order, clock } = stage();
    const counts = async () => {
      const { headers } = await order(BUY);
      return [headers['x-mbx-order-count-10s'], headers['x-mbx-order-count-1m']];
    };
    expect(await counts()).toEqual(['1', '1']);
    clock.advance(9_999);
    expect(await counts()).toEqual(['2', '2']);
    clock.advance(1);
    expect(await counts()).toEqual(['1', '3']);
  });

  it.each([
    ['ordersPerTenSeconds', 2, '8', '2 orders per TEN_SECONDS'],
    ['ordersPerMinute', 2, '58', '2 orders per MINUTE'],
  ])('over %s are refused with -1015', async (limit, most, wait, text) => {
    const { order, clock } = stage({ limits: { [limit]: most } });
    clock.advance(2_000);
    await order(BUY);
    await order(BUY);
    const refused = await order(BUY);
    expect([refused.status, refused.code, refused.headers['retry-after']]).toEqual([429, -1015, wait]);
    expect(refused.msg).toBe(`Too many new orders; current limit is ${text}.`);
  });

  it.each([
    [true, '2'],
    [false, '1'],
  ])('count when rejected: %s', async (rejectedOrdersCount, count) => {
    const { order } = stage({ unconfirmed: { rejectedOrdersCount } });
    await order({ ...BUY, quantity: '0' });
    expect((await order(BUY)).headers['x-mbx-order-count-10s']).toBe(count);
  });

  it.each([
    ['five', '5'],
    ['per-order', '2'],
  ] as const)('of a batch count as %s', async (batchCounts, count) => {
    const { call } = stage({ unconfirmed: { batchCounts } });
    const item = { ...BUY, type: 'MARKET' };
    const { headers } = await call('POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify([item, item]) });
    expect([headers['x-mbx-order-count-10s'], headers['x-mbx-order-count-1m']]).toEqual([count, '1']);
  });

  it('over the limit are in the journal as refused, under the name of the account', async () => {
    const { exchange, order } = stage({ limits: { ordersPerTenSeconds: 1 } });
    await order(BUY);
    await order(BUY);
    expect(exchange.journal[1]).toMatchObject({
      account: 'account1',
      status: 429,
      code: -1015,
      orders: 0,
      executed: false,
    });
    expect(JSON.stringify(exchange.journal)).not.toContain(API_KEY);
    expect(JSON.stringify(exchange.journal)).not.toContain('signature');
  });
});
