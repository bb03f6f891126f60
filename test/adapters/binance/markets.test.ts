/** What each market puts on the wire for a request, how two pages become one answer, and what its codes mean. */

import { describe, expect, it } from 'vitest';
import { createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import { MARKETS, type MarketId } from '../../../lambda/core/exchange/market.ts';
import type { ExchangeRequest } from '../../../lambda/core/exchange/request.ts';
import type { WireReply, WireRequest } from '../../../simulator/wire/wire.ts';
import { inMemoryWire } from './in-memory-wire.ts';
import { HMAC_KEY, LIMITS, params, reply, START_MS } from './rig.ts';
import { createVirtualClock } from './virtual-clock.ts';

const LONG_ID = '9007199254740993';
const CM = 'BTCUSD_PERP';
const UM = 'BTCUSDT';
const close = (symbol: string) =>
  ({
    kind: 'close',
    order: { symbol, side: 'SELL', positionSide: 'LONG', quantity: '25', reduceOnly: false, clientOrderId: 'fl-1' },
    recvWindowMs: 5_000,
  }) as const;
const CLOSED = {
  side: 'SELL',
  positionSide: 'LONG',
  type: 'MARKET',
  quantity: '25',
  newClientOrderId: 'fl-1',
  newOrderRespType: 'RESULT',
};

function marketAt(id: MarketId, respond: (request: WireRequest) => WireReply | Promise<WireReply>, how?: 'uncovered') {
  const clock = createVirtualClock(START_MS);
  const requests: WireRequest[] = [];
  const origins: string[] = [];
  const wire = inMemoryWire(request => {
    requests.push(request);
    return respond(request);
  });
  const open = createBinance({
    baseUrl: 'https://fapi.example',
    urlsOf: ({ id: one, name }) => ({ baseUrl: `https://${one}.example`, dataUrl: `https://data-${name}.example` }),
    recvWindowMs: 5_000,
    clock: () => clock,
    transport: request => {
      origins.push(request.origin);
      return wire(request);
    },
  });
  return { exchange: open(HMAC_KEY, MARKETS[id], how), requests, origins };
}

async function sent(id: MarketId, request: ExchangeRequest) {
  const { exchange, requests } = marketAt(id, () => reply(200, []));
  const { trace, also = [] } = await exchange.send(request, LIMITS);
  expect([trace, ...also].map(one => `${one.method} ${one.path}`).toSorted()).toEqual(
    requests.map(one => `${one.method} ${one.path}`).toSorted(),
  );
  return requests.map(one => {
    const { timestamp, recvWindow, signature, ...own } = params(one);
    return [`${one.method} ${one.path}`, own];
  });
}

const stop = `order-${LONG_ID}`;
const strategy = `strategy-${LONG_ID}`;

describe('a request', () => {
  it.each<[MarketId, ExchangeRequest, readonly (readonly [string, object])[]]>([
    [
      'coinm',
      { kind: 'positions' },
      [
        ['GET /dapi/v1/positionRisk', {}],
        ['GET /dapi/v1/account', {}],
      ],
    ],
    ['coinm', { kind: 'open-orders' }, [['GET /dapi/v1/openOrders', {}]]],
    [
      'coinm',
      { kind: 'conditional-orders' },
      [
        ['GET /dapi/v1/openAlgoOrders', {}],
        ['GET /dapi/v1/openOrders', {}],
      ],
    ],
    ['coinm', close(CM), [['POST /dapi/v1/order', { ...CLOSED, symbol: CM }]]],
    ['coinm', { kind: 'cancel-orders', symbol: CM }, [['DELETE /dapi/v1/allOpenOrders', { symbol: CM }]]],
    [
      'coinm',
      { kind: 'cancel-order', symbol: CM, orderId: LONG_ID },
      [['DELETE /dapi/v1/order', { symbol: CM, orderId: LONG_ID }]],
    ],
    [
      'coinm',
      { kind: 'cancel-conditionals', symbol: CM },
      [
        ['DELETE /dapi/v1/algoOpenOrders', { symbol: CM }],
        ['DELETE /dapi/v1/allOpenOrders', { symbol: CM }],
      ],
    ],
    [
      'coinm',
      { kind: 'cancel-conditional', symbol: CM, algoId: LONG_ID },
      [['DELETE /dapi/v1/algoOrder', { algoId: LONG_ID }]],
    ],
    [
      'coinm',
      { kind: 'cancel-conditional', symbol: CM, algoId: stop },
      [['DELETE /dapi/v1/order', { symbol: CM, orderId: LONG_ID }]],
    ],
    [
      'coinm',
      { kind: 'conditional-order', symbol: CM, algoId: LONG_ID },
      [['GET /dapi/v1/algoOrder', { algoId: LONG_ID }]],
    ],
    [
      'coinm',
      { kind: 'conditional-order', symbol: CM, algoId: stop },
      [['GET /dapi/v1/order', { symbol: CM, orderId: LONG_ID }]],
    ],
    [
      'coinm',
      { kind: 'fills', symbol: CM, from: { orderId: LONG_ID } },
      [['GET /dapi/v1/userTrades', { symbol: CM, orderId: LONG_ID, limit: '1000' }]],
    ],
    ['coinm', { kind: 'rules', newerThanMs: 0 }, [['GET /dapi/v1/exchangeInfo', {}]]],
    ['coinm', { kind: 'server-time' }, [['GET /dapi/v1/time', {}]]],
    [
      'coinm',
      { kind: 'account-config' },
      [
        ['GET /dapi/v1/account', {}],
        ['GET /dapi/v1/positionSide/dual', {}],
      ],
    ],
    ['portfolio-usdm', { kind: 'positions' }, [['GET /papi/v1/um/positionRisk', {}]]],
    ['portfolio-usdm', { kind: 'open-orders' }, [['GET /papi/v1/um/openOrders', {}]]],
    [
      'portfolio-usdm',
      { kind: 'conditional-orders' },
      [
        ['GET /papi/v1/um/algo/openAlgoOrders', {}],
        ['GET /papi/v1/um/conditional/openOrders', {}],
      ],
    ],
    ['portfolio-usdm', close(UM), [['POST /papi/v1/um/order', { ...CLOSED, symbol: UM }]]],
    ['portfolio-usdm', { kind: 'cancel-orders', symbol: UM }, [['DELETE /papi/v1/um/allOpenOrders', { symbol: UM }]]],
    [
      'portfolio-usdm',
      { kind: 'cancel-conditionals', symbol: UM },
      [
        ['DELETE /papi/v1/um/algo/allOpenOrders', { symbol: UM }],
        ['DELETE /papi/v1/um/conditional/allOpenOrders', { symbol: UM }],
      ],
    ],
    [
      'portfolio-usdm',
      { kind: 'cancel-conditional', symbol: UM, algoId: LONG_ID },
      [['DELETE /papi/v1/um/algo/order', { algoId: LONG_ID }]],
    ],
    [
      'portfolio-usdm',
      { kind: 'cancel-conditional', symbol: UM, algoId: strategy },
      [['DELETE /papi/v1/um/conditional/order', { symbol: UM, strategyId: LONG_ID }]],
    ],
    [
      'portfolio-usdm',
      { kind: 'fills', symbol: UM, from: { sinceMs: START_MS } },
      [['GET /papi/v1/um/userTrades', { symbol: UM, startTime: String(START_MS), limit: '1000' }]],
    ],
    ['portfolio-usdm', { kind: 'rules', newerThanMs: 0 }, [['GET /fapi/v1/exchangeInfo', {}]]],
    ['portfolio-usdm', { kind: 'server-time' }, [['GET /fapi/v1/time', {}]]],
    ['portfolio-usdm', { kind: 'account-config' }, [['GET /papi/v1/um/accountConfig', {}]]],
    [
      'portfolio-coinm',
      { kind: 'positions' },
      [
        ['GET /papi/v1/cm/positionRisk', {}],
        ['GET /papi/v1/cm/account', {}],
      ],
    ],
    ['portfolio-coinm', { kind: 'conditional-orders' }, [['GET /papi/v1/cm/conditional/openOrders', {}]]],
    ['portfolio-coinm', close(CM), [['POST /papi/v1/cm/order', { ...CLOSED, symbol: CM }]]],
    [
      'portfolio-coinm',
      { kind: 'cancel-conditionals', symbol: CM },
      [['DELETE /papi/v1/cm/conditional/allOpenOrders', { symbol: CM }]],
    ],
    [
      'portfolio-coinm',
      { kind: 'cancel-conditional', symbol: CM, algoId: strategy },
      [['DELETE /papi/v1/cm/conditional/order', { symbol: CM, strategyId: LONG_ID }]],
    ],
    [
      'portfolio-coinm',
      { kind: 'order', symbol: CM, by: { clientOrderId: 'web_1' } },
      [['GET /papi/v1/cm/order', { symbol: CM, origClientOrderId: 'web_1' }]],
    ],
    ['portfolio-coinm', { kind: 'rules', newerThanMs: 0 }, [['GET /dapi/v1/exchangeInfo', {}]]],
  ])('of %s: %o', async (id, request, expected) => {
    expect(await sent(id, request)).toEqual(expected);
  });

  it('goes to the host of its market, and to that of its data', async () => {
    const hosts = async (id: MarketId, request: ExchangeRequest): Promise<string | undefined> => {
      const { exchange, origins } = marketAt(id, () => reply(200, { serverTime: START_MS }));
      await exchange.send(request, LIMITS);
      return origins[0];
    };
    expect(await hosts('portfolio-coinm', { kind: 'open-orders' })).toBe('https://portfolio-coinm.example');
    expect(await hosts('portfolio-coinm', { kind: 'server-time' })).toBe('https://data-coinm.example');
  });
});

describe('two pages of one list', () => {
  const row = (symbol: string, positionAmt: string) => ({ symbol, positionSide: 'BOTH', positionAmt, entryPrice: '1' });
  const positions = async (risk: WireReply, account: WireReply) => {
    const { exchange } = marketAt('coinm', ({ path }) => (path.endsWith('/account') ? account : risk));
    return exchange.send({ kind: 'positions' }, LIMITS);
  };
  const page = reply(200, [row(CM, '12'), row('ETHUSD_PERP', '0')]);

  it('show what only the second has, and prefer the first for what it lists', async () => {
    const account = reply(200, { positions: [row(CM, '40'), row('ETHUSD_PERP', '3'), row('BTCUSD_261225', '-7')] });
    const answer = await positions(page, account);
    expect(answer).toMatchObject({ ok: true, value: { unread: [] }, also: [{ path: '/dapi/v1/account' }] });
    expect(answer.ok && answer.value.rows.map(one => [one.symbol, one.amount, one.marginAsset, one.notional])).toEqual([
      [CM, '12', 'BTC', '1200'],
      ['BTCUSD_261225', '-7', 'BTC', '700'],
    ]);
  });

  it.each([
    ['an error of the server', reply(500, { code: -1000, msg: 'no' })],
    ['a path that is gone', reply(404, { code: -5000, msg: 'no' })],
    ['nonsense', reply(200, 'no')],
  ])('of which the second is %s are acted on, and prove nothing', async (_what, account) => {
    expect(await positions(page, account)).toMatchObject({
      ok: true,
      value: {
        rows: [{ symbol: CM }],
        unread: [{ symbol: undefined, isPage: true }],
        missing: { reason: expect.any(String) },
        shown: new Set([CM, 'ETHUSD_PERP']),
      },
    });
  });

  it.each([
    ['a clock', reply(400, { code: -1021, msg: 'no' }), 'clock'],
    ['a key', reply(401, { code: -2015, msg: 'no' }), 'key'],
    ['a limit', reply(429, { code: -1003, msg: 'no' }), 'weight-limit'],
  ])('of which one is refused for %s are that refusal', async (_what, refused, reason) => {
    expect(await positions(refused, reply(200, { positions: [] }))).toMatchObject({ ok: false, failure: { reason } });
    expect(await positions(page, refused)).toMatchObject({ ok: false, failure: { reason } });
  });
});

describe('spot margin orders', () => {
  it.each<MarketId>(['portfolio-usdm', 'portfolio-coinm'])('of %s are listed for all symbols', async id => {
    const { exchange, requests } = marketAt(id, () => reply(200, [{ symbol: UM, orderId: 7 }]));
    expect(await exchange.send({ kind: 'margin-orders' }, LIMITS)).toMatchObject({ ok: true, value: [UM] });
    expect(requests.map(one => `${one.method} ${one.path}`)).toEqual(['GET /papi/v1/margin/openOrders']);
  });

  it.each<MarketId>(['usdm', 'coinm'])('are not asked for in %s', async id => {
    const { exchange, requests } = marketAt(id, () => reply(200, []));
    expect(await exchange.send({ kind: 'margin-orders' }, LIMITS)).toMatchObject({
      ok: false,
      failure: { certainty: 'unreached' },
    });
    expect(requests).toEqual([]);
  });
});

describe('the clock of portfolio margin', () => {
  const DATE_MS = Math.floor(START_MS / 1_000) * 1_000;
  const refused = (aheadMs: number) =>
    reply(400, { code: -1021, msg: 'no' }, { date: new Date(DATE_MS + aheadMs).toUTCString() });

  it.each([9_000, -9_000])('is that of its own refusal where it is %d ms from that of fapi', async aheadMs => {
    const { exchange, requests } = marketAt('portfolio-usdm', ({ path }) =>
      path.endsWith('/time') ? reply(200, { serverTime: START_MS }) : refused(aheadMs),
    );
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: true });
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(Number(params(requests[2]).timestamp)).toBe(DATE_MS + aheadMs);
    // It was refused again: the header is that of a gateway with another clock.
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: true, value: 0 });
  });

  it.each([0, -1_000])('is that of fapi where its refusal agrees to the second (%d ms)', async aheadMs => {
    const { exchange } = marketAt('portfolio-coinm', ({ path }) =>
      path.endsWith('/time') ? reply(200, { serverTime: START_MS }) : refused(aheadMs),
    );
    await exchange.send({ kind: 'positions' }, LIMITS);
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: true, value: 0 });
  });
});

describe('a market that is not covered', () => {
  it.each<[MarketId, ...string[]]>([
    ['usdm', '/fapi/v3/positionRisk'],
    ['coinm', '/dapi/v1/positionRisk', '/dapi/v1/account'],
    ['portfolio-usdm', '/papi/v1/um/positionRisk'],
    ['portfolio-coinm', '/papi/v1/cm/positionRisk', '/papi/v1/cm/account'],
  ])('%s is read with one request for each page of its positions', async (id, ...paths) => {
    const { exchange, requests } = marketAt(
      id,
      ({ path }) => reply(200, path.endsWith('/account') ? { positions: [] } : []),
      'uncovered',
    );
    expect(await exchange.send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: true,
      value: { rows: [], unread: [] },
    });
    expect(requests.map(one => one.path)).toEqual(paths);
  });

  it('has a further page in portfolio margin UM where its orders are asked for', async () => {
    const assets = [
      { asset: 'USDC', openOrderInitialMargin: '0.00000000' },
      { asset: 'USDT', openOrderInitialMargin: '1.5' },
    ];
    const { exchange, requests } = marketAt(
      'portfolio-usdm',
      ({ path }) => reply(200, path.endsWith('/account') ? { assets, positions: [] } : []),
      'uncovered',
    );
    const read = await exchange.send({ kind: 'positions', withOrders: true }, LIMITS);
    expect(read).toMatchObject({ ok: true, value: { rows: [], unread: [], ordersIn: ['margin in USDT'] } });
    expect(requests.map(one => one.path)).toEqual(['/papi/v1/um/positionRisk', '/papi/v2/um/account']);
  });

  it('takes no order', async () => {
    const { exchange, requests } = marketAt('coinm', () => reply(200, []), 'uncovered');
    expect(await exchange.send(close(CM), LIMITS)).toMatchObject({ ok: false, failure: { certainty: 'unreached' } });
    expect(requests).toEqual([]);
  });
});

describe('an error number of COIN-M', () => {
  const meaningAt = async (id: MarketId, code: number, msg = 'no') => {
    const { exchange } = marketAt(id, () => reply(400, { code, msg }));
    const answer = await exchange.send(close(CM), LIMITS);
    return answer.ok ? 'taken' : `${answer.failure.certainty} ${answer.failure.subject} ${answer.failure.reason}`;
  };
  it.each([
    [-4089, 'refused target rejected'],
    [-4090, 'refused account account-blocked'],
    [-4112, 'refused target reduce-only-rejected'],
    [-4113, 'refused target thin-book'],
    [-4178, 'refused target too-small'],
    [-1109, 'refused target account-blocked'],
    [-4188, 'refused target window'],
    [-4189, 'refused target rejected'],
    // Those of USDⓈ-M, should it answer with them.
    [-4118, 'refused target reduce-only-rejected'],
    [-4131, 'refused target thin-book'],
    [-4164, 'refused target too-small'],
  ])('%d: %s', async (code, meaning) => {
    expect(await meaningAt('coinm', code)).toBe(meaning);
  });

  it.each<MarketId>(['portfolio-usdm', 'portfolio-coinm'])('means the same at portfolio margin: %s', async id => {
    expect(await meaningAt(id, -4112)).toBe('refused target reduce-only-rejected');
    expect(await meaningAt(id, -4113)).toBe('refused target thin-book');
    expect(await meaningAt(id, -4178)).toBe('refused target too-small');
    expect(await meaningAt(id, -4189)).toBe('refused target rejected');
    // Where portfolio margin has the number itself, its own page counts.
    expect(await meaningAt(id, -4087)).toBe('refused target rejected');
  });

  it('that means two things is decided by its text', async () => {
    expect(await meaningAt('coinm', -4087, 'Invalid pair.')).toBe('refused request our-bug');
    expect(await meaningAt('coinm', -4087, 'User can only place reduce only order.')).toBe('refused target rejected');
    expect(await meaningAt('coinm', -4088, 'Invalid time interval.')).toBe('refused request our-bug');
    expect(await meaningAt('coinm', -4088, 'User can not place order currently.')).toBe(
      'refused account account-blocked',
    );
    // Any other text: the meaning in COIN-M, which is about one request and stops no run.
    for (const text of ['', 'no', 'Illegal parameter.']) {
      expect(await meaningAt('coinm', -4087, text)).toBe('refused request our-bug');
      expect(await meaningAt('coinm', -4088, text)).toBe('refused request our-bug');
    }
    expect(await meaningAt('usdm', -4088, '')).toBe('refused account account-blocked');
  });

  it('is nothing special elsewhere', async () => {
    expect(await meaningAt('usdm', -4112)).toBe('refused request unexpected');
  });
});
