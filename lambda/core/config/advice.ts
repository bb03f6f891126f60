/**
 * Findings of a security and readiness review for a valid configuration. CRITICAL: positions are left unprotected on
 * purpose. WARNING: it will probably not work as expected in an emergency. INFO: a choice to be aware of.
 */

import type { Remark } from './section-reader.ts';
import {
  type BotSettings,
  EXCHANGE_HOSTS,
  type ExchangeEnvironment,
  type LiquidationSettings,
  type Settings,
} from './settings.ts';
import { isLoopback } from './value-rules.ts';

export interface AdviceContext {
  /** The environment it is used for, which may differ from the one that it names. */
  readonly environment: ExchangeEnvironment;
  readonly awsRegion?: string;
}

/** Testnet hosts of the exchange, the current one and its predecessor. */
const TEST_HOSTS = ['demo-fapi.binance.com', 'demo-dapi.binance.com', 'testnet.binancefuture.com'];
const SLOW_WATCH_MS = 5 * 60_000;

/** Remarks without lines: they are about settings, whatever their source. */
export function advise(settings: Settings, context: AdviceContext): readonly Remark[] {
  return [
    ...onSwitches(settings.liquidation, context.environment),
    ...onTiming(settings.liquidation),
    ...onExchange(settings, context),
    ...settings.bots.flatMap(onBot),
    ...onSharedSecrets(settings.bots),
    ...onAlerts(settings, context),
  ];
}

function onSwitches(liquidation: LiquidationSettings, environment: ExchangeEnvironment): readonly Remark[] {
  if (!liquidation.emergencyLiquidation) {
    return [
      {
        level: 'CRITICAL',
        key: 'liquidation.emergency_liquidation',
        value: 'false',
        rule: 'SECURITY WARNING: emergency liquidation is switched off; HIGH-RISK, positions stay open when the bot stops',
        remedy: 'set emergency_liquidation, close_positions and cancel_orders to true',
      },
    ];
  }
  const level = environment === 'production' ? 'CRITICAL' : 'WARNING';
  const left = (key: string, rule: string): Remark => ({
    ...{ level, key: `liquidation.${key}`, value: 'false', remedy: `set ${key} to true` },
    rule: `SECURITY WARNING: ${rule}; HIGH-RISK`,
  });
  const { closePositions, cancelOrders } = liquidation;
  return [
    ...(closePositions ? [] : [left('close_positions', 'positions are left open, only orders are cancelled')]),
    ...(cancelOrders ? [] : [left('cancel_orders', 'orders are left in the order book and can open positions again')]),
  ];
}

function onTiming({ timeoutMs, maxRetries, resumeMs, lockoutMs }: LiquidationSettings): readonly Remark[] {
  const remarks: Remark[] = [];
  const add = (level: Remark['level'], key: string, value: number, rule: string, remedy: string): number =>
    remarks.push({ level, key: `liquidation.${key}`, value: String(value), rule, remedy });
  const timeout = timeoutMs / 1_000;
  if (timeout < 3) {
    const rule = 'below 3 seconds most answers come before the account is flat';
    add('WARNING', 'timeout_seconds', timeout, rule, 'set 5 seconds, or 10 to 15 on a slow network');
  }
  if (timeout > 15) {
    const rule = 'above 15 seconds the bot may be killed during its shutdown before it has the answer';
    add('WARNING', 'timeout_seconds', timeout, rule, 'set 15 seconds or less; the liquidation continues in any case');
  }
  if (maxRetries === 0) {
    add('WARNING', 'max_retries', 0, 'without retries one refused request leaves a position open', 'set 3');
  }
  if (resumeMs === 0) {
    const rule = 'positions that are open at the timeout stay open until the next call';
    add('INFO', 'resume_minutes', 0, rule, 'set 15 to continue until flat');
  }
  if (lockoutMs === 0) {
    const rule = 'positions that a broken bot opens after its liquidation stay open';
    add('INFO', 'lockout_minutes', 0, rule, 'set 60 to keep it flat');
  }
  return remarks;
}

function onExchange({ exchange }: Settings, { environment, awsRegion }: AdviceContext): readonly Remark[] {
  const remarks: Remark[] = [];
  const host = new URL(exchange.baseUrl).hostname;
  const named = exchange.environment;
  if (named !== environment) {
    const rule = `the configuration is for ${environment}, but trades on the exchange’s ${named}`;
    remarks.push({ level: 'WARNING', key: 'exchange.environment', value: named, rule, remedy: `set ${environment}` });
  } else if (environment === 'production' && host !== new URL(EXCHANGE_HOSTS.production).hostname) {
    const other = isLoopback(host) ? 'this machine' : 'not a host of the exchange';
    const what = TEST_HOSTS.includes(host) ? 'a testnet host' : other;
    const rule = `in production every signed request goes to ${host}, ${what}`;
    const remedy = `delete it; the default is ${EXCHANGE_HOSTS.production}`;
    remarks.push({ level: 'WARNING', key: 'exchange.base_url', rule, remedy });
  }
  if (awsRegion?.startsWith('us-')) {
    const rule = `AWS region ${awsRegion}: Binance does not serve the United States (HTTP 451)`;
    const remedy = 'set AWS_REGION to another one, for instance ap-northeast-1, and run preflight there';
    remarks.push({ level: 'WARNING', rule, remedy });
  }
  return remarks;
}

function onBot({ botId, heartbeatMs, lateAfterMs, deadAfterMs }: BotSettings): readonly Remark[] {
  const key = `bot:${botId}.dead_after_seconds`;
  const value = String(deadAfterMs / 1_000);
  if (deadAfterMs > SLOW_WATCH_MS) {
    const rule = 'a silent bot keeps its positions for more than 5 minutes before the watchdog liquidates';
    return [{ level: 'WARNING', key, value, rule, remedy: 'set 300 or less' }];
  }
  if (deadAfterMs < 3 * heartbeatMs) {
    const rule = `fewer than three heartbeats (of ${heartbeatMs / 1_000} s) fit in: one lost heartbeat can liquidate a healthy bot`;
    return [{ level: 'WARNING', key, value, rule, remedy: `set ${(3 * heartbeatMs) / 1_000} or more` }];
  }
  const leastMs = lateAfterMs + heartbeatMs + BEAT_SLACK_MS;
  if (deadAfterMs < leastMs) {
    const rule =
      'between late and dead there is less time than the next heartbeat takes: a short outage of AWS can liquidate a healthy bot';
    const remedy = `set ${leastMs / 1_000} or more, or lower late_after_seconds`;
    return [{ level: 'WARNING', key, value, rule, remedy }];
  }
  return [];
}

/** How late a heartbeat may arrive (heartbeat/assess-bot.ts). */
const BEAT_SLACK_MS = 2_000;

/** Positions belong to an account, not to a bot: bots with the same key are liquidated together. */
function onSharedSecrets(bots: readonly BotSettings[]): readonly Remark[] {
  const firstBySecret = new Map<string, BotSettings>();
  const remarks: Remark[] = [];
  for (const bot of bots) {
    const first = firstBySecret.get(bot.secretName);
    if (first === undefined) {
      firstBySecret.set(bot.secretName, bot);
      continue;
    }
    remarks.push({
      level: 'WARNING',
      key: `bot:${bot.botId}.secret`,
      value: bot.secretName,
      rule: `bots ${first.botId} and ${bot.botId} share an account: liquidating one closes the positions of both`,
      remedy: 'give each bot its own sub-account and secret',
    });
  }
  return remarks;
}

function onAlerts({ alerts }: Settings, { environment }: AdviceContext): readonly Remark[] {
  if (environment !== 'production' || alerts.email !== undefined || alerts.chatWebhookSecret !== undefined) return [];
  const rule = 'production has no alert target: no person is notified of a dead bot or a failed liquidation';
  return [{ level: 'WARNING', key: '[alerts]', rule, remedy: 'set email or chat_webhook_secret' }];
}
