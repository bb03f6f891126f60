/** The documented replies of COIN-M and portfolio margin (test/fixtures/binance) as the adapter reads them. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import { MARKETS, type MarketId } from '../../../lambda/core/exchange/market.ts';
import type { ExchangeRequest } from '../../../lambda/core/exchange/request.ts';
import { inMemoryWire } from './in-memory-wire.ts';
import { HMAC_KEY, LIMITS, reply, START_MS } from './rig.ts';
import { createVirtualClock } from './virtual-clock.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/binance/${name}.json`, import.meta.url), 'utf8'));

/** Answers by the end of the path; any other list is empty. */
async function read(id: MarketId, request: ExchangeRequest, files: Readonly<Record<string, string>>) {
  const clock = createVirtualClock(START_MS);
  const open = createBinance({
    baseUrl: 'https://exchange.example',
    recvWindowMs: 5_000,
    clock: () => clock,
    transport: inMemoryWire(({ path }) => {
      const end = Object.keys(files).find(one => path.endsWith(one));
      return reply(
        200,
        end === undefined ? (path.endsWith('/account') ? { positions: [] } : []) : fixture(files[end] ?? ''),
      );
    }),
  });
  const answer = await open(HMAC_KEY, MARKETS[id]).send(request as never, LIMITS);
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value as unknown;
}

const close: ExchangeRequest = {
  kind: 'close',
  order: { symbol: 'X', side: 'SELL', positionSide: 'BOTH', quantity: '1', reduceOnly: true, clientOrderId: 'fl-1' },
  recvWindowMs: 5_000,
};
const since = { kind: 'fills', symbol: 'X', from: { sinceMs: 0 } } as const;

describe('the adapter reads', () => {
  it.each<[MarketId, string, string]>([
    ['coinm', 'dapi-position-information', 'dapi-account-information'],
    ['portfolio-coinm', 'papi-cm-position-information', 'papi-cm-account-detail'],
  ])('positions of %s, contracts worth 100 USD of BTC', async (id, risk, account) => {
    const value = await read(id, { kind: 'positions' }, { '/positionRisk': risk, '/account': account });
    expect(value).toMatchObject({
      rows: [{ symbol: 'BTCUSD_201225', amount: '1', positionSide: 'BOTH', notional: '100', marginAsset: 'BTC' }],
      unread: [],
    });
  });

  it('positions of portfolio-usdm', async () => {
    const files = { '/positionRisk': 'papi-um-position-information' };
    expect(await read('portfolio-usdm', { kind: 'positions' }, files)).toMatchObject({
      rows: [{ symbol: 'BTCUSDT', amount: '0.001', notional: '21.12305052' }],
      unread: [],
    });
  });

  it.each<[MarketId, string]>([
    ['coinm', 'dapi-current-all-open-orders'],
    ['portfolio-usdm', 'papi-um-open-orders'],
    ['portfolio-coinm', 'papi-cm-open-orders'],
  ])('open orders of %s', async (id, file) => {
    expect(await read(id, { kind: 'open-orders' }, { '/openOrders': file })).toMatchObject({
      rows: [{ orderId: '1917641', side: 'BUY', positionSide: 'SHORT', quantity: '0.40', executedQuantity: '0' }],
      unread: [],
    });
  });

  it('a stop among the open orders of coinm as a conditional order, and as no other', async () => {
    const files = { '/openOrders': 'dapi-current-all-open-orders-stop' };
    expect(await read('coinm', { kind: 'open-orders' }, files)).toMatchObject({ rows: [], unread: [] });
    expect(await read('coinm', { kind: 'conditional-orders' }, files)).toMatchObject({
      rows: [{ algoId: 'order-1917641', type: 'STOP_MARKET', triggerPrice: '9300', amongOrders: true }],
      unread: [],
    });
  });

  it.each<[MarketId, string, string]>([
    ['coinm', '/openAlgoOrders', 'dapi-current-all-algo-open-orders'],
    ['portfolio-usdm', '/openAlgoOrders', 'papi-um-algo-open-orders'],
    ['portfolio-coinm', '/conditional/openOrders', 'papi-cm-conditional-open-orders'],
  ])('conditional orders of %s', async (id, end, file) => {
    const value = await read(id, { kind: 'conditional-orders' }, { [end]: file });
    expect(value).toMatchObject({
      rows: [{ side: expect.any(String), type: expect.stringMatching(/STOP|PROFIT/) }],
      unread: [],
    });
  });

  it.each<[MarketId, string]>([
    ['coinm', 'dapi-new-order'],
    ['portfolio-usdm', 'papi-um-new-order'],
    ['portfolio-coinm', 'papi-cm-new-order'],
  ])('the receipt of an order in %s, which has no average price', async (id, file) => {
    expect(await read(id, close, { '/order': file })).toMatchObject({
      ...{ orderId: '22542179', status: 'NEW', executedQuantity: '0', averagePrice: undefined },
    });
  });

  it('a fill of coinm in its coin', async () => {
    expect(await read('coinm', since, { '/userTrades': 'dapi-account-trade-list' })).toMatchObject([
      { orderId: '28', quantity: '1', marginAsset: 'BTC', commission: '0.00000454', commissionAsset: 'BTC' },
    ]);
  });

  it.each<[MarketId, string, ExchangeRequest]>([
    ['coinm', 'dapi-cancel-all-open-orders', { kind: 'cancel-orders', symbol: 'X' }],
    ['coinm', 'dapi-cancel-algo-order', { kind: 'cancel-conditional', symbol: 'X', algoId: '7' }],
    ['portfolio-coinm', 'papi-cm-cancel-all-conditional-orders', { kind: 'cancel-conditionals', symbol: 'X' }],
  ])('the confirmation of a cancel in %s (%s)', async (id, file, request) => {
    expect(await read(id, request, { '': file })).toBeNull();
  });
});
