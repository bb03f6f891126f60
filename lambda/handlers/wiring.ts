/**
 * Assembles the ports of the liquidator. Of all files, only wirings read the environment.
 *
 * A container keeps what is costly and stateless between invocations: connections, keys, the exchange's rules. Clock
 * and telemetry are made anew for each, because an invocation may be frozen for hours before the next.
 */

import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAsyncInvoker } from '../adapters/aws/invoke.ts';
import { egress } from '../adapters/aws/probes.ts';
import { createSecrets, type SecretsCache } from '../adapters/aws/secrets.ts';
import { createBinance } from '../adapters/binance/open-exchange.ts';
import { startClock } from '../adapters/clock.ts';
import { awsConnections } from '../adapters/connections/connection-pool.ts';
import { createAuditSink } from '../adapters/dynamo/audit-sink.ts';
import { createBotStore } from '../adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../adapters/dynamo/client.ts';
import { createLockStore } from '../adapters/dynamo/lock-store.ts';
import { systemRandom } from '../adapters/random.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { createRateLimiters } from '../app/exchange/rate-limiter.ts';
import type { LiquidatorPorts } from '../app/liquidator-ports.ts';
import { ENV } from '../contract.ts';
import { readCredentials } from '../core/config/credentials.ts';
import { type EffectiveSettings, effectiveSettings } from '../core/config/effective-settings.ts';
import { formatFinding } from '../core/config/read-settings.ts';
import { baseUrlOf, dataUrlOf, walletUrlOf } from '../core/config/settings.ts';
import { marketsOf } from '../core/exchange/market.ts';
import { type LogEvent, NOT_NOTIFIED } from '../events.ts';
import type { Clock, LogLevel, Telemetry } from '../ports.ts';
import { bufferLogLines } from './buffer-log-lines.ts';
import { type Container, type Environment, targetNames } from './environment.ts';

const CONNECT_MS = 1_000;

/** For the first read: three lists, read side by side. */
const READ_CONNECTIONS = 3;
/**
 * For the requests after it, opened while the secret is read and the lock is taken. A handshake takes about 1 ms
 * of CPU; more handshakes than fit into that wait would delay the first read.
 */
const SPARE_CONNECTIONS = 20;

export function openContainer(env: Environment, service: string): Container<LiquidatorPorts> {
  const config = effectiveSettings({ configText: env[ENV.config], disabledText: env[ENV.disabled] });
  logFindings(createTelemetry({ service }), config);
  // A missing table name fails each call to that store, which the liquidation survives and reports.
  const needed = [ENV.liquidationsTable, ENV.auditTable];
  const named = targetNames(env, needed, service, 'lock and audit log cannot work');

  const dynamo = createDynamoClient();
  const secretsManager = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: awsConnections({ connectionTimeout: CONNECT_MS }),
  });
  const secretsCache: SecretsCache = new Map();
  const locks = createLockStore({ client: dynamo, tableName: named(ENV.liquidationsTable) });
  const records = { read: locks.readRecord };
  const bots = createBotStore({ client: dynamo, tableName: named(ENV.botsTable) });
  const audit = createAuditSink({ client: dynamo, tableName: named(ENV.auditTable) });
  // The liquidator calls itself: a function knows its own name.
  const invoker = createAsyncInvoker(
    new LambdaClient({ maxAttempts: 2, requestHandler: awsConnections({ connectionTimeout: CONNECT_MS }) }),
    env[ENV.liquidator] ?? env.AWS_LAMBDA_FUNCTION_NAME ?? 'not-configured',
  );
  const limiters = createRateLimiters();
  let current: Clock = startClock();
  const { exchange } = config.settings;
  const covered = marketsOf(exchange.account, exchange.markets);
  const openExchange = createBinance({
    ...exchange,
    walletUrl: walletUrlOf(exchange),
    urlsOf: market => ({ baseUrl: baseUrlOf(exchange, market), dataUrl: dataUrlOf(exchange, market) }),
    clock: () => current,
  });

  const { emergencyLiquidation } = config.settings.liquidation;
  // While liquidation is switched off, no connection to the exchange is opened ahead of need.
  if (emergencyLiquidation) openExchange.prepare(READ_CONNECTIONS, covered);

  return {
    config,
    ports(fields) {
      const clock = startClock();
      current = clock;
      if (emergencyLiquidation) openExchange.prepare(SPARE_CONNECTIONS, covered);
      const secrets = createSecrets({ client: secretsManager, clock, parse: readCredentials, cache: secretsCache });
      const telemetry = bufferLogLines(createTelemetry({ service, namespace: env[ENV.namespace], fields }));
      return {
        ...{ clock, secrets, telemetry, random: systemRandom, version: env[ENV.version] },
        ...{ locks, audit, bots, records, invoker, egress, openExchange, limiters, letArrive },
      };
    },
  };
}

/** Node handles all answers that have come in before it calls an immediate. */
const letArrive = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

/** Logs the configuration and its findings, once per cold start. */
function logFindings(telemetry: Telemetry, config: EffectiveSettings): void {
  const { liquidation, exchange, bots } = config.settings;
  telemetry.log('INFO', 'configuration_loaded', { ...liquidation, ...exchange, bots: bots.map(bot => bot.botId) });
  if (config.isFallback) {
    telemetry.log('CRITICAL', 'The configuration is missing or invalid; running with the safe defaults', {
      event: 'configuration_invalid',
      findings: config.findings.map(formatFinding),
    } satisfies LogEvent<'configuration_invalid'>);
  }
  for (const finding of config.findings) {
    // Security warnings come with an event of their own: the deployment, or the liquidation that is skipped. A value of
    // the rollback variable that is not understood has none.
    const isOwnEvent = finding.source === ENV.disabled && !config.disabledByEnvironment;
    telemetry.log(LEVELS[finding.level], formatFinding(finding), isOwnEvent ? {} : { event: NOT_NOTIFIED });
  }
}

const LEVELS = { ERROR: 'ERROR', CRITICAL: 'CRITICAL', WARNING: 'WARN', INFO: 'INFO' } as const satisfies Record<
  string,
  LogLevel
>;
