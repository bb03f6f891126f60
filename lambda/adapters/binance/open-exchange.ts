/**
 * The door to Binance USDⓈ-M futures. Made once per container: connections, the server's time and the exchange's
 * rules are shared by all accounts that are opened through it.
 *
 *   account ─┬─ the SDK ─ axios-adapter ─ sendOnce ─ http-transport ─ connections ─ the wire
 *            └─ replyOf ─ readAnswer ─ schemas ─▶ Reply
 */

import type { Credentials } from '../../core/exchange/model.ts';
import type { Clock, OpenExchange } from '../../ports.ts';
import { createConnectionPool } from '../connections/connection-pool.ts';
import { openAccount } from './account.ts';
import { createHttpTransport, type Transport } from './http-transport.ts';
import { createRulesCache } from './rules-cache.ts';
import { loadSdk } from './sdk-clients.ts';
import { createServerTime } from './server-time.ts';

export interface BinanceOptions {
  /** Scheme and host, no path: `https://fapi.binance.com`, or a simulator's. */
  readonly baseUrl: string;
  readonly recvWindowMs: number;
  /** Scheme and host of the wallet's endpoints; without it they are not asked. */
  readonly walletUrl?: string | undefined;
  /** The clock of the invocation that is running. */
  readonly clock: () => Clock;
  /** Carries requests in place of Node's HTTP, so that tests run without sockets and in virtual time. */
  readonly transport?: Transport;
}

export interface Binance extends OpenExchange {
  /** Opens connections ahead of need, until so many stand idle, and loads the SDK; nothing is asked. */
  prepare(connections: number): void;
}

export function createBinance(options: BinanceOptions): Binance {
  const pool = createConnectionPool(MAX_SOCKETS);
  const baseUrl = withoutSlash(options.baseUrl);
  const shared = {
    baseUrl,
    walletUrl: options.walletUrl === undefined ? undefined : withoutSlash(options.walletUrl),
    recvWindowMs: options.recvWindowMs,
    transport: options.transport ?? createHttpTransport(pool),
    clock: options.clock,
    serverTime: createServerTime(),
    rules: createRulesCache(),
  };
  return Object.assign((credentials: Credentials) => openAccount(shared, credentials), {
    prepare: (connections: number) => {
      pool.prepare(baseUrl, connections);
      // A failure is told to the first request.
      loadSdk().catch(() => undefined);
    },
  });
}

/** More requests than this at once wait for a socket within their own time limit; the rate limiter sends no more. */
const MAX_SOCKETS = 170;

const withoutSlash = (url: string): string => url.replace(/(?<!\/)\/+$/, '');
