/**
 * Opens accounts at Binance. Made once per container: connections, each market's time and rules are shared by all
 * accounts that are opened through it. Code of a market is loaded where it is configured, and nowhere else.
 *
 *   account ─┬─ market (fapi, dapi, papi) ─ the SDK ─ axios-adapter ─ sendOnce ─ http-transport ─ connections ─ the wire
 *            └─ replyOf ─ readAnswer ─ schemas ─▶ Reply
 */

import { MARKETS, type Market, type MarketId } from '../../core/exchange/market.ts';
import type { Credentials } from '../../core/exchange/model.ts';
import type { Clock, Exchange, OpenExchange } from '../../ports.ts';
import { createConnectionPool } from '../connections/connection-pool.ts';
import { openAccount, type Shared } from './account.ts';
import type { ApiCodes } from './exchange-codes.ts';
import { createHttpTransport, type Transport } from './http-transport.ts';
import { fapi } from './markets/fapi.ts';
import type { MarketApi } from './markets/market-api.ts';
import { createRulesCache } from './rules-cache.ts';
import { createServerTime } from './server-time.ts';

interface MarketUrls {
  /** Scheme and host, no path. */
  readonly baseUrl: string;
  /** Of its time and rules. */
  readonly dataUrl: string;
}

export interface BinanceOptions {
  /** Scheme and host, no path: `https://fapi.binance.com`, or a simulator's. */
  readonly baseUrl: string;
  /** Where the other markets are; without it they are behind `baseUrl` too. */
  readonly urlsOf?: (market: Market) => MarketUrls;
  readonly recvWindowMs: number;
  /** Scheme and host of the wallet's endpoints; without it they are not asked. */
  readonly walletUrl?: string | undefined;
  /** The clock of the invocation that is running. */
  readonly clock: () => Clock;
  /** Carries requests in place of Node's HTTP, so that tests run without sockets and in virtual time. */
  readonly transport?: Transport;
}

export interface Binance extends OpenExchange {
  /** Opens connections ahead of need, until so many stand idle at each host, and loads the code; nothing is asked. */
  prepare(connections: number, markets?: readonly Market[]): void;
}

const APIS: Readonly<Record<MarketId, { readonly codes: ApiCodes; load(): Promise<MarketApi> }>> = {
  usdm: { codes: 'fapi', load: async () => fapi },
  coinm: { codes: 'dapi', load: async () => (await import('./markets/dapi.ts')).dapi },
  'portfolio-usdm': { codes: 'papi', load: async () => (await import('./markets/papi-um.ts')).papiUm },
  'portfolio-coinm': { codes: 'papi', load: async () => (await import('./markets/papi-cm.ts')).papiCm },
};

const readUncoveredMarket = async (id: MarketId): Promise<MarketApi> =>
  (await import('./markets/uncovered.ts')).uncoveredMarketApi(id);

export function createBinance(options: BinanceOptions): Binance {
  const pool = createConnectionPool(MAX_SOCKETS);
  const behindOne = { baseUrl: options.baseUrl, dataUrl: options.baseUrl };
  const walletUrl = options.walletUrl === undefined ? undefined : withoutSlash(options.walletUrl);
  const transport = options.transport ?? createHttpTransport(pool);
  const { recvWindowMs, clock } = options;
  const shared = new Map<MarketId, Shared>();
  const newestTime = { offsetMs: 0 };

  const sharedBy = (market: Market): Shared => {
    const known = shared.get(market.id);
    if (known !== undefined) return known;
    const { codes, load } = APIS[market.id];
    const urls = options.urlsOf?.(market) ?? behindOne;
    const made: Shared = {
      ...{ codes, api: load, walletUrl, recvWindowMs, clock, transport },
      baseUrl: withoutSlash(urls.baseUrl),
      dataUrl: withoutSlash(urls.dataUrl),
      serverTime: createServerTime(newestTime),
      rules: createRulesCache(market.name === 'usdm' ? '/fapi/v1/exchangeInfo' : '/dapi/v1/exchangeInfo'),
    };
    shared.set(market.id, made);
    return made;
  };

  const open = (credentials: Credentials, market: Market = MARKETS.usdm, how?: 'uncovered'): Exchange =>
    openAccount(
      how === 'uncovered' ? { ...sharedBy(market), api: () => readUncoveredMarket(market.id) } : sharedBy(market),
      credentials,
    );
  return Object.assign(open, {
    prepare: (connections: number, markets: readonly Market[] = [MARKETS.usdm]) => {
      for (const url of new Set(markets.map(market => sharedBy(market).baseUrl))) pool.prepare(url, connections);
      // If loading fails, the first request to the market reports it.
      for (const market of markets)
        APIS[market.id]
          .load()
          .then(api => api.load())
          .catch(() => undefined);
    },
  });
}

/** More requests than this at once wait for a socket within their own time limit; the rate limiter sends no more. */
const MAX_SOCKETS = 170;

const withoutSlash = (url: string): string => url.replace(/(?<!\/)\/+$/, '');
