/** The liquidator in this process, over a simulated exchange and stores in memory that take 5 ms a call. */

import { createBinance } from '../lambda/adapters/binance/open-exchange.ts';
import { startClock } from '../lambda/adapters/clock.ts';
import { systemRandom } from '../lambda/adapters/random.ts';
import { createRateLimiters } from '../lambda/app/exchange/rate-limiter.ts';
import { execute } from '../lambda/app/liquidator/execute.ts';
import type { Settings } from '../lambda/core/config/settings.ts';
import { createMemoryStores } from '../simulator/stores/stores.ts';

export interface Key {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export const newKey = (): Key => ({ apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) });

interface LiquidatorOptions {
  readonly baseUrl: string;
  /** Of the API for TWAP and VP orders; without it none is asked for. */
  readonly walletUrl?: string;
  readonly key: Key;
  readonly settings: Settings;
}

export function openLiquidator({ key, settings, ...urls }: LiquidatorOptions) {
  let clock = startClock();
  const stores = createMemoryStores({ clock });
  stores.script.takeMs(5);
  const exchange = createBinance({ ...urls, recvWindowMs: 5_000, clock: () => clock });
  const limiters = createRateLimiters();
  const config = { settings, findings: [], disabledByEnvironment: false, isFallback: false };
  /** Events for itself that were accepted. */
  const accepted: unknown[] = [];
  return {
    exchange,
    stores,
    accepted,
    /** `keyAfterMs`: a warm function has the key; a cold one asks Secrets Manager for it. */
    invoke: (event: unknown, keyAfterMs = 0) => {
      clock = startClock();
      const world = {
        clock,
        random: systemRandom,
        locks: stores.lock,
        audit: stores.audit,
        secrets: { load: () => clock.sleep(keyAfterMs).then(() => ({ ...key, kind: 'hmac' as const })) },
        openExchange: exchange,
        limiters,
        // As the function's wiring does.
        letArrive: () => new Promise<void>(resolve => void setImmediate(resolve)),
        bots: { read: async () => undefined },
        records: stores.lock.runs,
        egress: { address: async () => '127.0.0.1' },
        invoker: { invokeLater: async (later: unknown) => void accepted.push(later) },
        telemetry: { log: () => undefined, metric: () => undefined, redact: () => undefined, flush: () => undefined },
      };
      // As the function does at the start of each invocation.
      exchange.prepare(20);
      return execute(world, config, event, 60_000);
    },
  };
}
