/**
 * The part of AWS that flatline uses, on this machine: tables, secrets, and the functions as they are deployed (bundled,
 * each in processes of its own). Everything listens on free loopback ports, and the bundles are in a temporary folder, so
 * any number of local clouds run side by side. However the process ends, except by SIGKILL, no process and no file stays
 * behind.
 */

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionName } from '../../lambda/bundling.ts';
import { ENV } from '../../lambda/contract.ts';
import { NOTIFIED_EVENTS_PATTERN } from '../../lambda/events.ts';
import { versionText } from '../../package/version.ts';
import type { SimulatorClock } from '../engine/clock.ts';
import { type Bundle, bundleOnce } from './bundle.ts';
import { type FunctionHost, hostFunction } from './function-host.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from './lambda-endpoint.ts';
import { type LogDisorder, type LogSubscription, subscribeToLogs } from './log-subscription.ts';
import type { Queue } from './queue.ts';
import { type QueueEndpoint, startQueueEndpoint } from './queue-endpoint.ts';
import { type SecretsEndpoint, startSecretsEndpoint } from './secrets-endpoint.ts';
import { startTables, TABLE_NAMES, type Tables } from './tables.ts';
import { startTopicEndpoint, TOPIC_ARN, type TopicEndpoint } from './topic-endpoint.ts';

/** What the functions are called here. Of two deployments of a name, calls reach the later one. */
export const FUNCTION_NAMES = {
  liquidator: 'flatline-liquidator',
  watchdog: 'flatline-watchdog',
  'control-panel': 'flatline-control-panel',
  notifier: 'flatline-notifier',
  'health-check': 'flatline-health-check',
  'trail-copy': 'flatline-trail-copy',
  ping: 'flatline-ping',
  watcher: 'flatline-watcher',
} as const;

/** Those whose logs the notifier is subscribed to, as in the stack. */
const NOTIFIED_FUNCTIONS: readonly FunctionName[] = ['liquidator', 'watchdog', 'health-check'];

interface LocalCloudOptions {
  readonly clock: SimulatorClock;
  /** What is bundled, about a second each. */
  readonly functions: readonly FunctionName[];
  /** How many functions may run at once in the account; default: as many as come. */
  readonly concurrencyMax?: number;
  /** How the logs are delivered to the notifier; default: at once, in order, once. */
  readonly logDisorder?: LogDisorder;
}

/** A function in service: its code is the bundle, its configuration is what `cdk deploy` would set. */
interface Deployment {
  /** The variable FLATLINE_CONFIG. */
  readonly configText: string;
  /** Further variables, over those of the cloud. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lambda's own timeout; default 60 s. */
  readonly timeoutMs?: number;
  /** Default 512. */
  readonly memoryMb?: number;
  /** How many environments at most run side by side; calls beyond wait in line. Default: as many as come. */
  readonly mostEnvironments?: number;
  /** The CPU's share that AWS gives by the memory. Default: whatever the machine has. */
  readonly hasShareOfCpu?: boolean;
  readonly onLog?: (line: string) => void;
}

export interface LocalCloud {
  readonly tables: Tables;
  readonly secrets: SecretsEndpoint;
  /** Where functions invoke each other, by the names of FUNCTION_NAMES. */
  readonly lambda: LambdaEndpoint;
  /** Where messages and alarms are published; a notifier with a chat is subscribed to it. */
  readonly topic: TopicEndpoint;
  /** What waits for the notifier, and what waits for the chat. */
  readonly queues: { readonly service: QueueEndpoint; readonly notifications: Queue; readonly chat: Queue };
  readonly bundles: ReadonlyMap<FunctionName, Bundle>;
  /** Puts a bundled function in service, as often as wanted. It ends with the cloud, or by its own `close`. */
  deploy(name: FunctionName, deployment: Deployment): FunctionHost;
  /** Waits until no function runs or is queued, and the notifier, if there is one, has been given every line. */
  idle(): Promise<void>;
  /** Ends every process, frees every port, removes the bundles. May be called twice. */
  close(): Promise<void>;
}

/** As in the stack (lib/notifier.ts). */
const QUEUE = { visibilityMs: 60_000, receivesMax: 15 };

/** The liquidator's as in the stack. The watchdog's is shorter than there, so that nobody waits long for a tick to end. */
const TIMEOUT_MS: Readonly<Record<FunctionName, number>> = {
  liquidator: 90_000,
  watchdog: 60_000,
  'control-panel': 60_000,
  notifier: 30_000,
  'health-check': 60_000,
  'trail-copy': 60_000,
  ping: 5_000,
  watcher: 30_000,
};

/** Rejects when something cannot be started; nothing is left behind then. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { clock, functions, concurrencyMax, logDisorder } = options;
  const folder = await mkdtemp(join(tmpdir(), 'flatline-'));
  const hosts = new Set<FunctionHost>();
  const abandon = (): void => {
    for (const host of hosts) host.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  await using opening = new AsyncDisposableStack();
  opening.defer(async () => {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', abandon);
  });
  const bundling = bundleAll(functions, folder);
  // Its folder is removed when nothing is written any more.
  const written = Promise.allSettled([bundling]);
  opening.defer(async () => void (await written));
  const opened = <T extends { close(): Promise<void> }>(service: T): T => {
    opening.defer(() => service.close());
    return service;
  };
  const tables = opened(await startTables({ clock }));
  const secrets = opened(await startSecretsEndpoint({ clock }));
  const lambda = opened(await startLambdaEndpoint({ clock, ...(concurrencyMax !== undefined && { concurrencyMax }) }));
  const topic = opened(await startTopicEndpoint({ clock }));
  const queues = opened(await startQueueEndpoint({ clock }));
  const bundles = await bundling;
  const notifications = queues.create('notifications.fifo', { isFifo: true, ...QUEUE });
  const chatMessages = queues.create('chat', { isFifo: false, ...QUEUE });
  let subscription: LogSubscription | undefined;
  const subscribeNotifier = (env: Readonly<Record<string, string>>): void => {
    const deliver = (event: unknown): void => lambda.invokeLater(FUNCTION_NAMES.notifier, event);
    subscription = subscribeToLogs({
      ...{ clock, pattern: NOTIFIED_EVENTS_PATTERN, deliver },
      ...(logDisorder && { disorder: logDisorder }),
    });
    const invoke = async (event: unknown): Promise<boolean> =>
      (await lambda.invoke(FUNCTION_NAMES.notifier, event))?.kind === 'answered';
    notifications.map({ batchSize: 10, concurrencyMax: 2, invoke });
    if (env[ENV.chatSecret] === undefined) return;
    chatMessages.map({ batchSize: 1, concurrencyMax: 2, invoke });
    topic.subscribe(body => chatMessages.put(body));
  };

  const variables = {
    // Any other service of AWS is a port where nobody listens: nothing ever leaves this machine.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    [ENV.version]: versionText(),
    [ENV.liquidationsTable]: TABLE_NAMES.liquidations,
    [ENV.auditTable]: TABLE_NAMES.audit,
    [ENV.botsTable]: TABLE_NAMES.bots,
    AWS_ENDPOINT_URL_DYNAMODB: tables.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_SNS: topic.url,
    AWS_ENDPOINT_URL_SQS: queues.url,
    [ENV.liquidator]: FUNCTION_NAMES.liquidator,
    [ENV.alertTopic]: TOPIC_ARN,
    [ENV.notificationQueue]: notifications.url,
  };
  opening.defer(async () => {
    await Promise.all([...hosts].map(host => host.close()));
  });
  const running = opening.move();
  return {
    tables,
    secrets,
    lambda,
    topic,
    queues: { service: queues, notifications, chat: chatMessages },
    bundles,
    deploy: (name, deployment) => {
      const { configText, env = {}, timeoutMs = TIMEOUT_MS[name], memoryMb = 512, mostEnvironments } = deployment;
      const bundle = bundles.get(name);
      if (bundle === undefined) {
        throw new Error(`The function ${name} was not bundled; name it in startLocalCloud({ functions: […] }).`);
      }
      const environment = { ...variables, [ENV.config]: configText, ...env };
      const readLine = (line: string): void => {
        deployment.onLog?.(line);
        if (NOTIFIED_FUNCTIONS.includes(name)) subscription?.take(FUNCTION_NAMES[name], line);
      };
      const host = hostFunction({
        bundlePath: bundle.path,
        name: FUNCTION_NAMES[name],
        env: environment,
        timeoutMs,
        memoryMb,
        ...(mostEnvironments && { mostEnvironments }),
        hasShareOfCpu: deployment.hasShareOfCpu === true,
        onLog: readLine,
      });
      hosts.add(host);
      lambda.register(FUNCTION_NAMES[name], host, { variables: environment, timeoutMs, memoryMb });
      if (name === 'notifier') subscribeNotifier(environment);
      return host;
    },
    idle: async () => {
      await lambda.idle();
      if (subscription === undefined) return;
      // What a function says at its end is delivered, and runs the notifier, whose own message may run it again.
      await subscription.idle();
      await lambda.idle();
      await queues.idle();
    },
    close: () => running.disposeAsync(),
  };
}

async function bundleAll(names: readonly FunctionName[], folder: string): Promise<ReadonlyMap<FunctionName, Bundle>> {
  return new Map(await Promise.all(names.map(async name => [name, await bundleOnce(name, folder)] as const)));
}
