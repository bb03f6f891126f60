import { describe, expect, it } from 'vitest';
import { NOON_MS, stage } from '../stage.ts';

const ORDER = '/fapi/v1/order';
const REST = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '60000' };

describe('a parameter that a careless client sends as the text undefined', () => {
  it.each([
    ['symbol', -1121],
    ['side', -1117],
    ['type', -1116],
    ['quantity', -1100],
    ['positionSide', -4060],
    ['reduceOnly', -1130],
    ['closePosition', -1130],
    ['timeInForce', -1106],
    ['price', -1106],
    ['stopPrice', -1106],
    ['priceMatch', -1106],
    ['newClientOrderId', -1130],
    ['newOrderRespType', -1130],
    ['recvWindow', -1100],
    ['timestamp', -1100],
  ])('%s is refused with %d, and nothing is ordered', async (name, code) => {
    const { account, order } = stage();
    const reply = await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '1', [name]: 'undefined' });
    expect([reply.status, reply.code]).toEqual([400, code]);
    expect(account.truth().fills).toEqual([]);
  });

  it.each([
    ['POST', '/fapi/v1/algoOrder', 'clientAlgoId'],
    ['GET', '/fapi/v1/algoOrder', 'clientAlgoId'],
    ['DELETE', '/fapi/v1/algoOrder', 'clientAlgoId'],
    ['GET', ORDER, 'origClientOrderId'],
    ['DELETE', ORDER, 'origClientOrderId'],
  ])('%s %s refuses it as %s', async (method, path, name) => {
    const stop = { algoType: 'CONDITIONAL', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '60000' };
    const { call } = stage();
    expect((await call(method, path, { symbol: 'BTCUSDT', ...stop, [name]: 'undefined' })).code).toBe(-1130);
  });

  it.each(['symbol', 'side', 'type', 'quantity'])('and %s left out is -1102', async name => {
    const { call } = stage();
    const order: Record<string, string> = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' };
    delete order[name];
    expect((await call('POST', ORDER, order)).code).toBe(-1102);
  });
});

describe('a client order id', () => {
  it.each([
    ['of 36 characters', 'a'.repeat(36), undefined],
    ['of 37', 'a'.repeat(37), -4015],
    ['of every allowed kind', 'aZ09.:/_-', undefined],
    ['with a blank', 'a b', -4015],
  ])('%s', async (_name, newClientOrderId, code) => {
    const { order } = stage();
    expect((await order({ ...REST, newClientOrderId })).code).toBe(code);
  });

  it('is refused while its order is open, and free again afterwards', async () => {
    const { call, order } = stage();
    const again = { ...REST, newClientOrderId: 'one' };
    await order(again);
    expect((await order(again)).code).toBe(-4116);
    await call('DELETE', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'one' });
    expect((await order(again)).status).toBe(200);
  });

  it('of a filled order is free at once, or after a while, as the switch says', async () => {
    const market = { symbol: 'BTCUSDT', side: 'BUY', quantity: '1', newClientOrderId: 'one' };
    const free = stage();
    await free.order(market);
    expect((await free.order(market)).status).toBe(200);
    const kept = stage({ unconfirmed: { clientIdFreeAfterMs: 60_000 } });
    await kept.order(market);
    kept.clock.advance(59_999);
    expect((await kept.order(market)).code).toBe(-4116);
    kept.clock.advance(1);
    expect((await kept.order(market)).status).toBe(200);
  });
});

describe('a market order', () => {
  it.each([
    ['price', '60000'],
    ['timeInForce', 'GTC'],
    ['stopPrice', '60000'],
    ['priceMatch', 'OPPONENT'],
    ['goodTillDate', '1800000000000'],
    ['activationPrice', '60000'],
    ['callbackRate', '1'],
  ])('with %s is -1106', async (name, value) => {
    const { account, order } = stage();
    const reply = await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '1', [name]: value });
    expect([reply.code, reply.msg]).toEqual([-1106, `Parameter '${name.toLowerCase()}' sent when not required.`]);
    expect(account.truth().fills).toEqual([]);
  });
});

describe('a limit order with priceMatch', () => {
  const MATCH = { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', newOrderRespType: 'RESULT' };
  const bids = ['0.001', '0.002', '0.003'].map(distance => ({ distance, quantity: '0.25' }));

  // 67000 × 0.999 is the best bid, × 0.997 the last of three.
  it.each([
    ['OPPONENT', 'IOC', '66933.00', '0.250'],
    ['OPPONENT_5', 'IOC', '66799.00', '0.750'],
    ['QUEUE', 'GTC', '67000.00', '0.000'],
  ])('%s takes its price from the book', async (priceMatch, timeInForce, price, executedQty) => {
    const { exchange, order } = stage();
    exchange.setBook('BTCUSDT', { bids });
    const { rows } = await order({ ...MATCH, priceMatch, timeInForce });
    expect(rows[0]).toMatchObject({ price, executedQty });
  });

  it.each([
    ['a price too', { priceMatch: 'OPPONENT', price: '60000' }, -1106],
    ['a level that is gone', { priceMatch: 'OPPONENT_10' }, -1130],
    ['the text undefined', { priceMatch: 'undefined' }, -1130],
    ['NONE and no price', { priceMatch: 'NONE' }, -1102],
    ['NONE and a price', { priceMatch: 'NONE', price: '68000' }, undefined],
  ])('and %s', async (_name, more, code) => {
    const { order } = stage();
    expect((await order({ ...MATCH, timeInForce: 'GTC', ...more })).code).toBe(code);
  });

  it('is -5041 without a counterpart', async () => {
    const { exchange, order } = stage();
    exchange.setBook('BTCUSDT', { bids: [] });
    expect((await order({ ...MATCH, timeInForce: 'IOC', priceMatch: 'OPPONENT' })).code).toBe(-5041);
  });
});

describe('the life of an order', () => {
  const MINUTES = 60_000;
  const gtd = (afterMs: number) => ({ ...REST, timeInForce: 'GTD', goodTillDate: String(NOON_MS + afterMs) });

  it.each([
    ['ten minutes from now', 10 * MINUTES, -5040],
    ['a second more', 10 * MINUTES + 1_000, undefined],
  ])('GTD until %s', async (_name, afterMs, code) => {
    const { order } = stage();
    expect((await order(gtd(afterMs))).code).toBe(code);
  });

  it('GTD without a date is -1102', async () => {
    const { order } = stage();
    expect((await order({ ...REST, timeInForce: 'GTD' })).code).toBe(-1102);
  });

  it('GTD ends with its date, and says so until then', async () => {
    const { account, clock, order, openOrders } = stage();
    await order(gtd(20 * MINUTES));
    expect(await openOrders()).toMatchObject([{ timeInForce: 'GTD', goodTillDate: NOON_MS + 20 * MINUTES }]);
    clock.advance(20 * MINUTES - 1);
    expect(account.truth().orders).toHaveLength(1);
    clock.advance(1);
    expect(account.truth().orders).toEqual([]);
  });

  it('GTD of a conditional order ends in the same way', async () => {
    const { account, call, clock } = stage();
    const stop = { algoType: 'CONDITIONAL', symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1' };
    const date = { timeInForce: 'GTD', goodTillDate: String(NOON_MS + 20 * MINUTES), triggerPrice: '60000' };
    expect((await call('POST', '/fapi/v1/algoOrder', { ...stop, ...date })).status).toBe(200);
    clock.advance(20 * MINUTES);
    expect(account.truth().conditionals).toEqual([]);
  });

  it('GTE_GTC needs a position and goes with it', async () => {
    const { account, order } = stage();
    const target = { ...REST, side: 'SELL', price: '70000', timeInForce: 'GTE_GTC' };
    expect((await order(target)).code).toBe(-4129);
    account.open('BTCUSDT', '1');
    expect((await order(target)).status).toBe(200);
    account.closeByOthers('BTCUSDT', { quantity: '0.4' });
    expect(account.truth().orders).toHaveLength(1);
    account.closeByOthers('BTCUSDT');
    expect(account.truth().orders).toEqual([]);
  });
});

describe('GET order', () => {
  it('finds by either id, the open one first, and says -2013 for what there is not', async () => {
    const { call, order } = stage();
    const { rows } = await order({ ...REST, newClientOrderId: 'twice' });
    await call('DELETE', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'twice' });
    await order({ ...REST, newClientOrderId: 'twice' });
    const byClientId = await call('GET', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'twice' });
    expect(byClientId.rows[0]?.status).toBe('NEW');
    const byId = await call('GET', ORDER, { symbol: 'BTCUSDT', orderId: String(rows[0]?.orderId) });
    expect(byId.rows[0]?.status).toBe('CANCELED');
    expect((await call('GET', ORDER, { symbol: 'ETHUSDT', origClientOrderId: 'twice' })).code).toBe(-2013);
    expect((await call('GET', ORDER, { symbol: 'BTCUSDT' })).code).toBe(-1102);
  });

  it('forgets an order without a fill after three days', async () => {
    const { call, clock, order } = stage();
    await order({ ...REST, newClientOrderId: 'old' });
    await call('DELETE', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'old' });
    const find = async () => (await call('GET', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'old' })).code;
    clock.advance(3 * 24 * 3600 * 1000);
    expect(await find()).toBeUndefined();
    clock.advance(1);
    expect(await find()).toBe(-2013);
  });

  it('writes ids beyond 2^53 in full, which JSON.parse then rounds', async () => {
    const { account, call } = stage({ firstOrderId: '9007199254740993' });
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' });
    const { text, rows } = await call('GET', '/fapi/v1/openOrders');
    expect(text).toContain('"orderId":9007199254740993,');
    expect(rows[0]?.orderId).toBe(9007199254740992);
    expect((await call('DELETE', ORDER, { symbol: 'BTCUSDT', orderId: '9007199254740993' })).status).toBe(200);
  });
});

describe('cancel-all', () => {
  it.each(['/fapi/v1/allOpenOrders', '/fapi/v1/algoOpenOrders'])('%s needs a symbol that exists', async path => {
    const { call } = stage();
    expect((await call('DELETE', path)).code).toBe(-1102);
    expect((await call('DELETE', path, { symbol: 'NOSUCHUSDT' })).code).toBe(-1121);
  });

  it.each([
    ['/fapi/v1/allOpenOrders', { emptyCancelAll: 'ok' }, 200],
    ['/fapi/v1/allOpenOrders', { emptyCancelAll: 'unknown-order' }, -2011],
    ['/fapi/v1/algoOpenOrders', { emptyConditionalCancelAll: 'ok' }, 200],
    ['/fapi/v1/algoOpenOrders', { emptyConditionalCancelAll: 'unknown-order' }, -2011],
  ] as const)('%s with nothing there answers as the switch says', async (path, unconfirmed, code) => {
    const { call } = stage({ unconfirmed });
    expect((await call('DELETE', path, { symbol: 'BTCUSDT' })).code).toBe(code);
  });

  it('settles later than it answers, where the switch says so', async () => {
    const { account, call, clock, openOrders } = stage({ unconfirmed: { cancelAllSettlesMs: 150 } });
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' });
    expect((await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).code).toBe(200);
    clock.advance(149);
    expect(await openOrders()).toHaveLength(1);
    clock.advance(1);
    expect(await openOrders()).toEqual([]);
  });
});

describe('batches', () => {
  const item = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
  const place = (set: ReturnType<typeof stage>, items: readonly object[]) =>
    set.call('POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(items) });

  it('mix replies and errors in a 200, in the order of the request', async () => {
    const set = stage();
    const bad = { ...item, symbol: 'NOSUCHUSDT' };
    const reply = await place(set, [bad, { ...item, newClientOrderId: 'good' }, { ...item, quantity: 0.0001 }]);
    expect(reply.status).toBe(200);
    expect(reply.rows.map(({ code, clientOrderId }) => code ?? clientOrderId)).toEqual([-1121, 'good', -1111]);
    expect(set.account.truth().positions).toMatchObject([{ amount: '0.01' }]);
  });

  it.each([
    [5, undefined],
    [6, -4082],
    [0, -4082],
  ])('of %d orders', async (count, code) => {
    expect((await place(stage(), Array(count).fill(item))).code).toBe(code);
  });

  it.each([null, 7, 'order', [], {}])('with the item %j refuse it alone', async odd => {
    const set = stage();
    const { status, rows } = await place(set, [odd as object, item]);
    expect(status).toBe(200);
    expect(rows.map(({ code, status }) => code ?? status)).toEqual([-1102, 'NEW']);
  });

  it('that are no JSON are -1130', async () => {
    const { call } = stage();
    expect((await call('POST', '/fapi/v1/batchOrders', { batchOrders: '[{' })).code).toBe(-1130);
    expect((await call('POST', '/fapi/v1/batchOrders', { batchOrders: '{}' })).code).toBe(-1130);
  });

  it('cancel up to ten, item by item', async () => {
    const { account, call } = stage();
    const rest = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' } as const;
    const ids = Array.from({ length: 10 }, () => account.rest(rest));
    const cancel = (list: readonly string[]) =>
      call('DELETE', '/fapi/v1/batchOrders', { symbol: 'BTCUSDT', orderIdList: `[${list.join(',')}]` });
    expect((await cancel([...ids, '1'])).code).toBe(-4032);
    const { rows } = await cancel([...ids.slice(0, 9), '1']);
    expect(rows.map(({ status, code }) => status ?? code)).toEqual([...Array(9).fill('CANCELED'), -2011]);
    account.rest({ ...rest, clientOrderId: 'named' });
    const named = await call('DELETE', '/fapi/v1/batchOrders', {
      symbol: 'BTCUSDT',
      origClientOrderIdList: '["named"]',
    });
    expect(named.rows).toMatchObject([{ clientOrderId: 'named', status: 'CANCELED' }]);
    expect(account.truth().orders).toHaveLength(1);
  });
});

describe('order/test', () => {
  it('checks the form and orders nothing', async () => {
    const { account, call } = stage();
    const test = (params: Record<string, string>) =>
      call('POST', '/fapi/v1/order/test', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', ...params });
    expect((await test({ quantity: '0.01', reduceOnly: 'true' })).status).toBe(200);
    expect((await test({ quantity: '121' })).code).toBe(-4005);
    expect((await test({ quantity: '0.01', positionSide: 'LONG' })).code).toBe(-4061);
    expect(account.truth()).toMatchObject({ fills: [], orders: [] });
  });

  it('checks the position where the switch says so', async () => {
    const { call } = stage({ unconfirmed: { orderTestChecksPosition: true } });
    const order = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.01', reduceOnly: 'true' };
    expect((await call('POST', '/fapi/v1/order/test', order)).code).toBe(-2022);
  });
});

describe('the exchange', () => {
  it('answers 404 with -5000 for what it does not know', async () => {
    const { call } = stage();
    const reply = await call('PUT', '/fapi/v1/order');
    expect([reply.status, reply.code]).toEqual([404, -5000]);
  });

  it('refuses a parameter that comes twice', async () => {
    const { exchange } = stage();
    const reply = await exchange.respond({
      method: 'GET',
      path: '/fapi/v1/premiumIndex',
      query: 'symbol=BTCUSDT&symbol=ETHUSDT',
      body: '',
      headers: {},
    });
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('-1101') });
  });

  it('knows symbols for load', async () => {
    const { exchange, call } = stage({ symbolCount: 13 });
    exchange.addManySymbols(300);
    const { rows } = await call('GET', '/fapi/v1/exchangeInfo');
    expect(rows[0]?.symbols).toHaveLength(313);
    expect(rows[0]?.rateLimits).toEqual([
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
    ]);
  });

  it('refuses a set-up that contradicts the mode', () => {
    const { account } = stage();
    expect(() => account.open('BTCUSDT', '1', { positionSide: 'LONG' })).toThrow(
      'BTCUSDT: a position on side LONG does not fit account account1, which is in one-way mode',
    );
    const hedge = stage({}, { hedgeMode: true }).account;
    expect(() => hedge.open('BTCUSDT', '1', { positionSide: 'SHORT' })).toThrow('SHORT amounts are negative');
  });
});
