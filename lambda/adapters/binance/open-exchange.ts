/**
 * The door to Binance USDⓈ-M futures. Made once per container: connections, the server's time and the exchange's
 * rules are shared by all accounts that are opened through it.
 *
 *   account ─ request ─┬─ sendOnce ─ sdk-call ─ signer, connections ─ the wire
 *                      └─ readAnswer ─ schemas ─▶ Reply
 */

import type { Clock, OpenExchange } from '../../ports.ts';
import { openAccount } from './account.ts';
import { type ConnectionPool, createConnectionPool } from './connection-pool.ts';
import { createRulesCache } from './rules-cache.ts';
import type { Transport } from './sdk-call.ts';
import { createServerTime } from './server-time.ts';

export interface BinanceOptions {
  /** Scheme and host, no path: `https://fapi.binance.com`, or a simulator's. */
  readonly baseUrl: string;
  readonly recvWindowMs: number;
  /** Scheme and host of the wallet's endpoints; without it they are not asked. */
  readonly walletUrl?: string | undefined;
  /** The clock of the invocation that is running. */
  readonly clock: () => Clock;
  readonly agents?: ConnectionPool;
  /** Carries requests in place of Node's HTTP, so that tests run without sockets and in virtual time. */
  readonly transport?: Transport;
}

export function createBinance(options: BinanceOptions): OpenExchange {
  const shared = {
    wire: {
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
      recvWindowMs: options.recvWindowMs,
      pool: options.agents ?? createConnectionPool(),
      transport: options.transport,
    },
    walletUrl: options.walletUrl?.replace(/\/+$/, ''),
    clock: options.clock,
    serverTime: createServerTime(),
    rules: createRulesCache(),
  };
  return credentials => openAccount(shared, credentials);
}
