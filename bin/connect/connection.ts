/**
 * A command's connection to a deployment: its names, the configuration in force, its tables, its liquidator. It uses
 * ordinary AWS credentials (the SDK handles AWS_PROFILE, AWS_ENDPOINT_URL and the rest), or --local on this machine. Every
 * call has a timeout; errors of AWS are replaced by sentences, never forwarded.
 *
 *   connect ── GetFunctionConfiguration ×4 ──▶ names, configuration ──▶ stores
 */

import { LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { createAuditSink } from '../../lambda/adapters/dynamo/audit-sink.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../../lambda/adapters/dynamo/client.ts';
import { createRunRecords, createUnfinishedRuns } from '../../lambda/adapters/dynamo/run-records.ts';
import { ENV } from '../../lambda/contract.ts';
import { type EffectiveSettings, effectiveSettings } from '../../lambda/core/config/effective-settings.ts';
import type { Settings } from '../../lambda/core/config/settings.ts';
import type { AuditSink, BotStore, Clock, Random, RunRecords, UnfinishedRuns } from '../../lambda/ports.ts';
import { type ConnectionOptions, chosenRegion } from '../terminal/options.ts';
import { STORE_MS } from '../terminal/waiting.ts';
import { awsClock } from './aws-clock.ts';
import {
  askFunction,
  askInService,
  askSubscribers,
  type DeployedFunction,
  type DeployedNames,
  deployedNames,
  type Invoked,
  invokeFunction,
  type Subscribers,
} from './functions.ts';
import { type LocalFile, localFilePath, readLocalFile } from './local-file.ts';

export interface Connection {
  /** For headings: "flatline-production in ap-northeast-1", "the local cloud". */
  readonly where: string;
  readonly isLocal: boolean;
  readonly region: string | undefined;
  readonly names: DeployedNames;
  readonly functions: {
    readonly liquidator: DeployedFunction;
    readonly watchdog: DeployedFunction;
    /** The liquidator's version in service, which callers use; undefined where there is none, or it may not be read. */
    readonly inService?: DeployedFunction;
    /** The same of the watchdog. */
    readonly watchdogInService?: DeployedFunction;
  };
  /** As the version in service reads it: with the switch in its environment, or the safe defaults if the configuration is invalid. */
  readonly config: EffectiveSettings;
  readonly settings: Settings;
  readonly bots: BotStore;
  readonly audit: AuditSink;
  /** Past and current liquidations. */
  readonly runs: RunRecords;
  /** The liquidations that have not ended. */
  readonly unfinished: UnfinishedRuns;
  /** Invokes the liquidator, and waits for its answer. Throws CliError (4) when it certainly did not run. */
  invoke(event: Readonly<Record<string, unknown>>, timeoutMs: number, signal?: AbortSignal): Promise<Invoked>;
  /** Undefined in the local cloud, which sends no mail. */
  readonly subscribers?: () => Promise<Subscribers | undefined>;
  /** By AWS's time. */
  readonly clock: Clock;
  /** By how much this machine's clock is wrong. */
  clockCorrectionMs(): number;
  readonly random: Random;
  close(): void;
}

/** `env`: --local finds its file by it. */
interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const CONNECT_MS = 4_000;
/** Beyond the longest timeout of a function. */
const SOCKET_MS = 130_000;

/** Throws CliError (4). */
export async function connect(
  options: ConnectionOptions,
  { clock: own, random, env }: Surroundings,
): Promise<Connection> {
  const clock = awsClock(own);
  const local = options.local === true ? readLocalFile(localFilePath(env)) : undefined;
  const stack = `flatline-${options.env}${options.name === undefined ? '' : `-${options.name}`}`;
  const chosen = chosenRegion(options, env);
  const common: LambdaClientConfig = {
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: SOCKET_MS, throwOnRequestTimeout: true },
    ...(chosen === undefined ? {} : { region: chosen }),
    ...(local && reachedAt(local, local.lambdaUrl)),
  };
  const lambda = new LambdaClient({ ...common, maxAttempts: 2 });
  const once = new LambdaClient({ ...common, maxAttempts: 1 });
  clock.learnFrom(lambda);
  const region = await lambda.config.region().catch(() => undefined);
  const place = { region, isLocal: local !== undefined, profile: env.AWS_PROFILE, endpoint: endpointIn(env) };
  const served = ['liquidator', 'watchdog'].map(name =>
    local === undefined ? askInService(lambda, `${stack}-${name}`, place) : undefined,
  );
  const [liquidator, watchdog] = await inOrder(
    askFunction(lambda, local?.liquidatorName ?? `${stack}-liquidator`, place),
    askFunction(lambda, local?.watchdogName ?? `${stack}-watchdog`, place),
  );
  const [inService, watchdogInService] = await Promise.all(served);
  const { variables } = inService ?? liquidator;
  const names = deployedNames(liquidator, watchdog);
  const config = effectiveSettings({
    configText: variables[ENV.config],
    disabledText: variables[ENV.disabled],
  });
  const dynamo = createDynamoClient({
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: STORE_MS, throwOnRequestTimeout: true },
    ...(chosen === undefined ? {} : { region: chosen }),
    ...(local && reachedAt(local, local.dynamoUrl)),
  });
  return {
    where: local === undefined ? `${stack}${region === undefined ? '' : ` in ${region}`}` : 'the local cloud',
    ...place,
    names,
    functions: {
      ...{ liquidator, watchdog },
      ...(inService === undefined ? {} : { inService }),
      ...(watchdogInService === undefined ? {} : { watchdogInService }),
    },
    config,
    settings: config.settings,
    bots: createBotStore({ client: dynamo, tableName: names.bots }),
    audit: createAuditSink({ client: dynamo, tableName: names.audit }),
    runs: createRunRecords({ client: dynamo, tableName: names.liquidations }),
    unfinished: createUnfinishedRuns({ client: dynamo, tableName: names.liquidations }),
    invoke: (event, timeoutMs, signal) =>
      invokeFunction(once, { functionName: names.liquidator, event, timeoutMs, signal, ...place }),
    ...(local === undefined ? { subscribers: () => askSubscribers(lambda, `${stack}-health-check`, place) } : {}),
    clock,
    clockCorrectionMs: clock.correctionMs,
    random,
    close: () => {
      for (const client of [lambda, once, dynamo]) client.destroy();
    },
  };
}

/** As the SDK reads it for Lambda ("Service-specific endpoints", AWS SDKs and Tools Reference Guide). */
function endpointIn(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const name = ['AWS_ENDPOINT_URL_LAMBDA', 'AWS_ENDPOINT_URL'].find(one => env[one]);
  return name === undefined ? undefined : `${name}=${env[name]}`;
}

/** The local cloud accepts any credentials; the operator's must not be sent there. */
const reachedAt = (
  { region }: LocalFile,
  endpoint: string,
): Pick<LambdaClientConfig, 'endpoint' | 'region' | 'credentials'> => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

/** In parallel; of two failures the first one is reported. */
async function inOrder<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}
