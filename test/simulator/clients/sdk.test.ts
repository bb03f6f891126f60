import { generateKeyPairSync } from 'node:crypto';
import { type NewFuturesOrderParams, USDMClient } from 'binance';
import { afterEach, describe, expect, it } from 'vitest';
import type { AccountSpec } from '../../../simulator/engine/accounts/account.ts';
import { createExchange, type SimulatedExchange } from '../../../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../../../simulator/wire/server.ts';
import { API_KEY, API_SECRET } from '../stage.ts';

// The public SDK knows nothing of this simulator: what it can do here it could do at the exchange.

const SYSTEM_CLOCK = { nowMs: () => Date.now(), sleep: async () => {} };

let server: ExchangeServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function connect(exchange: SimulatedExchange, apiSecret = API_SECRET): Promise<USDMClient> {
  server = await startExchangeServer(exchange);
  return new USDMClient({ api_key: API_KEY, api_secret: apiSecret, baseUrl: server.url });
}

async function open(spec: Partial<AccountSpec> = {}, apiSecret = API_SECRET) {
  const exchange = createExchange({ clock: SYSTEM_CLOCK });
  const account = exchange.addAccount({ apiKey: API_KEY, apiSecret: API_SECRET, ...spec });
  return { exchange, account, client: await connect(exchange, apiSecret) };
}

/** The SDK's types want numbers for quantities; strings are what keeps them exact. */
const market = (order: object) => ({ type: 'MARKET', ...order }) as unknown as NewFuturesOrderParams;

describe('the binance SDK', () => {
  it('reads, cancels and closes in one-way mode', async () => {
    const { account, client } = await open();
    account.open('BTCUSDT', '0.5');
    account.open('ETHUSDT', '-2');
    account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '0.5', price: '70000', reduceOnly: true });
    account.arm({ symbol: 'ETHUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '2', triggerPrice: '3500' });
    account.watch();

    const positions = await client.getPositionsV3();
    expect(positions.map(({ symbol, positionAmt }) => [symbol, positionAmt])).toEqual([
      ['BTCUSDT', '0.500'],
      ['ETHUSDT', '-2.000'],
    ]);
    expect(await client.getAllOpenOrders()).toMatchObject([{ symbol: 'BTCUSDT', reduceOnly: true }]);
    expect(await client.getOpenAlgoOrders()).toMatchObject([{ symbol: 'ETHUSDT', algoStatus: 'NEW' }]);

    await client.cancelAllOpenOrders({ symbol: 'BTCUSDT' });
    await client.cancelAllAlgoOpenOrders({ symbol: 'ETHUSDT' });
    const closes = [
      { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.500', reduceOnly: 'true' },
      { symbol: 'ETHUSDT', side: 'BUY', quantity: '2.000', reduceOnly: 'true', newOrderRespType: 'RESULT' },
    ];
    const [ack, result] = await Promise.all(closes.map(close => client.submitNewOrder(market(close))));
    expect(ack).toMatchObject({ status: 'NEW' });
    expect(result).toMatchObject({ status: 'FILLED', executedQty: '2.000' });

    expect(await client.getPositionsV3()).toEqual([]);
    expect(account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    expect(account.violations).toEqual([]);
    expect(await client.getAccountTrades({ symbol: 'BTCUSDT' })).toMatchObject([
      { qty: '0.500', realizedPnl: '0.00000000' },
    ]);
  });

  it('closes both sides in hedge mode, in one batch', async () => {
    const { account, client } = await open({ hedgeMode: true });
    account.open('BTCUSDT', '1');
    account.open('BTCUSDT', '-3');
    const batch = [
      { symbol: 'BTCUSDT', side: 'SELL', positionSide: 'LONG', quantity: '1.000' },
      { symbol: 'BTCUSDT', side: 'BUY', positionSide: 'SHORT', quantity: '3.000' },
      { symbol: 'BTCUSDT', side: 'BUY', positionSide: 'SHORT', quantity: '3.000', reduceOnly: 'true' },
    ];
    const replies = await client.submitMultipleOrders(batch.map(market) as never);
    expect(replies).toMatchObject([{ status: 'NEW' }, { status: 'NEW' }, { code: -1106 }]);
    expect(account.truth().positions).toEqual([]);
  });

  it('places a limit and a conditional order, finds and cancels them', async () => {
    const { account, client } = await open();
    const placed = await client.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: 0.01,
      price: 60000,
    });
    const armed = await client.submitNewAlgoOrder({
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '0.01',
      triggerPrice: '60000',
    });
    expect(await client.getOrder({ symbol: 'BTCUSDT', orderId: placed.orderId })).toMatchObject({ status: 'NEW' });
    expect(await client.cancelOrder({ symbol: 'BTCUSDT', orderId: placed.orderId })).toMatchObject({
      status: 'CANCELED',
    });
    expect(await client.cancelAlgoOrder({ algoId: armed.algoId })).toMatchObject({ code: '200' });
    expect(account.truth()).toMatchObject({ orders: [], conditionals: [] });
  });

  it('reads what a readiness check asks', async () => {
    const { client } = await open({ hedgeMode: true });
    expect(await client.getFuturesAccountConfig()).toMatchObject({ canTrade: true, dualSidePosition: true });
    expect(await client.getCurrentPositionMode()).toEqual({ dualSidePosition: true });
    expect((await client.getExchangeInfo()).symbols).toHaveLength(700);
    expect(Math.abs((await client.getServerTime()) - Date.now())).toBeLessThan(5000);
    const order = { symbol: 'BTCUSDT', side: 'SELL', positionSide: 'LONG', quantity: '0.01' };
    await expect(client.testOrder(market(order))).resolves.toMatchObject({ symbol: 'BTCUSDT' });
  });

  it.each([
    ['ed25519', () => generateKeyPairSync('ed25519')],
    ['rsa', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ] as const)('signs with an %s key', async (_name, makeKeys) => {
    const { publicKey, privateKey } = makeKeys();
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { account, client } = await open({ publicKeyPem }, secret);
    account.open('测试USDT', '500');
    const close = { symbol: '测试USDT', side: 'SELL', quantity: '500', reduceOnly: 'true' };
    await client.submitNewOrder(market(close));
    expect(await client.getPositionsV3()).toEqual([]);
  });

  it('gets the message of the error, and keeps the code', async () => {
    const { client } = await open({}, 'not the secret');
    await expect(client.getPositionsV3()).rejects.toMatchObject({ code: -1022 });
    await expect(client.getPositionsV3({ symbol: 'BTCUSDT' })).rejects.toMatchObject({ code: -1022 });
  });

  it('sends a missing value as the text undefined, and is refused', async () => {
    const { account, client } = await open();
    account.open('BTCUSDT', '1');
    const close = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', positionSide: undefined };
    await expect(client.submitNewOrder(market(close))).rejects.toMatchObject({ code: -4060 });
    expect(account.truth().positions).toHaveLength(1);
  });
});
