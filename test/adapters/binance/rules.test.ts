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
  const outcome = await rig(() => reply(200, body)).exchange.rules(LIMITS);
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
          limitMaxQuantity: '1000',
          tickSize: '0.10',
          priceMultiplierUp: '1.0500',
          priceMultiplierDown: '0.9500',
        },
      ],
    ]);
    expect(rules?.limits).toEqual({ weightPerMinute: 6_000, ordersPerTenSeconds: 290, ordersPerMinute: 1_100 });
  });

  it('of one odd symbol do not hide the others', async () => {
    const odd = [{ symbol: 'ODDUSDT' }, { symbol: 'NEWUSDT', status: 'TRADING', filters: [] }, null, 'x'];
    const rules = await rulesOf({ symbols: [...odd, BTC], rateLimits: [] });
    expect([...(rules?.symbols.keys() ?? [])]).toEqual(['BTCUSDT']);
  });

  it('take the documented limits for those that are not told', async () => {
    const rules = await rulesOf({ symbols: [BTC], rateLimits: LIMIT_ROWS.slice(2) });
    expect(rules?.limits).toEqual({ weightPerMinute: 2_400, ordersPerTenSeconds: 290, ordersPerMinute: 1_200 });
  });

  it.each([[{ symbols: [], rateLimits: [] }], [{ symbols: [{ symbol: 'ODDUSDT' }] }], [{}]])(
    'without one readable symbol are not believed: %j',
    async body => {
      expect(await rulesOf(body)).toBeUndefined();
    },
  );

  it('are asked once in ten minutes, for all accounts', async () => {
    const clock = createVirtualClock(0);
    let asked = 0;
    const transport = inMemoryWire(() => {
      asked += 1;
      return asked === 1 ? reply(503, 'Service Unavailable.') : reply(200, { symbols: [BTC], rateLimits: [] });
    });
    const open = createBinance({ baseUrl: 'https://fapi.example', recvWindowMs: 2_000, clock: () => clock, transport });
    const one = open(HMAC_KEY);
    const other = open({ ...HMAC_KEY, apiKey: 'other' });

    expect(await one.rules(LIMITS)).toMatchObject({ ok: false });
    expect(await one.rules(LIMITS)).toMatchObject({ ok: true, trace: { status: 200 } });
    await clock.sleep(599_999);
    expect(await other.rules(LIMITS)).toMatchObject({
      ok: true,
      trace: { status: undefined, latencyMs: 0, usage: {} },
    });
    expect(asked).toBe(2);
    await clock.sleep(1);
    expect(await other.rules(LIMITS)).toMatchObject({ ok: true, trace: { status: 200 } });
    expect(asked).toBe(3);
  });
});
