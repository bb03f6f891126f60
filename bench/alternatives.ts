/**
 * What people would use instead, written as their examples are: read the positions, then cancel and close. Both keep
 * their client and its connections between calls, and neither proves anything afterwards. And the floor: as many bare
 * round trips as cannot be avoided, with nothing else to do.
 */

import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

import { USDMClient } from 'binance';
import ccxt from 'ccxt';

export interface Endpoint {
  readonly baseUrl: string;
  readonly key: { readonly apiKey: string; readonly apiSecret: string };
}

/** Closes what it finds, once; rejects with whatever its library threw first. */
export type Alternative = (withOrders: boolean) => Promise<void>;

/** The `binance` SDK, one symbol after another. */
export async function oneAfterAnother({ baseUrl, key }: Endpoint): Promise<Alternative> {
  const client = new USDMClient({ baseUrl, api_key: key.apiKey, api_secret: key.apiSecret, keepAlive: true });
  await client.getServerTime();
  return async withOrders => {
    const positions = await client.getPositionsV3();
    for (const { symbol, positionAmt, positionSide } of positions) {
      if (Number(positionAmt) === 0) continue;
      if (withOrders) await client.cancelAllOpenOrders({ symbol });
      await client.submitNewOrder({
        symbol,
        side: Number(positionAmt) > 0 ? 'SELL' : 'BUY',
        type: 'MARKET',
        quantity: Math.abs(Number(positionAmt)),
        newClientOrderId: client.generateNewOrderId(),
        ...(positionSide === 'BOTH' ? { reduceOnly: 'true' as const } : { positionSide }),
      });
    }
  };
}

/** `ccxt`, all symbols at once, its own rate limiter off. */
export async function allAtOnce({ baseUrl, key }: Endpoint): Promise<Alternative> {
  const exchange = new ccxt.binanceusdm({ apiKey: key.apiKey, secret: key.apiSecret, enableRateLimit: false });
  exchange.options.fetchCurrencies = false;
  exchange.options.fetchMargins = false;
  const api = exchange.urls.api as Record<string, string>;
  for (const [name, address] of Object.entries(api)) api[name] = address.replace(/^https:\/\/[^/]+/, baseUrl);
  await exchange.loadMarkets();
  return async withOrders => {
    const positions = await exchange.fetchPositions();
    await Promise.all(
      positions.map(async ({ symbol = '', side, contracts, hedged }) => {
        if (withOrders) await exchange.cancelAllOrders(symbol);
        const own = hedged ? { positionSide: side?.toUpperCase() } : { reduceOnly: true };
        await exchange.createOrder(symbol, 'market', side === 'long' ? 'sell' : 'buy', contracts ?? 0, undefined, own);
      }),
    );
  };
}

const floorAgent = new Agent({ keepAlive: true });

/** How long so many requests take at this exchange, one after the other, in ms. The first of all opens the connection. */
export async function bareRoundTrips(baseUrl: string, trips: number): Promise<number> {
  let startedAtMs = 0;
  for (let trip = 0; trip <= trips; trip += 1) {
    if (trip === 1) startedAtMs = performance.now();
    const [response] = (await once(get(`${baseUrl}/fapi/v1/time`, { agent: floorAgent }), 'response')) as [
      IncomingMessage,
    ];
    await once(response.resume(), 'end');
  }
  return performance.now() - startedAtMs;
}
