/** The exchange's rules: read for what a close needs, kept for all accounts of a container. */

import { describe, expect, it } from 'vitest';
import { createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import { inMemoryWire } from './in-memory-wire.ts';
import { HMAC_KEY, LIMITS, reply, rig } from './rig.ts';
import { createVirtualClock } from './virtual-clock.ts';

const FILTERS = [
  { filterType: 'PRICE_FILTER', tickSize: '0.10', minPrice: '556.80', maxPrice: '4529764' },
  { filterType: 'LOT_SIZE', stepSize: '0.001', maxQty: '1000', minQty: '0.001' },
  { filterType: 'MARKET_LOT_SIZE', minQty: '0.002', stepSize: '0.002', maxQty: '120' },
  { filterType: 'MAX_NUM_ORDERS', limit: 200 },
  { filterType: 'MIN_NOTIONAL', notional: '50' },
  { filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: '4' },
  { filterType: 'POSITION_RISK_CONTROL', positionControlSide: 'NONE' },
];
const BTC = {
  symbol: 'BTCUSDT',
  status: 'TRADING',
  contractType: 'PERPETUAL',
  deliveryDate: 4133404800000,
  filters: FILTERS,
};
const LIMIT_ROWS = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
  { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1100 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 290 },
];

async function rulesOf(body: unknown) {
  const outcome = await rig(() => reply(200, body)).exchange.send({ kind: 'rules', newerThanMs: 0 }, LIMITS);
  return outcome.ok ? outcome.value : undefined;
}

describe('rules', () => {
  it('are read from the filters', async () => {
    const rules = await rulesOf({ symbols: [BTC], rateLimits: LIMIT_ROWS, serverTime: 1 });
    expect([...(rules?.symbols ?? [])]).toEqual([
      [
        'BTCUSDT',
        {
          symbol: 'BTCUSDT',
          status: 'TRADING',
          marketStepSize: '0.002',
          marketMinQuantity: '0.002',
          marketMaxQuantity: '120',
          limitStepSize: '0.001',
          limitMinQuantity: '0.001',
          limitMaxQuantity: '1000',
          minNotional: '50',
          tickSize: '0.10',
          priceMultiplierUp: '1.0500',
          priceMultiplierDown: '0.9500',
        },
      ],
    ]);
    expect(rules?.limits).toEqual({ weightPerMinute: 6_000, ordersPerTenSeconds: 290, ordersPerMinute: 1_100 });
  });

  const NONE = {
    marketStepSize: undefined,
    marketMinQuantity: undefined,
    marketMaxQuantity: undefined,
    limitStepSize: undefined,
    limitMaxQuantity: undefined,
    minNotional: undefined,
    tickSize: undefined,
    priceMultiplierUp: undefined,
    priceMultiplierDown: undefined,
  };

  it('of one odd symbol do not hide the others', async () => {
    const odd = [{ status: 'TRADING', filters: FILTERS }, { symbol: 'NEWUSDT', filters: 7 }, null, 'x', { symbol: 7 }];
    const rules = await rulesOf({ symbols: [...odd, BTC], rateLimits: [] });
    expect([...(rules?.symbols.keys() ?? [])]).toEqual(['NEWUSDT', 'BTCUSDT']);
    expect(rules?.symbols.get('NEWUSDT')).toEqual({ symbol: 'NEWUSDT', status: '', ...NONE });
  });

  it.each([
    ['a tick of 0', 'PRICE_FILTER', { tickSize: '0' }, { tickSize: undefined }],
    ['a tick of 0.000', 'PRICE_FILTER', { tickSize: '0.000' }, { tickSize: undefined }],
    ['a step of 0', 'MARKET_LOT_SIZE', { stepSize: '0' }, { marketStepSize: undefined }],
    ['a step in words', 'LOT_SIZE', { stepSize: 'fine' }, { limitStepSize: undefined }],
    ['a maximum of null', 'MARKET_LOT_SIZE', { maxQty: null }, { marketMaxQuantity: undefined }],
    ['a negative maximum', 'LOT_SIZE', { maxQty: '-1' }, { limitMaxQuantity: undefined }],
    ['no factor', 'PERCENT_PRICE', { multiplierUp: undefined }, { priceMultiplierUp: undefined }],
    ['a number for a text', 'LOT_SIZE', { maxQty: 1000 }, {}],
    ['another type', 'PRICE_FILTER', { filterType: 7 }, { tickSize: undefined }],
  ])('with %s lack that one thing only', async (_what, filterType, change, rules) => {
    const filters = FILTERS.map(filter => (filter.filterType === filterType ? { ...filter, ...change } : filter));
    const whole = (await rulesOf({ symbols: [BTC] }))?.symbols.get('BTCUSDT');
    const odd = (await rulesOf({ symbols: [{ ...BTC, filters }] }))?.symbols.get('BTCUSDT');
    expect(odd).toEqual({ ...whole, ...rules });
  });

  it('take the documented limits for those that are missing', async () => {
    const rules = await rulesOf({ symbols: [BTC], rateLimits: LIMIT_ROWS.slice(2) });
    expect(rules?.limits).toEqual({ weightPerMinute: 2_400, ordersPerTenSeconds: 290, ordersPerMinute: 1_200 });
  });

  it.each([[{ symbols: [], rateLimits: [] }], [{ symbols: [{ status: 'TRADING' }] }], [{}], [[]]])(
    'without the name of one symbol are refused: %j',
    async body => {
      expect(await rulesOf(body)).toBeUndefined();
    },
  );
});

describe('rules are kept', () => {
  /** Counts what is asked; each answer names another maximum. */
  function counted(latencyMs = 0) {
    const clock = createVirtualClock(0);
    const asked: number[] = [];
    const transport = inMemoryWire(async () => {
      asked.push(clock.nowMs());
      const filters = [{ filterType: 'MARKET_LOT_SIZE', stepSize: '1', minQty: '1', maxQty: String(asked.length) }];
      if (latencyMs > 0) await clock.sleep(latencyMs);
      return reply(200, { symbols: [{ ...BTC, filters }] });
    });
    const open = createBinance({ baseUrl: 'https://fapi.example', recvWindowMs: 2_000, clock: () => clock, transport });
    const ask = async (newerThanMs = 0, key = HMAC_KEY) => {
      const answer = await open(key).send({ kind: 'rules', newerThanMs }, LIMITS);
      if (!answer.ok) throw new Error(answer.failure.message);
      const { value, trace } = answer;
      return { max: value.symbols.get('BTCUSDT')?.marketMaxQuantity, askedAtMs: value.askedAtMs, trace };
    };
    return { clock, asked, ask, open };
  }

  it('for ten minutes, for all accounts', async () => {
    const { clock, asked, ask } = counted();
    await clock.sleep(5);
    expect(await ask()).toMatchObject({ max: '1', askedAtMs: 5, trace: { status: 200 } });
    await clock.sleep(599_999);
    expect(await ask(0, { ...HMAC_KEY, apiKey: 'other' })).toMatchObject({
      ...{ max: '1', askedAtMs: 5 },
      trace: { status: undefined, latencyMs: 0, usage: {}, path: '/fapi/v1/exchangeInfo', startedAtMs: 600_004 },
    });
    expect(asked).toHaveLength(1);
    await clock.sleep(1);
    expect(await ask()).toMatchObject({ max: '2', askedAtMs: 600_005 });
  });

  it('unless they must be newer than a refusal', async () => {
    const { clock, asked, ask } = counted();
    await clock.sleep(5);
    await ask();
    await clock.sleep(100);
    expect(await ask(4)).toMatchObject({ max: '1' });
    expect(await ask(5)).toMatchObject({ max: '2', askedAtMs: 105 });
    expect(await ask(50)).toMatchObject({ max: '2' });
    expect(asked).toEqual([5, 105]);
  });

  it('by one request for all who ask at once', async () => {
    const { clock, asked, ask } = counted(200);
    await clock.sleep(1);
    const both = await Promise.all([ask(), ask(0, { ...HMAC_KEY, apiKey: 'other' })]);
    expect(both.map(one => one.max)).toEqual(['1', '1']);
    expect(both.map(one => one.trace.status)).toEqual([200, undefined]);
    expect(asked).toHaveLength(1);
  });

  it('by a request that no caller waits for beyond its own deadline', async () => {
    const { clock, asked, open } = counted(200);
    await clock.sleep(1);
    const first = open(HMAC_KEY).send({ kind: 'rules', newerThanMs: 0 }, LIMITS);
    const second = await open(HMAC_KEY).send({ kind: 'rules', newerThanMs: 0 }, { timeoutMs: 50 });
    expect(second).toMatchObject({
      ok: false,
      failure: { reason: 'not-sent' },
      trace: { startedAtMs: 1, latencyMs: 50 },
    });
    expect(await first).toMatchObject({ ok: true, trace: { status: 200, latencyMs: 200 } });
    expect(asked).toHaveLength(1);
  });

  it('by their own request if the one in flight began before the refusal', async () => {
    const { clock, asked, ask } = counted(200);
    await clock.sleep(1);
    const first = ask();
    await clock.sleep(50);
    const second = ask(50);
    expect((await second).max).toBe('2');
    expect((await first).max).toBe('1');
    expect(asked).toEqual([1, 51]);
    // The newer of the two stays.
    expect(await ask()).toMatchObject({ max: '2' });
  });

  it('but no failure is', async () => {
    const replies = [reply(503, 'Service Unavailable.'), reply(200, { symbols: [BTC] })];
    const { exchange } = rig(() => replies.shift() ?? reply(500, ''));
    expect(await exchange.send({ kind: 'rules', newerThanMs: 0 }, LIMITS)).toMatchObject({ ok: false });
    expect(await exchange.send({ kind: 'rules', newerThanMs: 0 }, LIMITS)).toMatchObject({ ok: true });
  });
});
