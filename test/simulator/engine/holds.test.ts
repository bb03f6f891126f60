import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../simulator/engine/rules/fault.ts';
import { NOON_MS, stage } from '../stage.ts';

const TIME = '/fapi/v1/time';

/** One scripted fault on the first request; what each request after it gets, `afterMs` later. */
async function afterwards(fault: Fault, instantsMs: readonly number[], startMs = 0) {
  const set = stage();
  set.clock.advance(startMs);
  set.exchange.faults.add({ on: {}, fault });
  const first = await set.call('GET', TIME);
  const statuses = [];
  for (const atMs of instantsMs) {
    set.clock.advance(NOON_MS + startMs + atMs - set.clock.nowMs());
    statuses.push((await set.call('GET', TIME)).status);
  }
  return { first, statuses };
}

describe('a scripted 429', () => {
  it.each([
    ['for a second by default', {}, '1', [999, 1_000], [429, 200]],
    ['for the seconds that it names', { retryAfterSeconds: 30 }, '30', [1, 29_999, 30_000], [429, 429, 200]],
    ['for an hour', { retryAfterSeconds: 3600 }, '3600', [3_599_999, 3_600_000], [429, 200]],
    [
      'until the date that it names',
      { retryAfterSeconds: 30, retryAfter: 'http-date' },
      'Fri, 20 Nov 2026 12:00:40 GMT',
      [29_999, 30_000],
      [429, 200],
    ],
    ['to the full minute when it says 0', { retryAfter: 'zero' }, '0', [49_999, 50_000], [429, 200]],
    [
      'to the full minute when its date is over',
      { retryAfter: 'past-date' },
      'Fri, 20 Nov 2026 11:00:10 GMT',
      [49_999, 50_000],
      [429, 200],
    ],
    ['to the full minute when it says nothing', { retryAfter: 'none' }, undefined, [49_999, 50_000], [429, 200]],
    ['shorter than it says', { retryAfterSeconds: 3600, lastsMs: 5_000 }, '3600', [4_999, 5_000], [429, 200]],
    ['for one request only', { retryAfterSeconds: 30, lastsMs: 0 }, '30', [0], [200]],
  ] as const)('holds %s', async (_name, more, retryAfter, instantsMs, statuses) => {
    const heard = await afterwards({ kind: 'limited-429', ...more }, instantsMs, 10_000);
    expect([heard.first.status, heard.first.code, heard.first.headers['retry-after']]).toEqual([
      429,
      -1003,
      retryAfter,
    ]);
    expect(heard.statuses).toEqual(statuses);
  });

  it('answers a repeated request with the remaining time', async () => {
    const { exchange, call, clock } = stage();
    exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 30 } });
    await call('GET', TIME);
    clock.advance(12_000);
    expect((await call('GET', '/fapi/v1/openOrders')).headers['retry-after']).toBe('18');
  });

  it('leads to a ban for a client that continues, but not for requests that were in flight', async () => {
    const { exchange, call, clock } = stage({ limits: { refusalsBeforeBan: 2 } });
    exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 30 } });
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await call('GET', TIME)).status);
    clock.advance(1_000);
    for (let count = 0; count < 3; count += 1) statuses.push((await call('GET', TIME)).status);
    expect(statuses).toEqual([429, 429, 429, 429, 429, 429, 429, 418]);
    clock.advance(119_999);
    expect((await call('GET', TIME)).status).toBe(418);
    clock.advance(1);
    expect((await call('GET', TIME)).status).toBe(200);
  });

  it('of -1015 holds the orders of the account, not its reads', async () => {
    const { exchange, account, call, clock, order } = stage();
    account.open('BTCUSDT', '1');
    const close = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.5', reduceOnly: 'true' };
    exchange.faults.add({
      on: { path: '/fapi/v1/order' },
      fault: { kind: 'limited-429', code: -1015, retryAfterSeconds: 5 },
    });
    const codes = [(await order(close)).code, (await order(close)).code];
    expect(codes).toEqual([-1015, -1015]);
    expect((await call('GET', '/fapi/v3/positionRisk')).status).toBe(200);
    clock.advance(5_000);
    expect((await order(close)).status).toBe(200);
  });

  it('holds the whole address, whatever path it was scripted on', async () => {
    const { exchange, call } = stage();
    exchange.addAccount({ apiKey: 'B'.repeat(64), apiSecret: 'b', ip: '203.0.113.99' });
    exchange.faults.add({ on: { path: '/fapi/v1/openOrders' }, fault: { kind: 'limited-429', retryAfterSeconds: 9 } });
    await call('GET', '/fapi/v1/openOrders');
    expect((await call('GET', '/fapi/v3/positionRisk')).status).toBe(429);
    const elsewhere = { 'x-mbx-apikey': 'B'.repeat(64) };
    const other = await exchange.respond({ method: 'GET', path: TIME, query: '', body: '', headers: elsewhere });
    expect(other).toMatchObject({ status: 200 });
    expect((await call('GET', '/sapi/v1/account/apiRestrictions')).status).toBe(200);
  });

  it('uses up no other fault while it holds', async () => {
    const { exchange, call, clock } = stage();
    exchange.faults.add({ on: {}, fault: { kind: 'limited-429', retryAfterSeconds: 2 } });
    exchange.faults.add({ on: {}, fault: { kind: 'html-502' } });
    const statuses = [(await call('GET', TIME)).status, (await call('GET', TIME)).status];
    clock.advance(2_000);
    statuses.push((await call('GET', TIME)).status, (await call('GET', TIME)).status);
    expect(statuses).toEqual([429, 429, 502, 200]);
  });
});

describe('a scripted 418', () => {
  it.each([
    ['two minutes by default', {}, '120', [119_999, 120_000], [418, 200]],
    ['twenty minutes', { retryAfterSeconds: 1200 }, '1200', [1_199_999, 1_200_000], [418, 200]],
    ['two minutes when it does not say', { retryAfter: 'none' }, undefined, [119_999, 120_000], [418, 200]],
  ] as const)('bans for %s', async (_name, more, retryAfter, instantsMs, statuses) => {
    const heard = await afterwards({ kind: 'banned-418', ...more }, instantsMs);
    expect([heard.first.status, heard.first.headers['retry-after']]).toEqual([418, retryAfter]);
    expect(heard.statuses).toEqual(statuses);
  });

  it('bans orders too, whatever they weigh', async () => {
    const { exchange, call, order } = stage({ unconfirmed: { weightlessCallsBlocked: false } });
    exchange.faults.add({ on: {}, fault: { kind: 'banned-418' } });
    await call('GET', TIME);
    expect((await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '1' })).status).toBe(418);
  });
});

describe('an answer of any make with status 429 or 418', () => {
  it.each([
    ['429 with seconds', { status: 429, headers: { 'Retry-After': '20' } }, [19_999, 20_000], [429, 200]],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Fri, 20 Nov 2026 12:00:20 GMT' } },
      [19_999, 20_000],
      [429, 200],
    ],
    ['429 that says nothing', { status: 429, code: -1003 }, [59_999, 60_000], [429, 200]],
    ['418 as a page', { status: 418, body: '<html>' }, [119_999, 120_000], [418, 200]],
    ['429 for one request only', { status: 429, lastsMs: 0 }, [0], [200]],
  ] as const)('holds: %s', async (_name, fault, instantsMs, statuses) => {
    expect((await afterwards({ kind: 'http', ...fault }, instantsMs)).statuses).toEqual(statuses);
  });

  it.each([
    ['20', '20'],
    ['0', '0'],
    ['Fri, 20 Nov 2026 12:00:20 GMT', 'Fri, 20 Nov 2026 12:00:20 GMT'],
    ['Fri, 20 Nov 2026 10:00:00 GMT', 'Fri, 20 Nov 2026 11:00:00 GMT'],
    [undefined, undefined],
  ])('answers the next request in the form of %s', async (told, next) => {
    const { exchange, call } = stage();
    const headers = told === undefined ? {} : { 'Retry-After': told };
    exchange.faults.add({ on: {}, fault: { kind: 'http', status: 429, headers } });
    await call('GET', TIME);
    expect((await call('GET', TIME)).headers['retry-after']).toBe(next);
  });

  it('holds also when the request was carried out', async () => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '1');
    exchange.faults.add({ on: {}, fault: { kind: 'http-after', status: 429, headers: { 'retry-after': '5' } } });
    const close = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.4', reduceOnly: 'true' };
    expect([(await order(close)).status, (await order(close)).status]).toEqual([429, 429]);
    expect(account.truth().positions).toMatchObject([{ amount: '0.6' }]);
  });
});

describe('the used weight', () => {
  const weights = async (fault: Fault) => {
    const { exchange, call } = stage();
    exchange.faults.add({ on: {}, fault });
    const { headers } = await call('GET', '/fapi/v1/openOrders');
    return [headers['x-mbx-used-weight-1m'], exchange.journal[0]?.weight];
  };

  it.each([
    [{ kind: 'http', status: 400, code: -1102 }],
    [{ kind: 'http-after', status: 408, code: -1007 }],
    [{ kind: '503-unknown', executed: false }],
    [{ kind: '503-unavailable' }],
    [{ kind: '503-no-code' }],
    [{ kind: 'html-403' }],
    [{ kind: 'html-502' }],
    [{ kind: 'geo-451' }],
    [{ kind: 'banned-418' }],
    [{ kind: 'limited-429' }],
    [{ kind: 'truncated-json' }],
    [{ kind: 'error-in-200' }],
    [{ kind: 'refuse', code: -1000 }],
  ] as const)('is charged and shown by the scripted answer %j', async fault => {
    expect(await weights(fault)).toEqual(['40', 40]);
  });

  it.each([
    ['an unknown path', '/fapi/v9/positionRisk', '1'],
    ['a missing parameter', '/fapi/v1/userTrades', '5'],
    ['an unknown symbol', '/fapi/v3/positionRisk?symbol=NOSUCHUSDT', '5'],
  ])('is charged and shown by the refusal of %s', async (_name, target, weight) => {
    const { call } = stage();
    const [path = '', query = ''] = target.split('?');
    const reply = await call('GET', path, Object.fromEntries(new URLSearchParams(query)));
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.headers['x-mbx-used-weight-1m']).toBe(weight);
  });

  it('is charged and shown to a key that is refused, and to one that is banned', async () => {
    const { exchange, account, call } = stage();
    account.refuseKey({ status: 401, code: -2015 });
    expect((await call('GET', '/fapi/v1/openOrders')).headers['x-mbx-used-weight-1m']).toBe('40');
    exchange.faults.add({ on: {}, fault: { kind: 'banned-418' } });
    expect((await call('GET', '/fapi/v1/openOrders')).headers['x-mbx-used-weight-1m']).toBe('80');
    expect((await call('GET', '/fapi/v1/openOrders')).headers['x-mbx-used-weight-1m']).toBe('120');
  });

  it('of the wallet host is a count of its own', async () => {
    const { call } = stage();
    await call('GET', '/fapi/v1/openOrders');
    const { headers } = await call('GET', '/sapi/v1/account/apiRestrictions');
    expect(headers['x-sapi-used-ip-weight-1m']).toBe('1');
    expect(headers['x-mbx-used-weight-1m']).toBeUndefined();
    expect((await call('GET', TIME)).headers['x-mbx-used-weight-1m']).toBe('41');
  });
});
