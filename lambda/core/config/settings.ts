/**
 * The validated configuration. Durations are milliseconds. SAFE_DEFAULTS is the only table of defaults; a function that cannot
 * read its configuration uses it, because a broken file must never switch protection off.
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
  /** How long an unfinished liquidation continues after its caller has its answer. */
  readonly resumeMs: number;
  /** How long a tripped bot's account is kept flat. */
  readonly lockoutMs: number;
  /** How long after FLAT the account is read again; 0 switches this off. */
  readonly confirmMs: number;
}

export type ExchangeEnvironment = 'production' | 'testnet';

export interface ExchangeSettings {
  readonly environment: ExchangeEnvironment;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly recvWindowMs: number;
  /** Which API serves the key's account. */
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
  /** A second run of the bot is refused while the first one sends heartbeats, instead of taking over. */
  readonly exclusive: boolean;
  /** ARN of the role that the bot runs as: the stack attaches the bot's policy to it, and detaches it. */
  readonly role?: string;
  /** ARN of an existing secret: the stack uses it and creates none. */
  readonly secretArn?: string;
}

export interface AlertSettings {
  /** The daily message with the state of the deployment; absent: yes. */
  readonly dailyMessage?: boolean;
  readonly email?: string;
  /** Name of the Secrets Manager secret with the chat's webhook address. */
  readonly chatWebhookSecret?: string;
  /** Where the folder docs/ can be read, without a slash at the end: messages link to it. */
  readonly docsUrl?: string;
}

/** How the stack is deployed. Lasting choices, so they are in the file; functions do not read them. */
export interface DeploymentSettings {
  /** Distinguishes stacks of one environment in one account and region. */
  readonly name?: string;
  /** The liquidator's outgoing addresses never change. */
  readonly fixedIp: boolean;
  /** Existing Elastic IP addresses, one for each of two zones; undefined: the stack creates them. */
  readonly fixedIpAllocations?: readonly string[];
  /** Secrets are encrypted with a customer managed key: one that the stack creates, or the one of the ARN. */
  readonly kmsKey: 'none' | 'stack' | { readonly arn: string };
  /** Events for the console's Test tab. */
  readonly testEvents: boolean;
  /** Roles and users that may read and write the secrets besides the liquidator; undefined: no resource policy. */
  readonly secretAdmins?: readonly string[];
  /** The limit of concurrent executions in the account and region. */
  readonly accountConcurrency: number;
  /** An alarm by mail when the month costs more than this; 0: none. */
  readonly monthlyBudgetUsd: number;
  /** How long a copy of the audit log is locked in S3, in days; 0: no copy. */
  readonly trailCopyDays: number;
  /** A bot without an account that dies each day to test the whole chain. */
  readonly canary: boolean;
  /** Bots may send heartbeats by a URL, without AWS credentials. */
  readonly pingUrl: boolean;
  /** The region of the stack, so that no deployment goes to another one; undefined: wherever it is deployed. */
  readonly region?: string;
  /** Another region, from which a small stack checks whether the watchdog ticks; undefined: none does. */
  readonly watcherRegion?: string;
}

export interface Settings {
  readonly liquidation: LiquidationSettings;
  readonly exchange: ExchangeSettings;
  /** At least one, with distinct IDs. */
  readonly bots: readonly BotSettings[];
  readonly alerts: AlertSettings;
}

/** The contents of a file. */
export interface FileSettings extends Settings {
  readonly deployment: DeploymentSettings;
}

/** Binance, USDⓈ-M Futures, "General Info": REST base endpoints. The testnet is the demo-trading host. */
export const EXCHANGE_HOSTS = {
  production: 'https://fapi.binance.com',
  testnet: 'https://demo-fapi.binance.com',
} as const satisfies Record<ExchangeEnvironment, string>;

/** COIN-M Futures and Portfolio Margin, "General Info". Portfolio margin has no test network. */
const OTHER_HOSTS = {
  dapi: { production: 'https://dapi.binance.com', testnet: 'https://demo-dapi.binance.com' },
  papi: { production: 'https://papi.binance.com', testnet: 'https://demo-papi.invalid' },
} as const;

/** The host of a market. An overriding `base_url` serves all of them. */
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

/** Portfolio margin has no test network. */
export const hasBothKinds = ({ environment, baseUrl }: Pick<ExchangeSettings, 'environment' | 'baseUrl'>): boolean =>
  environment === 'production' || baseUrl !== EXCHANGE_HOSTS[environment];

/** The host of a market's data: time and rules, which portfolio margin's own host does not have. */
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

/** The host of the wallet's endpoints (Wallet, Get API Key Permission): a separate one in production, none on the test network. */
export function walletUrlOf({ environment, baseUrl }: ExchangeSettings): string | undefined {
  if (baseUrl !== EXCHANGE_HOSTS[environment]) return baseUrl;
  return environment === 'production' ? 'https://api.binance.com' : undefined;
}
