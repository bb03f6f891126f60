/**
 * Permissions held against reality: the deployed bundles play what they are for on the local cloud, and every call that
 * they make is one that lambda/permissions.ts grants, and every grant is one that they used.
 */

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { createDynamoClient } from '../../lambda/adapters/dynamo/client.ts';
import { createLockStore } from '../../lambda/adapters/dynamo/lock-store.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { ENV, TICK } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { CANARY } from '../../lambda/core/heartbeat/canary.ts';
import {
  beatWithoutProofChange,
  markChange,
  runBeatChange,
  startChange,
  stopChange,
  takeOverChange,
  waitChange,
  whyRunRefusedChange,
  withdrawChange,
} from '../../lambda/core/heartbeat/client-changes.ts';
import { newTokenChange, pingToken, SECRET_DIGITS } from '../../lambda/core/heartbeat/ping.ts';
import { correlationId } from '../../lambda/core/invocation/identity.ts';
import { type Grantee, PERMISSIONS, type PermissionTarget } from '../../lambda/permissions.ts';
import type { FunctionHost } from '../../simulator/cloud/function-host.ts';
import { FUNCTION_NAMES, type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION, TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { WATCHER_TOPIC_ARN } from '../../simulator/cloud/topic-endpoint.ts';
import { createExchange, type SimulatedExchange } from '../../simulator/exchange.ts';
import { type ExchangeServer, startExchangeServer } from '../../simulator/wire/server.ts';
import { type ChatEndpoint, startChatEndpoint } from '../support/chat-endpoint.ts';
import { claimOf } from '../support/stored-records.ts';
import { CHAT_SECRET, openRecordingProxy, type RecordingProxy } from './recording-proxy.ts';

const clock = startClock();
const key = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
const PLAYED = [
  'liquidator',
  'watchdog',
  'controlPanel',
  'notifier',
  'healthCheck',
  'ping',
  'bot',
] as const satisfies readonly Grantee[];

let cloud: LocalCloud;
let server: ExchangeServer;
let exchange: SimulatedExchange;
let proxies: Readonly<Record<(typeof PLAYED)[number], RecordingProxy>>;
let liquidator: FunctionHost;
let watchdog: FunctionHost;
let panel: FunctionHost;
let chat: ChatEndpoint;
let healthConfig: string;
let ping: FunctionHost;

beforeAll(async () => {
  cloud = await startLocalCloud({
    clock,
    functions: ['liquidator', 'watchdog', 'control-panel', 'notifier', 'health-check', 'ping'],
  });
  for (const bot of ['alpha', 'beta']) cloud.secrets.put(`flatline/${bot}`, JSON.stringify(key));
  exchange = createExchange({ clock });
  const account = exchange.addAccount(key);
  account.open('BTCUSDT', '0.5');
  account.open('SOLUSDT', '10');
  server = await startExchangeServer(exchange);
  const open = () => openRecordingProxy(cloud);
  const [forLiquidator, forWatchdog, forPanel, forNotifier, forHealthCheck, forPing, forBot] = await Promise.all([
    open(),
    open(),
    open(),
    open(),
    open(),
    open(),
    open(),
  ]);
  proxies = {
    ...{ liquidator: forLiquidator, watchdog: forWatchdog, controlPanel: forPanel },
    ...{ notifier: forNotifier, healthCheck: forHealthCheck, ping: forPing, bot: forBot },
  };
  const configText = toJson({
    ...SAFE_DEFAULTS,
    liquidation: { ...SAFE_DEFAULTS.liquidation, maxRetries: 0 },
    exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
    bots: [...['alpha', 'beta'].map(id => ({ ...defaultBot(id), heartbeatMs: 1_000 })), CANARY],
  });
  liquidator = cloud.deploy('liquidator', { configText, env: proxies.liquidator.env });
  // Short, so that a tick does not wait for what will be due later.
  watchdog = cloud.deploy('watchdog', { configText, env: proxies.watchdog.env, timeoutMs: 10_000 });
  panel = cloud.deploy('control-panel', { configText, env: proxies.controlPanel.env });
  chat = await startChatEndpoint(systemRandom.hex(24));
  cloud.secrets.put(CHAT_SECRET, chat.url);
  // The SDK calls a queue by its URL.
  const queueUrl = cloud.queues.notifications.url.replace(cloud.queues.service.url, proxies.notifier.url);
  const env = { ...proxies.notifier.env, [ENV.chatSecret]: CHAT_SECRET, [ENV.notificationQueue]: queueUrl };
  cloud.deploy('notifier', { configText, env });
  healthConfig = configText;
  ping = cloud.deploy('ping', { configText, env: proxies.ping.env });
  await play();
});
afterAll(async () => {
  await cloud?.close();
  await Promise.all([server?.close(), chat?.close(), ...Object.values(proxies ?? {}).map(proxy => proxy.close())]);
});

/** Every call once: the normal work of each function, and its paths after a failure. */
async function play(): Promise<void> {
  await Promise.all([aBotsDay(), liquidate()]);
  await watch();
  await press();
  await checkHealth();
  await pingAsABot();
  // The notifier hears of all this by itself.
  await cloud.idle();
}

async function liquidate(): Promise<void> {
  const id = correlationId(clock.nowMs(), systemRandom.hex(8));
  const event = { trigger: 'manual', bot_id: 'alpha', correlation_id: id };
  await liquidator.invoke({ action: 'preflight', bot_id: 'alpha' });
  // The exchange refuses: handed over to itself, under the same ID, until it lets go.
  const refuse = { kind: 'refuse', code: -2010, msg: 'NEW_ORDER_REJECTED' } as const;
  exchange.faults.add({ on: { method: 'POST', path: '/fapi/v1/order', symbol: 'SOLUSDT' }, times: 1, fault: refuse });
  await liquidator.invoke(event);
  await cloud.lambda.idle();
  // A duplicate: only a read shows its lock.
  await liquidator.invoke(event);
}

/** A silent bot, one in its lock-out, a run to be taken up and one to be given up. */
/** Of beta, which is tripped. */
const TRIP = correlationId(clock.nowMs() - 65_000, 'abcdef');

async function watch(): Promise<void> {
  const nowMs = Math.floor(clock.nowMs());
  const beatAtMs = nowMs - 180_000;
  const inIndex = { watch_shard: 8, next_check_at_ms: nowMs - 60_000 };
  const reported = { beats: 1, last_beat_at_ms: beatAtMs, last_change: 'armed', changed_at_ms: beatAtMs };
  const rows = [
    { bot_id: WATCHDOG_ROW, healthy_since_ms: nowMs - 9e6, healthy_at_ms: nowMs - 60_000 },
    {
      ...{ bot_id: 'alpha', watch_state: 'armed', ...inIndex, ...reported },
      ...{ seen_beat: `1@${beatAtMs}`, seen_at_ms: beatAtMs + 5_000, seen_after_ms: beatAtMs - 50_000 },
    },
    {
      ...{ bot_id: 'beta', watch_state: 'tripped', ...inIndex, ...reported },
      ...{ tripped_at_ms: nowMs - 65_000, invoked_at_ms: nowMs - 64_000, lockout_until_ms: nowMs + 9e6 },
      ...{ correlation_id: TRIP },
    },
  ];
  for (const row of rows) {
    await cloud.tables.client.send(new PutItemCommand({ TableName: TABLE_NAMES.bots, Item: toItem(row) }));
  }
  const locks = createLockStore({ client: cloud.tables.client, tableName: TABLE_NAMES.liquidations });
  for (const startedAgoMs of [60_000, 3 * 3_600_000]) {
    const startedAtMs = nowMs - startedAgoMs;
    const id = correlationId(startedAtMs, systemRandom.hex(8));
    const claim = {
      botId: 'alpha',
      trigger: 'SIGTERM',
      nowMs: startedAtMs,
      leaseUntilMs: startedAtMs + 8_000,
    } as const;
    await locks.claim(claimOf(id, claim), 2_000);
  }
  const result = await watchdog.invoke(TICK);
  expect(result).toMatchObject({
    payload: {
      fired: [{ bot_id: 'alpha' }],
      sentinels: 1,
      resumed: [expect.any(String)],
      gave_up: [expect.any(String)],
    },
  });
}

/** A bot's day by its URL, and the watchdog's own ping. */
async function pingAsABot(): Promise<void> {
  const secret = systemRandom.hex(SECRET_DIGITS);
  const bots = createBotStore({ client: cloud.tables.client, tableName: TABLE_NAMES.bots });
  const token = { before: undefined, priorUntilMs: undefined, atMs: clock.nowMs(), by: 'ops' };
  await bots.change(newTokenChange('alpha', secret, token), 2_000);
  const path = `/${pingToken('alpha', secret)}`;
  for (const rawPath of ['/probe', `${path}/start`, path, `${path}/fail`, `${path}/0`]) {
    const result = await ping.invoke({ rawPath, requestContext: { http: { method: 'GET' } } });
    expect(result.kind).toBe('answered');
  }
}

async function checkHealth(): Promise<void> {
  const check = cloud.deploy('health-check', {
    configText: healthConfig,
    env: { ...proxies.healthCheck.env, [ENV.watcherTopic]: WATCHER_TOPIC_ARN },
  });
  for (const action of ['canary', 'hourly', 'daily']) {
    expect(await check.invoke({ action })).toMatchObject({ kind: 'answered' });
  }
}

/** Everything that a button does, but for LIQUIDATE itself, which is the dry run's call with another event. */
async function press(): Promise<void> {
  // Ended by the re-arm.
  const locks = createLockStore({ client: cloud.tables.client, tableName: TABLE_NAMES.liquidations });
  const startedAtMs = Math.floor(clock.nowMs()) - 60_000;
  const claim = { botId: 'beta', trigger: 'SIGTERM', symbols: undefined, holder: 'dead', nowMs: startedAtMs } as const;
  const id = correlationId(startedAtMs, systemRandom.hex(8));
  await locks.claim(
    { ...claim, correlationId: id, leaseUntilMs: startedAtMs + 8_000, retakeCompletedBeforeMs: 0 },
    2_000,
  );
  for (const event of [
    { press: 'overview' },
    { press: 'bot', bot_id: 'alpha' },
    { press: 'preflight', bot_id: 'alpha' },
    { press: 'dry_run', bot_id: 'alpha' },
    { press: 'rearm', bot_id: 'beta', correlation_id: TRIP },
    { press: 'snooze', bot_id: 'beta', minutes: 30 },
  ]) {
    const result = await panel.invoke({ ...event, widgetContext: { dashboardName: 'flatline-production' } });
    expect(result.kind).toBe('answered');
  }
}

/** Starts, beats, reports a failure and takes it back, stops cleanly; and calls the liquidator. */
async function aBotsDay(): Promise<void> {
  const reach = { endpoint: proxies.bot.url, region: LOOPBACK_REGION, credentials: LOOPBACK_CREDENTIALS };
  const bots = createBotStore({ client: createDynamoClient(reach), tableName: TABLE_NAMES.bots });
  const end = { botId: 'gamma', runId: 'run-of-gamma', atMs: clock.nowMs(), by: 'bot', reason: 'test' };
  const beat = { ...end, count: 1, times: { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 } };
  for (const change of [
    ...[takeOverChange(beat), startChange(beat), waitChange(beat)],
    ...[runBeatChange(beat), beatWithoutProofChange(beat), whyRunRefusedChange(beat)],
    ...[markChange({ ...end, callId: 'call-1' }), withdrawChange('gamma', 'call-1'), stopChange(end)],
  ]) {
    await bots.change(change, 2_000);
  }
  const lambda = new LambdaClient(reach);
  const Payload = JSON.stringify({ trigger: 'SIGTERM', bot_id: 'alpha', dry_run: true });
  await lambda.send(
    new InvokeCommand({ FunctionName: `${FUNCTION_NAMES.liquidator}:alpha`, InvocationType: 'Event', Payload }),
  );
  lambda.destroy();
}

/** Done by AWS around the function, or by options that the local cloud has not: no call of ours to be seen. */
const UNSEEN: readonly PermissionTarget[] = ['ownLogs', 'network', 'secretsKey', 'deadLetters', 'chatQueue'];
/** What Lambda's event source mappings do. */
const UNSEEN_ACTIONS = /^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/;

/** A row of one's own is, to who checks the call alone, the table. */
const asCalled = (target: PermissionTarget): string =>
  ['ownBotRow', 'canaryRow', 'clientAttributes'].includes(target) ? 'bots' : target;

const granted = (grantee: Grantee, effect: 'Allow' | 'Deny'): readonly string[] =>
  PERMISSIONS[grantee]
    .filter(permission => permission.effect === effect && !UNSEEN.includes(permission.on))
    .flatMap(({ actions, on }) =>
      actions.filter(action => !UNSEEN_ACTIONS.test(action)).map(action => `${action} ${asCalled(on)}`),
    );

test('every function is tested', () => {
  // The copy of the audit log needs a stream and S3, which the local cloud has not; test/lib/trail-copy.test.ts plays it. The
  // watcher stands in another region; test/lib/watcher.test.ts plays it.
  expect([...PLAYED, 'trailCopy', 'watcher'].sort()).toEqual(Object.keys(PERMISSIONS).sort());
});

describe.each(PLAYED)('the %s', grantee => {
  test('makes exactly the calls that it may make', () => {
    expect([...proxies[grantee].calls].sort()).toEqual([...new Set(granted(grantee, 'Allow'))].sort());
  });

  test('makes none that it is denied', () => {
    const denied = granted(grantee, 'Deny');
    expect([...proxies[grantee].calls].filter(call => denied.includes(call))).toEqual([]);
  });
});
