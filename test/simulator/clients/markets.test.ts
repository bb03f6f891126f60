import { CoinMClient, PortfolioClient } from 'binance';
import ccxt from 'ccxt';
import { afterEach, describe, expect, it } from 'vitest';
import type { AccountSpec } from '../../../simulator/engine/accounts/account.ts';
import { createExchange } from '../../../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../../../simulator/wire/server.ts';
import { API_KEY, API_SECRET } from '../stage.ts';

// COIN-M and portfolio margin as two public clients speak them, which know nothing of this simulator.

let server: ExchangeServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function open(spec: Partial<AccountSpec> = {}) {
  const exchange = createExchange({ clock: { nowMs: () => Date.now(), sleep: async () => {} } });
  const account = exchange.addAccount({ apiKey: API_KEY, apiSecret: API_SECRET, ...spec });
  server = await startExchangeServer(exchange);
  return { exchange, account, url: server.url };
}

const keys = { api_key: API_KEY, api_secret: API_SECRET };

/** The SDK's types want numbers for quantities; strings are what keeps them exact. */
const market = (order: object) => ({ type: 'MARKET', newOrderRespType: 'RESULT', ...order }) as never;

describe("the SDK's CoinMClient", () => {
  it('reads, cancels and closes', async () => {
    const { account, url } = await open();
    const client = new CoinMClient({ ...keys, baseUrl: url });
    account.open('BTCUSD_PERP', '250');
    account.open('ETHUSDT', '2');
    account.rest({
      symbol: 'BTCUSD_PERP',
      side: 'SELL',
      type: 'LIMIT',
      quantity: '250',
      price: '70000',
      reduceOnly: true,
    });
    const stop = {
      symbol: 'BTCUSD_PERP',
      side: 'SELL',
      type: 'STOP_MARKET',
      triggerPrice: '60000',
      quantity: '250',
    } as const;
    const algoId = account.arm(stop);
    account.arm({ ...stop, older: true });
    account.watch();

    const held = (await client.getPositions()).filter(({ positionAmt }) => Number(positionAmt) !== 0);
    expect(held).toMatchObject([{ symbol: 'BTCUSD_PERP', positionAmt: '250', positionSide: 'BOTH' }]);
    expect(
      (await client.getAllOpenOrders()).map(({ type, pair }: { type: string; pair?: string }) => [type, pair]),
    ).toEqual([
      ['LIMIT', 'BTCUSD'],
      ['STOP_MARKET', 'BTCUSD'],
    ]);
    expect(await client.getOpenAlgoOrders()).toMatchObject([{ algoId: Number(algoId), symbol: 'BTCUSD_PERP' }]);
    await client.cancelAlgoOrder({ algoId: Number(algoId) });
    await client.cancelAllOpenOrders({ symbol: 'BTCUSD_PERP' });
    const close = await client.submitNewOrder(
      market({ symbol: 'BTCUSD_PERP', side: 'SELL', quantity: '250', reduceOnly: 'true' }),
    );
    expect(close).toMatchObject({ status: 'FILLED', pair: 'BTCUSD', executedQty: '250' });
    expect(close).not.toHaveProperty('cumBase');
    expect(await client.getOrder({ symbol: 'BTCUSD_PERP', orderId: close.orderId })).toMatchObject({
      cumBase: (25_000 / 67_000).toFixed(8),
    });
    expect(await client.getAccountTrades({ symbol: 'BTCUSD_PERP', orderId: close.orderId })).toMatchObject([
      { marginAsset: 'BTC', commissionAsset: 'BTC', quoteQty: '25000.00000000', pair: 'BTCUSD' },
    ]);
    expect(account.truth()).toMatchObject({ positions: [{ symbol: 'ETHUSDT' }], orders: [], conditionals: [] });
    expect(account.violations).toEqual([]);
  });

  it('is refused what belongs to USDⓈ-M, and knows COIN-M by its own rules', async () => {
    const { url } = await open();
    const client = new CoinMClient({ ...keys, baseUrl: url });
    await expect(client.getAllOpenOrders({ symbol: 'BTCUSDT' })).rejects.toMatchObject({ code: -1121 });
    const { symbols } = await client.getExchangeInfo();
    const quarter = symbols.find(({ symbol }) => symbol === 'BTCUSD_261225') as unknown as Record<string, unknown>;
    expect(quarter).toMatchObject({ contractStatus: 'TRADING', contractSize: 100, contractType: 'CURRENT_QUARTER' });
    expect(quarter).not.toHaveProperty('status');
    expect(JSON.stringify(quarter.filters)).not.toContain('MIN_NOTIONAL');
  });
});

describe("the SDK's PortfolioClient", () => {
  it('reads, cancels and closes UM and CM', async () => {
    const { account, url } = await open({ portfolioMargin: true, hedgeMode: true });
    const client = new PortfolioClient({ ...keys, baseUrl: url });
    account.open('BTCUSDT', '-1.5');
    account.open('BTCUSD_PERP', '250');
    const um = { symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '70000', quantity: '1.5' } as const;
    account.arm(um);
    account.arm({ ...um, older: true });
    account.arm({ symbol: 'BTCUSD_PERP', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '60000', quantity: '250' });
    account.watch();

    expect(await client.getUMPosition()).toMatchObject([
      { positionSide: 'LONG' },
      { positionSide: 'SHORT', positionAmt: '-1.500' },
    ]);
    const cm = (await client.getCMPosition()).filter(({ positionAmt }) => Number(positionAmt) !== 0);
    expect(cm).toMatchObject([
      { symbol: 'BTCUSD_PERP', positionSide: 'LONG', notionalValue: (25_000 / 67_000).toFixed(8) },
    ]);
    expect(await client.getUMAlgoOpenOrders({})).toHaveLength(1);
    expect(await client.getUMOpenConditionalOrders({})).toHaveLength(1);
    expect(await client.getCMOpenConditionalOrders({})).toMatchObject([
      { strategyType: 'STOP_MARKET', stopPrice: '60000.0' },
    ]);
    expect(await client.getUMAccountConfig()).toMatchObject({ canTrade: true, dualSidePosition: true });

    await client.cancelAllUMAlgoOpenOrders({ symbol: 'BTCUSDT' });
    await client.cancelAllUMConditionalOrders({ symbol: 'BTCUSDT' });
    await client.cancelAllCMConditionalOrders({ symbol: 'BTCUSD_PERP' });
    await client.submitNewUMOrder(market({ symbol: 'BTCUSDT', side: 'BUY', positionSide: 'SHORT', quantity: '1.500' }));
    await client.submitNewCMOrder(
      market({ symbol: 'BTCUSD_PERP', side: 'SELL', positionSide: 'LONG', quantity: '250' }),
    );
    expect(account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    expect(account.violations).toEqual([]);
  });

  it('is refused where the account is an ordinary one, and the other way round', async () => {
    const { url } = await open();
    const client = new PortfolioClient({ ...keys, baseUrl: url });
    await expect(client.getUMPosition()).rejects.toMatchObject({ code: -2015 });
  });
});

describe('ccxt', () => {
  async function connect<C extends InstanceType<typeof ccxt.binance>>(url: string, client: C): Promise<C> {
    client.options.fetchCurrencies = false;
    client.options.fetchMargins = false;
    const api = client.urls.api as Record<string, string>;
    for (const [name, address] of Object.entries(api)) api[name] = address.replace(/^https:\/\/[^/]+/, url);
    await client.loadMarkets();
    return client;
  }
  const asked = { apiKey: API_KEY, secret: API_SECRET, enableRateLimit: false };

  it('trades COIN-M', async () => {
    const { account, url } = await open();
    const client = await connect(url, new ccxt.binancecoinm(asked));
    expect(client.market('BTC/USD:BTC')).toMatchObject({
      id: 'BTCUSD_PERP',
      contractSize: 100,
      inverse: true,
      active: true,
    });
    expect(client.market('BTC/USD:BTC-261225')).toMatchObject({ future: true });
    account.open('BTCUSD_PERP', '-250', { entryPrice: '60000' });
    account.watch();
    const [position] = await client.fetchPositions();
    expect(position).toMatchObject({ symbol: 'BTC/USD:BTC', contracts: 250, side: 'short' });
    const limit = await client.createOrder('BTC/USD:BTC', 'limit', 'buy', 250, 50_000, { reduceOnly: true });
    expect((await client.fetchOpenOrders('BTC/USD:BTC')).map(({ id }) => id)).toEqual([limit.id]);
    await client.cancelAllOrders('BTC/USD:BTC');
    await client.createOrder('BTC/USD:BTC', 'market', 'buy', 250, undefined, { reduceOnly: true });
    expect(account.truth()).toMatchObject({ positions: [], orders: [] });
    expect(account.violations).toEqual([]);
  });

  it('trades portfolio margin, UM and CM', async () => {
    const { account, url } = await open({ portfolioMargin: true });
    const options = { portfolioMargin: true, fetchMarkets: { types: ['linear', 'inverse'] }, defaultType: 'swap' };
    const client = await connect(url, new ccxt.binance({ ...asked, options }));
    account.open('BTCUSDT', '1.5');
    account.open('BTCUSD_PERP', '250');
    account.watch();
    for (const [symbol, amount] of [
      ['BTC/USDT:USDT', 1.5],
      ['BTC/USD:BTC', 250],
    ] as const) {
      const limit = await client.createOrder(symbol, 'limit', 'sell', amount, 70_000, { reduceOnly: true });
      expect((await client.fetchOpenOrders(symbol)).map(({ id }) => id)).toEqual([limit.id]);
      await client.cancelAllOrders(symbol);
      await client.createOrder(symbol, 'market', 'sell', amount, undefined, { reduceOnly: true });
    }
    expect(account.truth()).toMatchObject({ positions: [], orders: [] });
    expect(account.violations).toEqual([]);
  });
});
