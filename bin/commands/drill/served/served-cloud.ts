/**
 * A running flatline deployment on this machine: the simulated exchange with open positions, embedded DynamoDB, secrets,
 * both bundled functions, and watchdog runs. The command line reaches it with --local.
 *
 *   flatline --local ──▶ Lambda endpoint ──▶ liquidator ──▶ simulated exchange ◀── accounts, one for each bot
 *                  └───▶ tables ◀── watchdog ◀── ticks
 */

import { systemRandom } from '../../../../lambda/adapters/random.ts';
import type { FunctionName } from '../../../../lambda/bundling.ts';
import { DEFAULT_BOT_ID, ENV, TICK } from '../../../../lambda/contract.ts';
import { toJson } from '../../../../lambda/core/config/read-settings.ts';
import {
  defaultBot,
  type LiquidationSettings,
  SAFE_DEFAULTS,
  type Settings,
} from '../../../../lambda/core/config/settings.ts';
import type { Clock } from '../../../../lambda/ports.ts';
import { FUNCTION_NAMES, type LocalCloud, startLocalCloud } from '../../../../simulator/cloud/local-cloud.ts';
import { LOOPBACK_REGION } from '../../../../simulator/cloud/tables.ts';
import { type Account, createExchange } from '../../../../simulator/exchange.ts';
import { openPortfolio, openPositions } from '../../../../simulator/scenarios/portfolio.ts';
import { startExchangeServer } from '../../../../simulator/wire/server.ts';
import { identify } from '../../../connect/running-process.ts';
import { pollUntil } from '../../../terminal/waiting.ts';
import { startPingFunction } from '../pings.ts';

export interface ServedOptions {
  readonly clock: Clock;
  /** Default: only `default`. Each has an account of its own. */
  readonly bots?: readonly string[];
  /** In each account; default 3. */
  readonly positions?: number;
  readonly hedge?: boolean;
  readonly rttMs?: number;
  readonly seed?: number;
  readonly liquidation?: Partial<LiquidationSettings>;
  /** Concurrency of the liquidator: further calls wait. Default: unlimited. */
  readonly mostEnvironments?: number;
  /** Undefined: the watchdog does not run by itself. */
  readonly tickEveryMs?: number;
  /** Lines of the functions' logs. */
  readonly onLog?: (from: 'liquidator' | 'watchdog', line: string) => void;
  /** Functions to bundle besides the liquidator and the watchdog, for callers that deploy them. */
  readonly functions?: readonly FunctionName[];
  /** The ping URL is switched on, as by `ping_url = true`. */
  readonly pings?: boolean;
  /** Variables of the functions that override those of the stack. */
  readonly env?: Readonly<Record<string, string>>;
}

export type ServedCloud = Readonly<Awaited<ReturnType<typeof startServedCloud>>>;

/** A silent bot is dead after 15 s instead of two minutes, because people try things out here. */
export const SERVED_TIMES = { heartbeatMs: 2_000, lateAfterMs: 6_000, deadAfterMs: 15_000 } as const;
const SERVED_LIQUIDATION = { resumeMs: 120_000, lockoutMs: 300_000 } as const;
/** A watchdog run lasts until its last check may start; Lambda's own timeout bounds that, and the next run takes over. */
const WATCHDOG_TIMEOUT_MS = 20_000;

/** Takes about two seconds. Rejects when something cannot be started; nothing is left behind then. */
export async function startServedCloud(options: ServedOptions) {
  const { clock, bots = [DEFAULT_BOT_ID], hedge = false, rttMs = 20, positions = 3, onLog } = options;
  const { functions = [], pings = false } = options;
  await using opening = new AsyncDisposableStack();
  const exchange = createExchange({ clock, seed: options.seed ?? 1 });
  exchange.setLatency({ rttMs, jitterMs: rttMs / 10 });
  const keys = new Map(bots.map(botId => [botId, { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) }]));
  const accounts = new Map(
    [...keys].map(([botId, key], index) => {
      // Each bot has its own address (RFC 5737), so that none uses up another's request weight.
      const ip = `198.51.100.${index + 1}`;
      return [botId, exchange.addAccount({ ...key, name: botId, hedgeMode: hedge, ip, ipRestricted: true })];
    }),
  );
  const stageOf = (account: Account) => ({ exchange, account, accounts: [account], positions, hedge, rttMs });
  for (const account of accounts.values()) openPortfolio(stageOf(account));
  // Some positions with a profit, some with a loss.
  exchange.moveMarks({ steps: 5, stepRatio: 0.004 });

  const server = await startExchangeServer(exchange);
  opening.defer(() => server.close());
  const bundled = [...functions, ...(pings ? (['ping'] as const) : [])];
  const cloud = await startLocalCloud({ clock, functions: ['liquidator', 'watchdog', ...bundled] });
  opening.defer(() => cloud.close());
  const settings = servedSettings(bots, server.url, options.liquidation ?? {});
  for (const { botId, secretName } of settings.bots) cloud.secrets.put(secretName, JSON.stringify(keys.get(botId)));
  const configText = toJson(settings);
  const ping = pings ? await startPingFunction(cloud, { configText }) : undefined;
  if (ping !== undefined) opening.defer(ping.close);
  const env = { ...(ping && { [ENV.pingUrl]: ping.url.url }), ...options.env };
  const liquidator = cloud.deploy('liquidator', {
    configText,
    env,
    ...(options.mostEnvironments && { mostEnvironments: options.mostEnvironments }),
    onLog: line => onLog?.('liquidator', line),
  });
  cloud.deploy('watchdog', {
    configText,
    env,
    timeoutMs: WATCHDOG_TIMEOUT_MS,
    onLog: line => onLog?.('watchdog', line),
  });
  if (options.tickEveryMs !== undefined) opening.defer(startTicks(cloud, clock, options.tickEveryMs));

  const running = opening.move();
  return {
    /** What `--local` reads. */
    file: {
      ...identify(process.pid),
      region: LOOPBACK_REGION,
      lambdaUrl: cloud.lambda.url,
      dynamoUrl: cloud.tables.url,
      secretsUrl: cloud.secrets.url,
      exchangeUrl: server.url,
      liquidatorName: FUNCTION_NAMES.liquidator,
      watchdogName: FUNCTION_NAMES.watchdog,
    },
    settings,
    cloud,
    exchange,
    /** By bot. */
    accounts,
    /** Keys and secrets: no output may contain them. */
    secrets: [...keys.values()].flatMap(({ apiKey, apiSecret }) => [apiKey, apiSecret]),
    /** A preflight of each bot, like the stack's daily rule, so that no bot starts without one. */
    preflightAll: async () => {
      for (const botId of bots) await liquidator.invoke({ action: 'preflight', bot_id: botId });
    },
    /** One complete watchdog run. */
    tick: async () => {
      cloud.lambda.invokeLater(FUNCTION_NAMES.watchdog, TICK);
      await cloud.lambda.idle();
    },
    /** Opens the positions again, as a bot that keeps trading would. */
    reopen: (botId: string) => {
      const account = accounts.get(botId);
      if (account === undefined) throw new Error(`There is no bot ${botId} here; there are ${bots.join(', ')}.`);
      openPositions(stageOf(account));
    },
    close: () => running.disposeAsync(),
  };
}

function servedSettings(bots: readonly string[], baseUrl: string, changes: Partial<LiquidationSettings>): Settings {
  const { liquidation, exchange, alerts } = SAFE_DEFAULTS;
  return {
    liquidation: { ...liquidation, ...SERVED_LIQUIDATION, ...changes },
    exchange: { ...exchange, baseUrl },
    bots: bots.map(botId => ({ ...defaultBot(botId), ...SERVED_TIMES })),
    alerts,
  };
}

/** Starts the first one at once. Returns the function that stops them. */
function startTicks({ lambda }: LocalCloud, clock: Clock, everyMs: number): () => Promise<void> {
  const over = new AbortController();
  const tick = (): false => {
    lambda.invokeLater(FUNCTION_NAMES.watchdog, TICK);
    return false;
  };
  const ticking = pollUntil(tick, { clock, everyMs, signal: over.signal });
  return async () => {
    over.abort();
    await ticking;
  };
}
