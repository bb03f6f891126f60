/** From raw sections to Settings: keys, allowed values, and rules between them. All problems are reported at once. */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { BOT_ID_PATTERN } from '../../contract.ts';
import { ACCOUNT_KINDS, type AccountKind, MARKET_NAMES, type MarketName } from '../exchange/market.ts';
import { readDeployment } from './read-deployment.ts';
import { headingOf, openSection, type RawSection, type Remark, type Report } from './section-reader.ts';
import {
  type AlertSettings,
  type BotSettings,
  defaultBot,
  EXCHANGE_HOSTS,
  type ExchangeEnvironment,
  type ExchangeSettings,
  type FileSettings,
  type LiquidationSettings,
  SAFE_DEFAULTS,
} from './settings.ts';
import { judgeUnknownSections } from './unknown-sections.ts';
import {
  baseUrl,
  bool,
  email,
  listOf,
  type Notation,
  oneOf,
  roleArn,
  seconds,
  secretArn,
  secretName,
  webAddress,
  whole,
  wholeMinutes,
  wholeSeconds,
} from './value-rules.ts';

const DAY_SECONDS = 86_400;

export interface BuildOptions {
  readonly notation: Notation;
  /** `ignore`: the file is a bot's own (read-settings.ts). */
  readonly foreignSections: 'refuse' | 'ignore';
}

export function buildSettings(
  sections: readonly RawSection[],
  { notation, foreignSections }: BuildOptions,
): { readonly settings: FileSettings; readonly remarks: readonly Remark[] } {
  const remarks: Remark[] = [];
  const report: Report = remark => remarks.push(remark);
  const section = (name: string): RawSection =>
    sections.find(found => found.name === name) ?? { name, line: undefined, entries: [] };

  const bots = sections.filter(({ name }) => name.startsWith('bot:')).map(raw => readBot(raw, notation, report));
  const settings: FileSettings = {
    liquidation: readLiquidation(section('liquidation'), notation, report),
    exchange: readExchange(section('exchange'), notation, report),
    bots: bots.length > 0 ? bots : SAFE_DEFAULTS.bots,
    alerts: readAlerts(section('alerts'), notation, report),
    deployment: readDeployment(section('deployment'), notation, report),
  };
  refuseCanary(sections, notation, report);
  refuseCrowdedRoles(settings, report);
  refuseWatcherWithoutMail(settings, report);
  judgeUnknownSections(sections, foreignSections, report);
  if (!sections.some(({ name }) => name === 'liquidation')) {
    report({
      level: 'WARNING',
      key: '[liquidation]',
      rule: 'the section is missing, so the safe defaults apply',
      remedy: 'add [liquidation] with your settings',
    });
  }
  return { settings, remarks };
}

/** The liquidator answers this name with a dry run, so no bot with an account may have it. In JSON the stack has added it. */
function refuseCanary(sections: readonly RawSection[], notation: Notation, report: Report): void {
  const own = sections.find(({ name }) => name === `bot:${CANARY_BOT_ID}`);
  if (own === undefined || notation === 'json') return;
  report({
    ...headingOf(own),
    level: 'ERROR',
    rule: `${CANARY_BOT_ID} is the name of the canary, which the stack lets die each day; an account with this name would never be liquidated`,
    remedy: 'give your bot another name',
  });
}

/** AWS IAM, "IAM and AWS STS quotas": managed policies that can be attached to a role, unless AWS grants more. */
const POLICIES_OF_ROLE_MAX = 10;

/** Each bot attaches its own policy to the role that it runs as. */
function refuseCrowdedRoles({ bots }: FileSettings, report: Report): void {
  const byRole = Map.groupBy(
    bots.filter(({ role }) => role !== undefined),
    ({ role }) => role,
  );
  for (const [role = '', those] of byRole) {
    if (those.length <= POLICIES_OF_ROLE_MAX) continue;
    report({
      level: 'WARNING',
      key: `bot:${those[0]?.botId}.role`,
      value: role,
      rule: `${those.length} bots run as this role, each with its own policy; AWS allows ${POLICIES_OF_ROLE_MAX} policies per role by default, so the deployment would fail halfway`,
      remedy:
        'give bots their own roles, or request a higher quota from AWS (Service Quotas, IAM, managed policies per role)',
    });
  }
}

function refuseWatcherWithoutMail({ deployment, alerts }: FileSettings, report: Report): void {
  if (deployment.watcherRegion === undefined || alerts.email !== undefined) return;
  report({
    level: 'ERROR',
    key: 'deployment.watcher_region',
    value: deployment.watcherRegion,
    rule: 'the watcher in another region notifies people only by mail, and there is no address',
    remedy: 'write email = … under [alerts], or take watcher_region out',
  });
}

function readLiquidation(raw: RawSection, notation: Notation, report: Report): LiquidationSettings {
  const section = openSection(raw, notation, report);
  const defaults = SAFE_DEFAULTS.liquidation;
  const liquidation: LiquidationSettings = {
    emergencyLiquidation: section.read('emergency_liquidation', bool, defaults.emergencyLiquidation),
    closePositions: section.read('close_positions', bool, defaults.closePositions),
    cancelOrders: section.read('cancel_orders', bool, defaults.cancelOrders),
    timeoutMs: section.read('timeout_seconds', seconds({ min: 1, max: 30 }), defaults.timeoutMs),
    maxRetries: section.read('max_retries', whole({ min: 0, max: 10 }), defaults.maxRetries),
    retryDelayMs: section.read('retry_delay_seconds', seconds({ min: 0.1, max: 5 }), defaults.retryDelayMs),
    resumeMs: section.read('resume_minutes', wholeMinutes({ min: 0, max: 1440 }), defaults.resumeMs),
    lockoutMs: section.read('lockout_minutes', wholeMinutes({ min: 0, max: 1440 }), defaults.lockoutMs),
    confirmMs: section.read('confirm_seconds', wholeSeconds({ min: 0, max: 600 }), defaults.confirmMs),
  };
  const switches = ['emergency_liquidation', 'close_positions', 'cancel_orders'];
  const { emergencyLiquidation, closePositions, cancelOrders } = liquidation;
  if (section.sound(...switches) && emergencyLiquidation !== (closePositions || cancelOrders)) {
    section.conflict(switches, {
      rule: emergencyLiquidation
        ? 'emergency_liquidation is true, but close_positions and cancel_orders are both false: nothing to do'
        : 'emergency_liquidation = false requires close_positions = false and cancel_orders = false',
      remedy: emergencyLiquidation
        ? 'set one of the two to true, or all three to false'
        : 'set all three to false to switch protection off, or this one to true',
    });
  }
  section.finish();
  return liquidation;
}

function readExchange(raw: RawSection, notation: Notation, report: Report): ExchangeSettings {
  const section = openSection(raw, notation, report);
  const defaults = SAFE_DEFAULTS.exchange;
  const environments = oneOf<ExchangeEnvironment>(['production', 'testnet']);
  const environment = section.read('environment', environments, defaults.environment);
  const exchange: ExchangeSettings = {
    environment,
    baseUrl: section.read('base_url', baseUrl, EXCHANGE_HOSTS[environment]),
    recvWindowMs: section.read('recv_window_ms', whole({ min: 100, max: 60_000 }), defaults.recvWindowMs),
    account: section.read('account', oneOf<AccountKind>(ACCOUNT_KINDS), defaults.account),
    markets: section.read('markets', listOf(oneOf<MarketName>(MARKET_NAMES), { min: 1, max: 2 }), defaults.markets),
  };
  if (section.sound('markets') && new Set(exchange.markets).size < exchange.markets.length) {
    const remedy = 'write each market once: usdm, coinm';
    section.conflict(['markets'], { rule: 'markets names a market twice', remedy });
  }
  const hasNoTestnet = exchange.account === 'portfolio_margin' && environment === 'testnet';
  if (section.sound('account', 'environment') && hasNoTestnet && exchange.baseUrl === EXCHANGE_HOSTS.testnet) {
    section.conflict(['account', 'environment'], {
      rule: 'Binance has no test network for portfolio margin',
      remedy: 'set account = futures here, or environment = production and test it with preflight and a dry run',
    });
  }
  section.finish();
  return exchange;
}

function readBot(raw: RawSection, notation: Notation, report: Report): BotSettings {
  const section = openSection(raw, notation, report);
  const botId = raw.name.slice('bot:'.length);
  if (!BOT_ID_PATTERN.test(botId)) {
    report({
      ...headingOf(raw),
      level: 'ERROR',
      rule: 'a bot ID is 1 to 40 lower-case letters, digits and hyphens',
      remedy: 'write it like [bot:alpha-1]',
    });
  }
  const defaults = defaultBot(botId);
  const day = { min: 1, max: DAY_SECONDS };
  const role = section.read('role', roleArn, undefined);
  const arn = section.read('secret_arn', secretArn, undefined);
  const bot: BotSettings = {
    botId,
    secretName: section.read('secret', secretName, arn === undefined ? defaults.secretName : nameInArn(arn)),
    heartbeatMs: section.read('heartbeat_seconds', wholeSeconds({ min: 1, max: 60 }), defaults.heartbeatMs),
    lateAfterMs: section.read('late_after_seconds', wholeSeconds(day), defaults.lateAfterMs),
    deadAfterMs: section.read('dead_after_seconds', wholeSeconds(day), defaults.deadAfterMs),
    exclusive: section.read('exclusive', bool, defaults.exclusive),
    ...(role === undefined ? {} : { role }),
    ...(arn === undefined ? {} : { secretArn: arn }),
  };
  if (arn !== undefined && section.sound('secret', 'secret_arn') && bot.secretName !== nameInArn(arn)) {
    section.conflict(['secret', 'secret_arn'], {
      rule: `secret and secret_arn name different secrets: ${bot.secretName} and ${nameInArn(arn)}`,
      remedy: 'remove secret and keep secret_arn',
    });
  }
  const beat = bot.heartbeatMs / 1_000;
  const late = bot.lateAfterMs / 1_000;
  const dead = bot.deadAfterMs / 1_000;
  if (section.sound('heartbeat_seconds', 'late_after_seconds') && late <= beat) {
    section.conflict(['late_after_seconds', 'heartbeat_seconds'], {
      rule: `late_after_seconds (${late}) must be greater than heartbeat_seconds (${beat})`,
      remedy: 'raise late_after_seconds to about three heartbeats',
    });
  }
  if (section.sound('late_after_seconds', 'dead_after_seconds') && dead <= late) {
    section.conflict(['dead_after_seconds', 'late_after_seconds'], {
      rule: `dead_after_seconds (${dead}) must be greater than late_after_seconds (${late})`,
      remedy:
        'raise dead_after_seconds: operators are notified when the bot is late, and the watchdog liquidates when it is dead',
    });
  }
  section.finish();
  return bot;
}

/** Amazon Resource Names of secrets end with a hyphen and six characters (AWS Secrets Manager, "Secret ARN"). */
const nameInArn = (arn: string): string => arn.replace(/^.*:secret:/, '').slice(0, -'-AbCdEf'.length);

function readAlerts(raw: RawSection, notation: Notation, report: Report): AlertSettings {
  const section = openSection(raw, notation, report);
  const dailyMessage = section.read('daily_message', bool, undefined);
  const address = section.read('email', email, undefined);
  const chatWebhookSecret = section.read('chat_webhook_secret', secretName, undefined);
  const docsUrl = section.read('docs_url', webAddress, undefined);
  section.finish();
  return {
    ...(dailyMessage === undefined ? {} : { dailyMessage }),
    ...(address === undefined ? {} : { email: address }),
    ...(chatWebhookSecret === undefined ? {} : { chatWebhookSecret }),
    ...(docsUrl === undefined ? {} : { docsUrl }),
  };
}
