/** A warm function container before an exchange: the liquidator with its connections and limits, and Lambda's queue. */

import { createBinance } from '../lambda/adapters/binance/open-exchange.ts';
import { startClock } from '../lambda/adapters/clock.ts';
import { systemRandom } from '../lambda/adapters/random.ts';
import { createRateLimiters } from '../lambda/app/exchange/rate-limiter.ts';
import { execute } from '../lambda/app/liquidator/execute.ts';
import { SAFE_DEFAULTS } from '../lambda/core/config/settings.ts';
import type { StoreFault } from '../simulator/stores/remote.ts';
import { createMemoryStores } from '../simulator/stores/stores.ts';

export interface FunctionContainer {
  /** One call of the liquidator; the headline of its answer. */
  call(): Promise<string>;
  /** Invocations that were accepted, and those that they start, one after the other, until none is left or it is over. */
  runAccepted(isOver: () => boolean): Promise<void>;
}

export function createContainer(
  baseUrl: string,
  key: { readonly apiKey: string; readonly apiSecret: string },
  tables: StoreFault | undefined,
): FunctionContainer {
  let clock = startClock();
  const stores = createMemoryStores({ clock });
  stores.script.takeMs(5);
  if (tables !== undefined) stores.script.failAll(tables);
  const openExchange = createBinance({ baseUrl, walletUrl: baseUrl, recvWindowMs: 5_000, clock: () => clock });
  const limiters = createRateLimiters();
  const accepted: unknown[] = [];
  // Five seconds for an answer, as a bot allows; the background goes on as long as it takes.
  const settings = { ...SAFE_DEFAULTS, liquidation: { ...SAFE_DEFAULTS.liquidation, confirmMs: 0 } };
  const config = { settings, findings: [], disabledByEnvironment: false, isFallback: false };

  const invoke = async (event: unknown): Promise<string> => {
    clock = startClock();
    const world = {
      clock,
      random: systemRandom,
      locks: stores.lock,
      audit: stores.audit,
      secrets: { load: async () => ({ ...key, kind: 'hmac' as const }) },
      openExchange,
      limiters,
      letArrive: () => new Promise<void>(resolve => void setImmediate(resolve)),
      bots: { read: async () => undefined },
      records: stores.lock.runs,
      egress: { address: async () => '127.0.0.1' },
      invoker: { invokeLater: async (later: unknown) => void accepted.push(later) },
      telemetry: { log: () => undefined, metric: () => undefined, redact: () => undefined, flush: () => undefined },
    };
    // As the function does at the start of each invocation.
    openExchange.prepare(20);
    const { headline } = await execute(world, config, event, 60_000);
    return headline;
  };
  return {
    call: () => invoke({ trigger: 'manual' }),
    async runAccepted(isOver) {
      for (let event = accepted.shift(); event !== undefined; event = accepted.shift()) {
        if (isOver()) return;
        await invoke(event);
      }
    },
  };
}
