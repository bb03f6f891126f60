import { once } from 'node:events';
import { USDMClient, WebsocketClient } from 'binance';
import ccxt, { type Order } from 'ccxt';
import { afterEach, describe, expect, it } from 'vitest';
import { createExchange } from '../../../simulator/exchange.ts';
import { startExchangeServer } from '../../../simulator/wire/server.ts';
import { API_KEY, API_SECRET } from '../stage.ts';

// Stream clients that know nothing of this simulator: the events are what they make of them.

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open() {
  let aheadMs = 0;
  const exchange = createExchange({ clock: { nowMs: () => Date.now() + aheadMs, sleep: async () => {} } });
  const account = exchange.addAccount({ apiKey: API_KEY, apiSecret: API_SECRET });
  const server = await startExchangeServer(exchange);
  ends.push(() => server.close());
  const advance = (ms: number): void => {
    aheadMs += ms;
  };
  return { account, exchange, server, advance, wsUrl: server.url.replace('http', 'ws') };
}

describe('the binance SDK on the user data stream', () => {
  async function listening() {
    const opened = await open();
    const keys = { api_key: API_KEY, api_secret: API_SECRET };
    const quiet = { trace: () => {}, info: () => {}, error: () => {} };
    const options = { ...keys, beautify: true, restOptions: { baseUrl: opened.server.url }, wsUrl: opened.wsUrl };
    const client = new WebsocketClient(options, quiet);
    ends.push(() => client.closeAll(true));
    const heard: object[] = [];
    client.on('formattedUserDataMessage', event => heard.push(event));
    client.on('exception', error => heard.push({ exception: error }));
    await client.subscribeUsdFuturesUserDataStream();
    return { ...opened, client, heard, rest: new USDMClient({ ...keys, baseUrl: opened.server.url }) };
  }

  it('hears of an order, its fill and the position', async () => {
    const { rest, heard } = await listening();
    await rest.submitNewOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 0.5 });
    await expect.poll(() => heard.length).toBe(3);
    expect(heard).toMatchObject([
      { eventType: 'ORDER_TRADE_UPDATE', order: { executionType: 'NEW', orderStatus: 'NEW', originalQuantity: 0.5 } },
      {
        eventType: 'ACCOUNT_UPDATE',
        updateData: {
          updateEventType: 'ORDER',
          updatedBalances: [{ asset: 'USDT', balanceChange: 0, walletBalance: 99983.25 }],
          updatedPositions: [{ symbol: 'BTCUSDT', positionAmount: 0.5, entryPrice: 67000, marginType: 'cross' }],
        },
      },
      {
        eventType: 'ORDER_TRADE_UPDATE',
        order: {
          ...{ executionType: 'TRADE', orderStatus: 'FILLED', averagePrice: 67000, lastFilledQuantity: 0.5 },
          ...{ commissionAsset: 'USDT', commissionAmount: 16.75, isMakerTrade: false, realisedProfit: 0 },
        },
      },
    ]);
  });

  it('hears of a conditional order', async () => {
    const { account, heard } = await listening();
    account.arm({ symbol: 'ETHUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '2', triggerPrice: '3500' });
    await expect.poll(() => heard).toMatchObject([{ eventType: 'ALGO_UPDATE' }]);
  });

  it('asks for a new key when its own has expired, and goes on', async () => {
    const { advance, client, account, heard } = await listening();
    const again = once(client as never, 'reconnected');
    advance(3_600_000);
    account.truth();
    await again;
    account.open('BTCUSDT', '1');
    await expect.poll(() => heard).toMatchObject([{ eventType: 'listenKeyExpired' }, { eventType: 'ACCOUNT_UPDATE' }]);
  });
});

describe('ccxt on the user data stream', () => {
  async function listening() {
    const opened = await open();
    const client = new ccxt.pro.binanceusdm({ apiKey: API_KEY, secret: API_SECRET, enableRateLimit: false });
    ends.push(() => client.close());
    Object.assign(client.options, { fetchCurrencies: false, fetchMargins: false });
    const api = client.urls.api as Record<string, unknown>;
    for (const [name, address] of Object.entries(api)) {
      if (typeof address === 'string') api[name] = address.replace(/^https:\/\/[^/]+/, opened.server.url);
    }
    (api.ws as Record<string, string>).future = `${opened.wsUrl}/ws`;
    await client.loadMarkets();
    // It wants this for any address without TLS.
    await client.loadHttpProxyAgent();
    /** The stream is open, so that nothing is missed. */
    const isOpen = () =>
      expect
        .poll(() => Object.values(client.clients).map(({ url, connection }) => [url, connection?.readyState]))
        .toContainEqual([expect.stringContaining('/private/ws?listenKey='), 1]);
    return { ...opened, client, isOpen };
  }

  it('watches orders and trades', async () => {
    const { exchange, client, isOpen } = await listening();
    const change = async () => (await client.watchOrders('BTC/USDT:USDT')).at(-1);
    const trades = client.watchMyTrades('BTC/USDT:USDT');
    const placed = change();
    await isOpen();
    const made = await client.createOrder('BTC/USDT:USDT', 'limit', 'buy', 0.1, 66000);
    expect(await placed).toMatchObject({ id: made.id, status: 'open', price: 66000, amount: 0.1, filled: 0 });

    const filled = change();
    exchange.setMark('BTCUSDT', '66000');
    expect(await filled).toMatchObject({ id: made.id, status: 'closed', average: 66000, filled: 0.1 });
    const fee = { currency: 'USDT', cost: 3.3 };
    expect(await trades).toMatchObject([{ order: made.id, price: 66000, amount: 0.1, takerOrMaker: 'maker', fee }]);

    const placedAgain = change();
    const second = await client.createOrder('BTC/USDT:USDT', 'limit', 'buy', 0.1, 65000);
    await placedAgain;
    const cancelled = change();
    await client.cancelOrder(String(second.id), 'BTC/USDT:USDT');
    expect(await cancelled).toMatchObject({ id: second.id, status: 'canceled' });
  });

  it('watches positions and the balance', async () => {
    const { client, account, isOpen } = await listening();
    client.options.watchPositions = { fetchPositionsSnapshot: false };
    const opened = client.watchPositions();
    await isOpen();
    account.open('BTCUSDT', '-0.5');
    const short = { symbol: 'BTC/USDT:USDT', side: 'short', entryPrice: 67000 };
    expect(await opened).toMatchObject([{ ...short, contracts: 0.5 }]);
    const after = Promise.all([client.watchPositions(), client.watchBalance()]);
    account.closeByOthers('BTCUSDT', { quantity: '0.2' });
    expect(await after).toMatchObject([[{ ...short, contracts: 0.3 }], { USDT: { total: 99993.3 } }]);
  });

  it('watches a conditional order from its placement to its trigger', async () => {
    const { exchange, client, isOpen } = await listening();
    const placed = client.watchOrders('ETH/USDT:USDT');
    await isOpen();
    const made = await client.createOrder('ETH/USDT:USDT', 'market', 'buy', 2, undefined, { stopPrice: 3900 });
    expect((await placed).at(-1)).toMatchObject({ id: made.id, status: 'open', triggerPrice: 3900, amount: 2 });
    exchange.setMark('ETHUSDT', '3900');
    const states = () => client.orders?.map(({ id, status, filled }: Order) => [id, status, filled]);
    // The order that it became, and itself.
    await expect.poll(states).toEqual([
      [expect.stringMatching(/^8886774/), 'closed', 2],
      [made.id, 'closed', 2],
    ]);
  });
});
