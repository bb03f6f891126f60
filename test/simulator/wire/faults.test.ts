import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/engine/rules/fault.ts';
import { NOON_MS, stage } from '../stage.ts';

const ORDER = '/fapi/v1/order';
const CLOSE = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' };

/** One long BTC, one scripted fault on the order that closes it. */
async function closeUnder(fault: Fault) {
  const set = stage();
  set.account.open('BTCUSDT', '1');
  set.exchange.faults.add({ on: { path: ORDER }, fault });
  const reply = await set.order(CLOSE);
  const [entry] = set.exchange.journal;
  return { ...set, reply, entry, closed: set.account.truth().positions.length === 0 };
}

describe('a fault that ends a request', () => {
  // kind of reply, HTTP status, code, and whether the order was carried out all the same
  it.each([
    [{ kind: 'hang-before' }, 'hang', undefined, undefined, false],
    [{ kind: 'hang-after' }, 'hang', undefined, undefined, true],
    [{ kind: 'reset-before' }, 'reset', undefined, undefined, false],
    [{ kind: 'reset-after' }, 'reset', undefined, undefined, true],
    [{ kind: 'http', status: 400, code: -2010 }, 'reply', 400, -2010, false],
    [{ kind: 'http-after', status: 408, code: -1007 }, 'reply', 408, -1007, true],
    [{ kind: '503-unknown', executed: false }, 'reply', 503, undefined, false],
    [{ kind: '503-unknown', executed: true }, 'reply', 503, undefined, true],
    [{ kind: '503-unavailable' }, 'reply', 503, undefined, false],
    [{ kind: '503-internal' }, 'reply', 503, -1001, false],
    [{ kind: '503-internal', executed: true }, 'reply', 503, -1001, true],
    [{ kind: '503-throttled', forced: true }, 'reply', 503, -1008, false],
    [{ kind: '503-no-code' }, 'reply', 503, undefined, false],
    [{ kind: '503-no-code', executed: true }, 'reply', 503, undefined, true],
    [{ kind: 'html-403' }, 'reply', 403, undefined, false],
    [{ kind: 'html-502' }, 'reply', 502, undefined, false],
    [{ kind: 'html-502', executed: true }, 'reply', 502, undefined, true],
    [{ kind: 'html-503' }, 'reply', 503, undefined, false],
    [{ kind: 'html-503', executed: true }, 'reply', 503, undefined, true],
    [{ kind: 'geo-451' }, 'reply', 451, 0, false],
    [{ kind: 'banned-418' }, 'reply', 418, -1003, false],
    [{ kind: 'limited-429' }, 'reply', 429, -1003, false],
    [{ kind: 'truncated-json' }, 'reply', 200, undefined, true],
    [{ kind: 'error-in-200' }, 'reply', 200, -1000, false],
    [{ kind: 'error-in-200', code: -1007, executed: true }, 'reply', 200, -1007, true],
    [{ kind: 'refuse', code: -4131 }, 'reply', 400, -4131, false],
  ] as const)('%j', async (fault, kind, status, code, executed) => {
    const { reply, entry, closed } = await closeUnder(fault);
    expect([reply.kind, reply.status, reply.code]).toEqual([kind, status, code]);
    expect(closed).toBe(executed);
    expect(entry).toMatchObject({ executed, status, fault: fault.kind });
    expect(entry?.answeredAtMs).toBe(kind === 'reply' ? NOON_MS : undefined);
  });

  it.each([
    [
      '503-unknown',
      { kind: '503-unknown', executed: true },
      'Unknown error, please check your request or try again later.',
    ],
    ['503-unavailable', { kind: '503-unavailable' }, 'Service Unavailable.'],
    ['503-internal', { kind: '503-internal' }, 'Internal error; unable to process your request. Please try again.'],
  ] as const)('%s carries the sentence of the exchange', async (_name, fault, msg) => {
    expect((await closeUnder(fault)).reply.msg).toBe(msg);
  });

  it('of unknown outcome may name time and path instead of a code', async () => {
    const { reply } = await closeUnder({ kind: '503-unknown', executed: true, shape: 'path' });
    expect(reply.rows).toEqual([
      { timestamp: NOON_MS, path: ORDER, msg: 'Unknown error, please check your request or try again later.' },
    ]);
  });

  it('as HTML has no JSON in it', async () => {
    const { reply } = await closeUnder({ kind: 'html-403' });
    expect(reply.headers['content-type']).toBe('text/html');
    expect(reply.text).toMatch(/^<html>/);
  });

  it('truncated is HTTP 200 with half a body', async () => {
    const { reply } = await closeUnder({ kind: 'truncated-json' });
    expect(reply.rows).toEqual([]);
    expect(reply.text).toMatch(/^\{"orderId":\d+,"symbol":"BTCUSDT"/);
    expect(reply.text).not.toMatch(/\}$/);
  });

  it('says how long to wait', async () => {
    const banned = await closeUnder({ kind: 'banned-418', retryAfterSeconds: 90 });
    expect(banned.reply.headers['retry-after']).toBe('90');
    expect(banned.reply.msg).toContain(`banned until ${NOON_MS + 90_000}.`);
    const limited = await closeUnder({ kind: 'limited-429', retryAfterSeconds: 7 });
    expect(limited.reply.headers['retry-after']).toBe('7');
  });

  it('may have headers and a body of its own', async () => {
    const { reply } = await closeUnder({ kind: 'http', status: 500, body: 'oops', headers: { 'x-cache': 'Error' } });
    expect([reply.status, reply.text]).toEqual([500, 'oops']);
    expect(reply.headers).toMatchObject({ 'x-cache': 'Error', 'x-mbx-used-weight-1m': '0' });
  });
});

describe('-1008', () => {
  it.each([
    ['one-way, reduceOnly', false, { reduceOnly: 'true' }, 200],
    ['one-way, plain', false, {}, 503],
    ['hedge, closing', true, { positionSide: 'LONG' }, 200],
    ['hedge, opening', true, { positionSide: 'SHORT' }, 503],
  ] as const)('for a sell that is %s', async (_name, hedgeMode, form, status) => {
    const { exchange, account, order } = stage({}, { hedgeMode });
    account.open('BTCUSDT', '1');
    exchange.faults.add({ on: {}, times: Number.POSITIVE_INFINITY, fault: { kind: '503-throttled' } });
    expect((await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', ...form })).status).toBe(status);
  });

  it('spares a batch of closes, and not one with an opening among them', async () => {
    const { exchange, account, call } = stage();
    account.open('BTCUSDT', '1');
    exchange.faults.add({ on: {}, times: Number.POSITIVE_INFINITY, fault: { kind: '503-throttled' } });
    const close = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.1', reduceOnly: 'true' };
    const send = (items: readonly object[]) =>
      call('POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(items) });
    expect((await send([close, close])).status).toBe(200);
    expect((await send([close, { ...close, reduceOnly: 'false' }])).status).toBe(503);
  });

  it('spares reads and cancels', async () => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: {}, times: Number.POSITIVE_INFINITY, fault: { kind: '503-throttled' } });
    expect((await call('GET', '/fapi/v3/positionRisk')).status).toBe(200);
    expect((await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).status).toBe(200);
  });
});

describe('a fault that changes a request', () => {
  it.each([
    ['before', NOON_MS + 300, NOON_MS + 300],
    ['after', NOON_MS + 300, NOON_MS],
  ] as const)('delays %s execution', async (when, answeredAtMs, filledAtMs) => {
    const { account, entry } = await closeUnder({ kind: 'delay', ms: 300, when });
    expect(entry).toMatchObject({ receivedAtMs: NOON_MS, answeredAtMs });
    expect(account.truth().fills[0]?.atMs).toBe(filledAtMs);
  });

  it.each([
    ['on the way', 'on-the-way', -1021, -1021],
    ['inside the exchange', 'before', -5028, undefined],
    ['on the way back', 'after', undefined, undefined],
  ] as const)('delays requests %s past their recvWindow', async (_name, when, orderCode, readCode) => {
    const { exchange, account, call, order } = stage();
    account.open('BTCUSDT', '1');
    exchange.faults.add({ on: {}, times: 2, fault: { kind: 'delay', ms: 2001, when } });
    expect((await order({ ...CLOSE, recvWindow: '2000' })).code).toBe(orderCode);
    expect(account.truth().positions).toHaveLength(orderCode === undefined ? 0 : 1);
    expect((await call('GET', '/fapi/v1/accountConfig', { recvWindow: '2000' })).code).toBe(readCode);
  });

  it('fills an order in part, down to the step, and lets it expire', async () => {
    const { account, reply } = await closeUnder({ kind: 'partial-fill', ratio: '0.3335' });
    expect(reply.rows[0]?.status).toBe('NEW');
    expect(account.truth().positions).toEqual([{ symbol: 'BTCUSDT', positionSide: 'BOTH', amount: '0.667' }]);
    expect(account.truth().orders).toEqual([]);
  });

  it('fills a resting order as its cancel arrives', async () => {
    const { exchange, account, call } = stage();
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' });
    account.rest({ symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '3000' });
    exchange.faults.add({ on: { path: '/fapi/v1/allOpenOrders' }, fault: { kind: 'fill-during-cancel' } });
    expect((await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).status).toBe(200);
    expect(account.truth()).toMatchObject({ positions: [{ symbol: 'BTCUSDT', amount: '1' }] });
    expect(account.truth().orders.map(({ symbol }) => symbol)).toEqual(['ETHUSDT']);
  });

  it('triggers the stops of a symbol as a request for it arrives', async () => {
    const { exchange, account, call } = stage();
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
      account.arm({ symbol, side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '1' });
    }
    exchange.faults.add({ on: { symbol: 'ETHUSDT' }, fault: { kind: 'trigger-now' } });
    await call('GET', '/fapi/v1/openOrders', { symbol: 'BTCUSDT' });
    expect(account.truth().positions).toEqual([]);
    await call('GET', '/fapi/v1/openOrders', { symbol: 'ETHUSDT' });
    expect(account.truth().positions).toMatchObject([{ symbol: 'ETHUSDT', amount: '-1' }]);
  });

  it('happens also when the request itself comes to nothing', async () => {
    const { exchange, account, call } = stage();
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '1' });
    exchange.faults.add({ on: {}, fault: { kind: 'trigger-now' } });
    exchange.faults.add({ on: {}, fault: { kind: '503-unavailable' } });
    expect((await call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' })).status).toBe(503);
    expect(account.truth()).toMatchObject({ positions: [{ amount: '-1' }], conditionals: [] });
  });

  it('turns the code of a cancel-all into a string', async () => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: {}, fault: { kind: 'string-code' } });
    const { rows } = await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    expect(rows).toEqual([{ code: '200', msg: 'The operation of cancel all open order is done.' }]);
  });
});

describe('the script', () => {
  const broken: Fault = { kind: 'html-502' };

  it('lets skipped requests through, then hits as often as scripted', async () => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: { path: '/fapi/v1/time' }, skip: 1, times: 2, fault: broken });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await call('GET', '/fapi/v1/time')).status);
    expect(statuses).toEqual([200, 502, 502, 200]);
  });

  it('spends two endings on two requests, and a delay beside the first', async () => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: {}, fault: { kind: 'html-503' } });
    exchange.faults.add({ on: {}, fault: { kind: 'delay', ms: 5 } });
    exchange.faults.add({ on: {}, fault: broken });
    expect((await call('GET', '/fapi/v1/time')).status).toBe(503);
    expect((await call('GET', '/fapi/v1/time')).status).toBe(502);
    expect((await call('GET', '/fapi/v1/time')).status).toBe(200);
    expect(exchange.journal.map(({ fault }) => fault)).toEqual(['html-503+delay', 'html-502', undefined]);
  });

  it.each([
    ['method', { method: 'DELETE' }, [200, 200, 502]],
    ['path', { path: '/fapi/v1/openOrders' }, [502, 200, 200]],
    ['symbol', { symbol: 'ETHUSDT' }, [200, 502, 200]],
    ['account', { account: 'somebody' }, [200, 200, 200]],
    ['this account', { account: 'bot' }, [502, 502, 502]],
  ])('checks the %s', async (_name, on, statuses) => {
    const { exchange, call } = stage({}, { name: 'bot' });
    exchange.faults.add({ on, times: Number.POSITIVE_INFINITY, fault: broken });
    const got = [
      (await call('GET', '/fapi/v1/openOrders', { symbol: 'BTCUSDT' })).status,
      (await call('GET', '/fapi/v1/openAlgoOrders', { symbol: 'ETHUSDT' })).status,
      (await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).status,
    ];
    expect(got).toEqual(statuses);
  });

  it('refuses one symbol of a batch and lets the others pass', async () => {
    const { exchange, account, call } = stage();
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) account.open(symbol, '1');
    exchange.faults.add({
      on: { symbol: 'ETHUSDT' },
      fault: { kind: 'refuse', code: -2022, msg: 'ReduceOnly Order is rejected.' },
    });
    const close = { side: 'SELL', type: 'MARKET', quantity: '1', reduceOnly: 'true' };
    const items = [
      { ...close, symbol: 'ETHUSDT' },
      { ...close, symbol: 'BTCUSDT' },
    ];
    const { status, rows } = await call('POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(items) });
    expect(status).toBe(200);
    expect(rows).toMatchObject([{ code: -2022, msg: 'ReduceOnly Order is rejected.' }, { symbol: 'BTCUSDT' }]);
  });

  it('refuses orders of a batch each for its own reason', async () => {
    const { exchange, account, call } = stage({}, { hedgeMode: true });
    for (const amount of ['1', '-1']) account.open('ETHUSDT', amount);
    account.open('BTCUSDT', '1');
    const path = '/fapi/v1/batchOrders';
    exchange.faults.add({
      on: { path, symbol: 'ETHUSDT', positionSide: 'LONG' },
      fault: { kind: 'refuse', code: -4402 },
    });
    exchange.faults.add({ on: { path, symbol: 'BTCUSDT' }, fault: { kind: 'refuse', code: -4411 } });
    const items = [
      { symbol: 'ETHUSDT', side: 'SELL', positionSide: 'LONG' },
      { symbol: 'ETHUSDT', side: 'BUY', positionSide: 'SHORT' },
      { symbol: 'BTCUSDT', side: 'SELL', positionSide: 'LONG' },
    ].map(item => ({ ...item, type: 'MARKET', quantity: '1' }));
    const { rows } = await call('POST', path, { batchOrders: JSON.stringify(items) });
    expect(rows.map(({ code, status }) => code ?? status)).toEqual([-4402, 'NEW', -4411]);
  });

  it.each([
    ['position side', { positionSide: 'LONG' } as const, [-2022, undefined]],
    ['side', { side: 'BUY' } as const, [undefined, -2022]],
  ])('distinguishes orders of one symbol by their %s', async (_name, on, codes) => {
    const { exchange, account, order } = stage({}, { hedgeMode: true });
    for (const amount of ['1', '-1']) account.open('ETHUSDT', amount);
    exchange.faults.add({ on, times: 2, fault: { kind: 'refuse', code: -2022 } });
    const eth = { symbol: 'ETHUSDT', quantity: '1' };
    const long = await order({ ...eth, side: 'SELL', positionSide: 'LONG' });
    const short = await order({ ...eth, side: 'BUY', positionSide: 'SHORT' });
    expect([long.code, short.code]).toEqual(codes);
  });

  it('refuses the cancel of a conditional order by its symbol, which the cancel does not name', async () => {
    const { exchange, account, call } = stage();
    const algoId = account.arm({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '1',
    });
    exchange.faults.add({ on: { symbol: 'BTCUSDT' }, fault: { kind: 'refuse', code: -4117 } });
    expect((await call('DELETE', '/fapi/v1/algoOrder', { algoId })).code).toBe(-4117);
    expect(account.truth().conditionals).toHaveLength(1);
  });

  it('refuses with the sentence of the exchange', async () => {
    const { exchange, order } = stage();
    exchange.faults.add({ on: {}, fault: { kind: 'refuse', code: -4402, status: 403 } });
    const reply = await order(CLOSE);
    expect([reply.status, reply.code, reply.msg]).toEqual([
      403,
      -4402,
      'This feature is not available in your region due to local compliance.',
    ]);
  });

  it('forgets everything when cleared', async () => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: {}, fault: broken });
    exchange.faults.clear();
    expect((await call('GET', '/fapi/v1/time')).status).toBe(200);
  });
});

describe('latency', () => {
  it('passes half before the exchange acts and half after', async () => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '1');
    exchange.setLatency({ rttMs: 80, byPath: { '/fapi/v1/order': 200 } });
    await order(CLOSE);
    expect(exchange.journal[0]).toMatchObject({ receivedAtMs: NOON_MS + 100, answeredAtMs: NOON_MS + 200 });
    expect(account.truth().fills[0]?.atMs).toBe(NOON_MS + 100);
  });

  it('jitters between the round trip and its jitter, the same for the same seed', async () => {
    const tripsOf = async (seed: number) => {
      const { exchange, clock, call } = stage({ seed });
      exchange.setLatency({ rttMs: 50, jitterMs: 10 });
      const trips = [];
      for (let count = 0; count < 20; count += 1) {
        const startMs = clock.nowMs();
        await call('GET', '/fapi/v1/time');
        trips.push(clock.nowMs() - startMs);
      }
      return trips;
    };
    const trips = await tripsOf(7);
    expect(Math.min(...trips)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...trips)).toBeLessThan(60);
    expect(new Set(trips).size).toBeGreaterThan(10);
    expect(await tripsOf(7)).toEqual(trips);
    expect(await tripsOf(8)).not.toEqual(trips);
  });
});
