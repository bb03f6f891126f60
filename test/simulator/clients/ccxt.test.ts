import ccxt from 'ccxt';
import { afterEach, describe, expect, it } from 'vitest';
import type { AccountSpec } from '../../../simulator/engine/accounts/account.ts';
import { createVenue } from '../../../simulator/exchange.ts';
import { startVenueServer, type VenueServer } from '../../../simulator/wire/server.ts';
import { API_KEY, API_SECRET } from '../stage.ts';

// A second independent client, which sends forms in the body and has its own idea of every shape.

let server: VenueServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function open(spec: Partial<AccountSpec> = {}) {
  const venue = createVenue({ clock: { nowMs: () => Date.now(), sleep: async () => {} } });
  const account = venue.addAccount({ apiKey: API_KEY, apiSecret: API_SECRET, ...spec });
  server = await startVenueServer(venue);
  const { url } = server;
  const exchange = new ccxt.binanceusdm({ apiKey: API_KEY, secret: API_SECRET, enableRateLimit: false });
  exchange.options.fetchCurrencies = false;
  exchange.options.fetchMargins = false;
  const api = exchange.urls.api as Record<string, string>;
  for (const [name, address] of Object.entries(api)) api[name] = address.replace(/^https:\/\/[^/]+/, url);
  await exchange.loadMarkets();
  return { venue, account, exchange };
}

describe('ccxt', () => {
  it('loads the markets of every kind', async () => {
    const { exchange } = await open();
    expect(exchange.market('BTC/USDT:USDT')).toMatchObject({ id: 'BTCUSDT', swap: true, active: true });
    expect(exchange.market('BTC/USDC:USDC')).toMatchObject({ settle: 'USDC' });
    expect(exchange.market('BTC/USDT:USDT-261225')).toMatchObject({ future: true });
    expect(exchange.market('测试/USDT:USDT')).toMatchObject({ id: '测试USDT' });
    expect(exchange.market('BTC/USDT:USDT').limits.market).toEqual({ min: 0.001, max: 120 });
  });

  it('reads, cancels and closes in one-way mode', async () => {
    const { account, exchange } = await open();
    account.open('BTCUSDT', '0.5', { entryPrice: '66000' });
    account.watch();
    const [position] = await exchange.fetchPositions();
    expect(position).toMatchObject({ symbol: 'BTC/USDT:USDT', contracts: 0.5, side: 'long', entryPrice: 66000 });

    const limit = await exchange.createOrder('BTC/USDT:USDT', 'limit', 'sell', 0.5, 70000, { reduceOnly: true });
    expect((await exchange.fetchOpenOrders('BTC/USDT:USDT')).map(({ id }) => id)).toEqual([limit.id]);
    await exchange.cancelAllOrders('BTC/USDT:USDT');
    const close = await exchange.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.5, undefined, { reduceOnly: true });
    expect(await exchange.fetchOrder(String(close.id), 'BTC/USDT:USDT')).toMatchObject({
      status: 'closed',
      average: 67000,
    });

    expect(await exchange.fetchPositions()).toEqual([]);
    const [trade] = await exchange.fetchMyTrades('BTC/USDT:USDT');
    expect(trade).toMatchObject({ order: close.id, price: 67000, amount: 0.5, fee: { cost: 16.75, currency: 'USDT' } });
    expect(account.violations).toEqual([]);
  });

  it('closes by position side in hedge mode', async () => {
    const { account, exchange } = await open({ hedgeMode: true });
    account.open('ETHUSDT', '-2');
    await exchange.createOrder('ETH/USDT:USDT', 'market', 'buy', 2, undefined, { positionSide: 'SHORT' });
    expect(account.truth().positions).toEqual([]);
  });

  it('arms, lists and cancels a stop through the algo service', async () => {
    const { account, exchange } = await open();
    const symbol = 'BTC/USDT:USDT';
    const stop = await exchange.createOrder(symbol, 'market', 'sell', 0.5, undefined, { stopLossPrice: 60000 });
    expect(account.truth().conditionals).toMatchObject([
      { type: 'STOP_MARKET', algoId: stop.id, triggerPrice: '60000' },
    ]);
    expect(
      (await exchange.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).map(({ id }) => id),
    ).toEqual([stop.id]);
    await exchange.cancelAllOrders(symbol, { trigger: true });
    expect(account.truth().conditionals).toEqual([]);
  });

  it('reads the balance, and hands on the code of a refusal', async () => {
    const { exchange } = await open({ walletBalance: '1234.5' });
    expect(await exchange.fetchBalance()).toMatchObject({ USDT: { total: 1234.5 } });
    const flip = exchange.createOrder('BTC/USDT:USDT', 'market', 'sell', 1, undefined, { reduceOnly: true });
    await expect(flip).rejects.toThrow('{"code":-2022,"msg":"ReduceOnly Order is rejected."}');
  });
});
