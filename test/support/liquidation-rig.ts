/**
 * The whole liquidation path in virtual time: use cases, Binance adapter and simulator with no socket between them,
 * stores in memory. Tests assert what the exchange recorded.
 */

import 'binance/lib/usdm-client.js';
import type { Transport } from '../../lambda/adapters/binance/http-transport.ts';
import { dapi } from '../../lambda/adapters/binance/markets/dapi.ts';
import { loadFapi } from '../../lambda/adapters/binance/markets/fapi.ts';
import { papiCm } from '../../lambda/adapters/binance/markets/papi-cm.ts';
import { papiUm } from '../../lambda/adapters/binance/markets/papi-um.ts';
import { createBinance } from '../../lambda/adapters/binance/open-exchange.ts';
import { createRateLimiters } from '../../lambda/app/exchange/rate-limiter.ts';
import { execute } from '../../lambda/app/liquidator/execute.ts';
import type { LiquidatorPorts } from '../../lambda/app/liquidator-ports.ts';
import type { Answer, PreflightAnswer } from '../../lambda/contract.ts';
import { SAFE_DEFAULTS, type Settings } from '../../lambda/core/config/settings.ts';
import type { Credentials } from '../../lambda/core/exchange/model.ts';
import type { AuditItem, Clock, LogLevel, Secrets } from '../../lambda/ports.ts';
import {
  type Account,
  createExchange,
  type ExchangeOptions,
  type SimulatedExchange,
} from '../../simulator/exchange.ts';
import { createMemoryBotStore, type MemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import { inMemoryWire } from '../adapters/binance/in-memory-wire.ts';
import { createVirtualClock } from '../adapters/binance/virtual-clock.ts';

// Loading it takes real time, during which the virtual clock would run ahead.
await Promise.all([
  loadFapi(),
  dapi.load(),
  papiUm.load(),
  papiCm.load(),
  import('../../lambda/adapters/binance/markets/uncovered.ts'),
]);

export const KEY: Credentials = {
  apiKey: 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83',
  apiSecret: '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9',
  kind: 'hmac',
};

/** Far from any day on which tests run: code that reads the wall clock fails. */
export const START_MS = Date.UTC(2024, 1, 29, 12, 0, 7);

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Emitted {
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface LiquidationRig {
  readonly clock: Clock;
  readonly exchange: SimulatedExchange;
  readonly account: Account;
  readonly world: LiquidatorPorts;
  readonly stores: ReturnType<typeof createMemoryStores>;
  /** The rows of the bots, which show whether a trip is still valid. */
  readonly bots: MemoryBotStore;
  readonly logs: readonly LogLine[];
  readonly metrics: readonly Emitted[];
  /** Secrets that were asked for, and whether past the cache. */
  readonly secretReads: readonly { readonly name: string; readonly fresh: boolean; readonly atMs: number }[];
  /** Asynchronous invocations of the liquidator that were accepted; only the test runs them. */
  readonly invoked: readonly Readonly<Record<string, unknown>>[];
  failInvocations(): void;
  /** What the secret holds from now on; an Error is thrown instead. */
  setSecret(secret: Credentials | Error): void;
  run(event?: object, changes?: RunChanges): Promise<Answer>;
  preflight(changes?: RunChanges): Promise<PreflightAnswer>;
  auditLog(correlationId: string | null): Promise<readonly AuditItem[]>;
}

export interface RunChanges {
  readonly liquidation?: Partial<Settings['liquidation']>;
  readonly exchange?: Partial<Settings['exchange']>;
  readonly remainingMs?: number;
  readonly disabledByEnvironment?: boolean;
  readonly isFallback?: boolean;
  readonly rawEvent?: unknown;
  /** In place of the rig's own: one that dies, or is slow at some calls. */
  readonly world?: LiquidatorPorts;
}

export interface RigOptions extends Partial<Omit<ExchangeOptions, 'clock'>> {
  readonly hedgeMode?: boolean;
  readonly portfolioMargin?: boolean;
  readonly rttMs?: number;
  /** The network between the adapter and the exchange, which may lose, double or refuse. */
  readonly network?: (wire: Transport) => Transport;
  /** Another rig whose clock and exchange are shared: an account of its own at the same exchange, from the same address. */
  readonly beside?: Pick<LiquidationRig, 'clock' | 'exchange'>;
  readonly key?: Credentials;
}

export function liquidationRig({
  hedgeMode = false,
  portfolioMargin = false,
  rttMs = 20,
  network = wire => wire,
  beside,
  key = KEY,
  ...exchangeOptions
}: RigOptions = {}): LiquidationRig {
  const clock = beside?.clock ?? createVirtualClock(START_MS);
  const exchange = beside?.exchange ?? createExchange({ clock, symbolCount: 60, ...exchangeOptions });
  exchange.setLatency({ rttMs });
  const account = exchange.addAccount({ apiKey: key.apiKey, apiSecret: key.apiSecret, hedgeMode, portfolioMargin });
  const stores = createMemoryStores({ clock });
  stores.script.takeMs(5);
  const logs: LogLine[] = [];
  const metrics: Emitted[] = [];
  const secretReads: { name: string; fresh: boolean; atMs: number }[] = [];
  let secret: Credentials | Error = key;
  let invokeFails = false;
  const invoked: Readonly<Record<string, unknown>>[] = [];

  const secrets: Secrets = {
    async load(name, { fresh }) {
      secretReads.push({ name, fresh, atMs: clock.nowMs() });
      if (secret instanceof Error) throw secret;
      return secret;
    },
  };
  const bots = createMemoryBotStore(clock);
  const world: LiquidatorPorts = {
    clock,
    random: countingRandom(),
    locks: stores.lock,
    audit: stores.audit,
    secrets,
    openExchange: createBinance({
      baseUrl: 'https://fapi.example',
      recvWindowMs: 5_000,
      walletUrl: 'https://wallet.example',
      clock: () => clock,
      transport: network(inMemoryWire(request => exchange.respond(request))),
    }),
    limiters: createRateLimiters(),
    telemetry: {
      log: (level, message, fields = {}) => logs.push({ level, message, fields }),
      metric: (name, value, _unit, dimensions = {}) => metrics.push({ name, value, dimensions }),
      redact: () => undefined,
      flush: () => undefined,
    },
    egress: { address: async () => '203.0.113.7' },
    bots,
    records: stores.lock.runs,
    version: '1.2.3 (0123456)',
    invoker: {
      async invokeLater(event) {
        if (invokeFails) throw new Error('not accepted');
        invoked.push(event);
      },
    },
  };

  const invoke = (event: unknown, changes: RunChanges) => {
    const settings = {
      ...SAFE_DEFAULTS,
      liquidation: { ...SAFE_DEFAULTS.liquidation, ...changes.liquidation },
      exchange: { ...SAFE_DEFAULTS.exchange, ...changes.exchange },
    };
    const { disabledByEnvironment = false, isFallback = false, remainingMs = 90_000 } = changes;
    const config = { settings, findings: [], disabledByEnvironment, isFallback };
    return execute(changes.world ?? world, config, event, remainingMs);
  };

  return {
    clock,
    exchange,
    account,
    world,
    stores,
    bots,
    logs,
    metrics,
    secretReads,
    invoked,
    failInvocations: () => {
      invokeFails = true;
    },
    setSecret: next => {
      secret = next;
    },
    preflight: async (changes = {}) => (await invoke({ action: 'preflight' }, changes)) as PreflightAnswer,
    run: async (event = {}, changes = {}) => {
      const raw = 'rawEvent' in changes ? changes.rawEvent : { trigger: 'shutdown', ...event };
      return (await invoke(raw, changes)) as Answer;
    },
    auditLog: correlationId => stores.audit.list(correlationId ?? '', 1_000),
  };
}

/** Draws that repeat from run to run: halves for the jitter, counted digits for the names. */
function countingRandom(): LiquidatorPorts['random'] {
  let drawn = 0;
  return {
    fraction: () => 0.5,
    hex: digits => {
      drawn += 1;
      return drawn.toString(16).padStart(digits, '0').slice(-digits);
    },
  };
}
