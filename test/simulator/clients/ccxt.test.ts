import ccxt from 'ccxt';
import { afterEach, describe, expect, it } from 'vitest';
import type { AccountSpec } from '../../../simulator/engine/accounts/account.ts';
import { createExchange } from '../../../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../../../simulator/wire/server.ts';
import { API_KEY, API_SECRET } from '../stage.ts';

// A second independent client, which sends forms in the body and has its own idea of every shape.

let server: ExchangeServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function open(spec: Partial<AccountSpec> = {}) {
  const exchange = createExchange({ clock: { nowMs: () => Date.now(), sleep: async () => {} } });
  const account = exchange.addAccount({ apiKey: API_KEY, apiSecret: API_SECRET, ...spec });
  server = await startExchangeServer(exchange);
  const { url } = server;
  const client = new ccxt.binanceusdm({ apiKey: API_KEY, secret: API_SECRET, enableRateLimit: false });
  client.options.fetchCurrencies = false;
  client.options.fetchMargins = false;
  const api = client.urls.api as Record<string, string>;
  for (const [name, address] of Object.entries(api)) api[name] = address.replace(/^https:\/\/[^/]+/, url);
  await client.loadMarkets();
  return { exchange, account, client };
}

describe('ccxt', () => {
  it('loads the markets of every kind', async () => {
    const { client } = await open();
    expect(client.market('BTC/USDT:USDT')).toMatchObject({ id: 'BTCUSDT', swap: true, active: true });
    expect(client.market('BTC/USDC:USDC')).toMatchObject({ settle: 'USDC' });
    expect(client.market('BTC/USDT:USDT-261225')).toMatchObject({ future: true });
    expect(client.market('测试/USDT:USDT')).toMatchObject({ id: '测试USDT' });
    expect(client.market('BTC/USDT:USDT').limits.market).toEqual({ min: 0.001, max: 120 });
  });

  it('reads, cancels and closes in one-way mode', async () => {
    const { account, client } = await open();
    account.open('BTCUSDT', '0.5', { entryPrice: '66000' });
    account.watch();
    const [position] = await client.fetchPositions();
    expect(position).toMatchObject({ symbol: 'BTC/USDT:USDT', contracts: 0.5, side: 'long', entryPrice: 66000 });

    const limit = await client.createOrder('BTC/USDT:USDT', 'limit', 'sell', 0.5, 70000, { reduceOnly: true });
    expect((await client.fetchOpenOrders('BTC/USDT:USDT')).map(({ id }) => id)).toEqual([limit.id]);
    await client.cancelAllOrders('BTC/USDT:USDT');
    const close = await client.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.5, undefined, { reduceOnly: true });
    expect(await client.fetchOrder(String(close.id), 'BTC/USDT:USDT')).toMatchObject({
      status: 'closed',
      average: 67000,
    });

    expect(await client.fetchPositions()).toEqual([]);
    const [trade] = await client.fetchMyTrades('BTC/USDT:USDT');
    expect(trade).toMatchObject({ order: close.id, price: 67000, amount: 0.5, fee: { cost: 16.75, currency: 'USDT' } });
    expect(account.violations).toEqual([]);
  });

  it('closes by position side in hedge mode', async () => {
    const { account, client } = await open({ hedgeMode: true });
    account.open('ETHUSDT', '-2');
    await client.createOrder('ETH/USDT:USDT', 'market', 'buy', 2, undefined, { positionSide: 'SHORT' });
    expect(account.truth().positions).toEqual([]);
  });

  it('arms, lists and cancels a stop through the algo service', async () => {
    const { account, client } = await open();
    const symbol = 'BTC/USDT:USDT';
    const stop = await client.createOrder(symbol, 'market', 'sell', 0.5, undefined, { stopLossPrice: 60000 });
    expect(account.truth().conditionals).toMatchObject([
      { type: 'STOP_MARKET', algoId: stop.id, triggerPrice: '60000' },
    ]);
    expect((await client.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).map(({ id }) => id)).toEqual(
      [stop.id],
    );
    await client.cancelAllOrders(symbol, { trigger: true });
    expect(account.truth().conditionals).toEqual([]);
  });

  it('reads the balance, and hands on the code of a refusal', async () => {
    const { client } = await open({ walletBalance: '1234.5' });
    expect(await client.fetchBalance()).toMatchObject({ USDT: { total: 1234.5 } });
    const flip = client.createOrder('BTC/USDT:USDT', 'market', 'sell', 1, undefined, { reduceOnly: true });
    await expect(flip).rejects.toThrow('{"code":-2022,"msg":"ReduceOnly Order is rejected."}');
  });
});
