/**
 * The validated configuration: what the rest of the house may rely on. Durations are milliseconds.
 * SAFE_DEFAULTS is the one table of defaults: a key left out of a file has its value from here, and a function
 * that cannot read its configuration runs on it, because a broken file must never switch protection off.
 */

import { DEFAULT_BOT_ID } from '../../contract.ts';

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
}

export type ExchangeEnvironment = 'production' | 'testnet';

export interface ExchangeSettings {
  readonly environment: ExchangeEnvironment;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly recvWindowMs: number;
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
}

export interface AlertSettings {
  readonly email?: string;
  /** Name of the Secrets Manager secret that holds the chat's webhook address. */
  readonly chatWebhookSecret?: string;
}

export interface Settings {
  readonly liquidation: LiquidationSettings;
  readonly exchange: ExchangeSettings;
  /** At least one, with distinct IDs. */
  readonly bots: readonly BotSettings[];
  readonly alerts: AlertSettings;
}

/** Binance, USDⓈ-M Futures, "General Info": REST base endpoints. The testnet is the demo-trading host. */
export const EXCHANGE_HOSTS = {
  production: 'https://fapi.binance.com',
  testnet: 'https://demo-fapi.binance.com',
} as const satisfies Record<ExchangeEnvironment, string>;

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
    resumeMs: 15 * 60_000,
    lockoutMs: 60 * 60_000,
  },
  exchange: { environment: 'production', baseUrl: EXCHANGE_HOSTS.production, recvWindowMs: 2_000 },
  bots: [defaultBot(DEFAULT_BOT_ID)],
  alerts: {},
};

/**
 * Where the wallet's endpoints are (Wallet, Get API Key Permission): a host of its own in production, none on the test
 * network, and with everything else behind an overriding `base_url`.
 */
export function walletUrlOf({ environment, baseUrl }: ExchangeSettings): string | undefined {
  if (baseUrl !== EXCHANGE_HOSTS[environment]) return baseUrl;
  return environment === 'production' ? 'https://api.binance.com' : undefined;
}
