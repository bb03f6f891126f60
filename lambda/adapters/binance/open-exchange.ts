/**
 * The door to Binance USDⓈ-M futures. Made once per container: connections, the server's time and the exchange's
 * rules are shared by all accounts that are opened through it.
 *
 *   account ─ request ─┬─ sendOnce ─ signed-target ─ http-transport ─ connections ─ the wire
 *                      └─ readAnswer ─ schemas ─▶ Reply
 */

import type { Credentials } from '../../core/model.ts';
import type { Clock, OpenExchange } from '../../ports.ts';
import { openAccount } from './account.ts';
import { createConnectionPool } from './connection-pool.ts';
import { createHttpTransport, type Transport } from './http-transport.ts';
import { createRulesCache } from './rules-cache.ts';
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
  /** Opens connections ahead of need, until so many stand idle; nothing is asked over them. */
  prepare(connections: number): void;
}

export function createBinance(options: BinanceOptions): Binance {
  const pool = createConnectionPool();
  const origin = options.baseUrl.replace(/(?<!\/)\/+$/, '');
  const shared = {
    wire: {
      origin,
      recvWindowMs: options.recvWindowMs,
      transport: options.transport ?? createHttpTransport(pool),
    },
    walletUrl: options.walletUrl?.replace(/(?<!\/)\/+$/, ''),
    clock: options.clock,
    serverTime: createServerTime(),
    rules: createRulesCache(),
  };
  return Object.assign((credentials: Credentials) => openAccount(shared, credentials), {
    prepare: (connections: number) => pool.prepare(origin, connections),
  });
}
