/**
 * The canary's day through the deployed bundles: beat, silence, watchdog, liquidator, health check, log, filter, queue,
 * notifier, topic. One mail, and none of its death.
 */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { ageRows } from '../../bin/commands/drill/age-rows.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { ENV, TICK } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { CANARY } from '../../lambda/core/heartbeat/canary.ts';
import type { FunctionHost } from '../../simulator/cloud/function-host.ts';
import { type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';

const clock = startClock();
let cloud: LocalCloud;
let check: FunctionHost;
let watchdog: FunctionHost;
const log: string[] = [];

beforeAll(async () => {
  cloud = await startLocalCloud({ clock, functions: ['liquidator', 'watchdog', 'notifier', 'health-check'] });
  const configText = toJson({ ...SAFE_DEFAULTS, bots: [...SAFE_DEFAULTS.bots, CANARY] });
  const env = { [ENV.namespace]: 'flatline-production' };
  const onLog = (line: string): void => void log.push(line);
  cloud.deploy('notifier', { configText, env, onLog });
  cloud.deploy('liquidator', { configText, env, onLog });
  // Each tick ends once it has proved that heartbeats of the canary could have been stored; the next deadline is far away.
  watchdog = cloud.deploy('watchdog', { configText, env, timeoutMs: 60_000, onLog });
  check = cloud.deploy('health-check', { configText, env, onLog });
}, 60_000);
afterAll(() => cloud?.close());

const metric = (name: string): number =>
  log.filter(line => line.includes('"_aws"') && line.includes(`"${name}":`)).length;

const inbox = (): readonly string[] => cloud.topic.mails.map(({ subject }) => subject);

const age = (ms: number): Promise<void> =>
  ageRows({ client: cloud.tables.client, tableName: TABLE_NAMES.bots }, { ms, ticksWentOn: true });

test('a canary that is found dead in time gives one daily mail that reports it', async () => {
  await check.invoke({ action: 'canary' });
  await watchdog.invoke(TICK);
  await age(CANARY.lateAfterMs);
  await watchdog.invoke(TICK);
  await age(CANARY.deadAfterMs - CANARY.lateAfterMs);
  await watchdog.invoke(TICK);
  await cloud.idle();
  expect(inbox()).toEqual([]);

  const result = await check.invoke({ action: 'daily' });
  await cloud.idle();
  expect(result).toMatchObject({ kind: 'answered', payload: { action: 'daily', problems: [] } });
  expect(inbox()).toEqual(['DAILY REPORT, ACTION NEEDED - production - 0 of 1 bot watched']);
  const [{ text } = { text: '' }] = cloud.topic.mails;
  expect(text).toContain('NO PREFLIGHT HAS PASSED FOR A DAY: default.');
  expect(text).toContain('Not watched: default.');
  expect(text).toMatch(/Canary: died, and was noticed \d+\.\d s after its deadline\./);
  expect([metric('CanaryPassed'), metric('CanaryFailed'), metric('DailyMessages')]).toEqual([1, 0, 1]);
  expect([metric('ConfirmedSubscriptions'), metric('PreflightAgeHours')]).toEqual([1, 1]);
}, 60_000);

test('a canary that is not found dead is notified and raises an alarm', async () => {
  const before = inbox().length;
  await check.invoke({ action: 'canary' });
  await check.invoke({ action: 'daily' });
  await cloud.idle();
  expect(inbox().slice(before).toSorted()).toEqual([
    'CANARY FAILED, BOTS MAY BE UNPROTECTED - production - a dead bot may not be liquidated',
    'DAILY REPORT, ACTION NEEDED - production - 0 of 1 bot watched',
  ]);
  expect(metric('CanaryFailed')).toBe(1);
}, 60_000);

test('an event that is not for the health check does nothing', async () => {
  expect(await check.invoke({ action: 'everything' })).toMatchObject({
    payload: { action: 'none', problems: [expect.stringContaining('"canary" | "daily" | "hourly"')] },
  });
});
