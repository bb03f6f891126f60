/**
 * The validated configuration: what the rest of the house may rely on. Durations are milliseconds.
 * SAFE_DEFAULTS is the one table of defaults: a key left out of a file has its value from here, and a function
 * that cannot read its configuration runs on it, because a broken file must never switch protection off.
 */

import { DEFAULT_BOT_ID } from '../../contract.ts';
import type { AccountKind, Market, MarketName } from '../exchange/market.ts';

export interface LiquidationSettings {
  readonly emergencyLiquidation: boolean;
  readonly closePositions: boolean;
  readonly cancelOrders: boolean;
  /** The caller has its answer within this time. */
  readonly timeoutMs: number;
  /** Further attempts per symbol after the first. */
  readonly maxRetries: number;
  /** Base of the exponential backoff. */
  readonly retryDelayMs: number;
  /** How long an unfinished liquidation goes on after its caller has its answer. */
  readonly resumeMs: number;
  /** How long a tripped bot's account is kept flat. */
  readonly lockoutMs: number;
  /** How long after FLAT the account is looked at again; 0 switches that off. */
  readonly confirmMs: number;
}

export type ExchangeEnvironment = 'production' | 'testnet';

export interface ExchangeSettings {
  readonly environment: ExchangeEnvironment;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly recvWindowMs: number;
  /** Which API the key's account is asked through. */
  readonly account: AccountKind;
  /** What "flat" covers: at least one. */
  readonly markets: readonly MarketName[];
}

export interface BotSettings {
  readonly botId: string;
  /** Name of a Secrets Manager secret, never its content. */
  readonly secretName: string;
  readonly heartbeatMs: number;
  readonly lateAfterMs: number;
  readonly deadAfterMs: number;
  /** A second run of the bot is refused while the first one beats, instead of taking over. */
  readonly exclusive: boolean;
  /** ARN of the role that the bot runs as: the stack attaches the bot's policy to it, and detaches it. */
  readonly role?: string;
  /** ARN of a secret that exists already: the stack uses it and makes none. */
  readonly secretArn?: string;
}

export interface AlertSettings {
  /** A message each day that says how things stand; absent: yes. */
  readonly dailyMessage?: boolean;
  readonly email?: string;
  /** Name of the Secrets Manager secret that holds the chat's webhook address. */
  readonly chatWebhookSecret?: string;
  /** Where the folder docs/ can be read, without a slash at the end: messages link to it. */
  readonly docsUrl?: string;
}

/** How the stack is deployed. Lasting choices, so they stand in the file; functions do not read them. */
export interface DeploymentSettings {
  /** Tells stacks of one environment in one account and region apart. */
  readonly name?: string;
  /** The liquidator goes out from addresses that never change. */
  readonly fixedIp: boolean;
  /** Elastic IP addresses that exist already, one for each of two zones; undefined: the stack makes them. */
  readonly fixedIpAllocations?: readonly string[];
  /** Secrets under a key of the operator's own: one that the stack makes, or that of the ARN. */
  readonly kmsKey: 'none' | 'stack' | { readonly arn: string };
  /** Events for the console's Test tab. */
  readonly testEvents: boolean;
  /** Roles and users that may read and write the secrets besides the liquidator; undefined: no resource policy. */
  readonly secretAdmins?: readonly string[];
  /** How many functions AWS lets run at once in the account and region. */
  readonly accountConcurrency: number;
  /** An alarm by mail when the month costs more than this; 0: none. */
  readonly monthlyBudgetUsd: number;
  /** How long a copy of the trail is locked in S3, in days; 0: no copy. */
  readonly trailCopyDays: number;
  /** A bot without an account that dies each day, so that the whole chain is tried. */
  readonly canary: boolean;
  /** Bots may beat by a URL, without AWS credentials. */
  readonly pingUrl: boolean;
  /** Another region, from which a small stack looks whether the watchdog ticks; undefined: none does. */
  readonly watcherRegion?: string;
}

export interface Settings {
  readonly liquidation: LiquidationSettings;
  readonly exchange: ExchangeSettings;
  /** At least one, with distinct IDs. */
  readonly bots: readonly BotSettings[];
  readonly alerts: AlertSettings;
}

/** What a file holds. */
export interface FileSettings extends Settings {
  readonly deployment: DeploymentSettings;
}

/** Binance, USDⓈ-M Futures, "General Info": REST base endpoints. The testnet is the demo-trading host. */
export const EXCHANGE_HOSTS = {
  production: 'https://fapi.binance.com',
  testnet: 'https://demo-fapi.binance.com',
} as const satisfies Record<ExchangeEnvironment, string>;

/** COIN-M Futures and Portfolio Margin, "General Info". Portfolio margin has no test network: there is nobody to ask. */
const OTHER_HOSTS = {
  dapi: { production: 'https://dapi.binance.com', testnet: 'https://demo-dapi.binance.com' },
  papi: { production: 'https://papi.binance.com', testnet: 'https://demo-papi.invalid' },
} as const;

/** Where a market is asked. An overriding `base_url` has all of them behind it. */
export function baseUrlOf({ environment, baseUrl }: ExchangeSettings, market: Pick<Market, 'id'>): string {
  if (baseUrl !== EXCHANGE_HOSTS[environment]) return baseUrl;
  switch (market.id) {
    case 'usdm':
      return baseUrl;
    case 'coinm':
      return OTHER_HOSTS.dapi[environment];
    case 'portfolio-usdm':
    case 'portfolio-coinm':
      return OTHER_HOSTS.papi[environment];
  }
}

/** Where the market data of a market is: time and rules, which portfolio margin does not have at its own host. */
export const dataUrlOf = (exchange: ExchangeSettings, { name }: Pick<Market, 'name'>): string =>
  baseUrlOf(exchange, { id: name });

/** A bot of which only the ID is known. */
export function defaultBot(botId: string): BotSettings {
  return {
    botId,
    secretName: `flatline/${botId}`,
    heartbeatMs: 10_000,
    lateAfterMs: 30_000,
    deadAfterMs: 120_000,
    exclusive: false,
  };
}

export const SAFE_DEFAULTS: Settings = {
  liquidation: {
    emergencyLiquidation: true,
    closePositions: true,
    cancelOrders: true,
    timeoutMs: 5_000,
    maxRetries: 3,
    retryDelayMs: 500,
    resumeMs: 120 * 60_000,
    lockoutMs: 60 * 60_000,
    confirmMs: 10_000,
  },
  exchange: {
    ...{ environment: 'production', baseUrl: EXCHANGE_HOSTS.production, recvWindowMs: 5_000 },
    ...{ account: 'futures', markets: ['usdm'] },
  },
  bots: [defaultBot(DEFAULT_BOT_ID)],
  alerts: {},
};

export const DEPLOYMENT_DEFAULTS: DeploymentSettings = {
  fixedIp: false,
  kmsKey: 'none',
  testEvents: false,
  accountConcurrency: 1_000,
  monthlyBudgetUsd: 0,
  trailCopyDays: 0,
  canary: true,
  pingUrl: false,
};

/**
 * Where the wallet's endpoints are (Wallet, Get API Key Permission): a host of its own in production, none on the test
 * network, and with everything else behind an overriding `base_url`.
 */
export function walletUrlOf({ environment, baseUrl }: ExchangeSettings): string | undefined {
  if (baseUrl !== EXCHANGE_HOSTS[environment]) return baseUrl;
  return environment === 'production' ? 'https://api.binance.com' : undefined;
}
