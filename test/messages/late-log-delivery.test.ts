/** The deployed notifier where AWS delivers the logs late, so that lines overtake each other, and three times over. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { ENV } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { CANARY } from '../../lambda/core/heartbeat/canary.ts';
import type { FunctionHost } from '../../simulator/cloud/function-host.ts';
import { type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';

let cloud: LocalCloud;
let check: FunctionHost;
/** Of each delivery and each of its repetitions: the first ones wait the longest. */
const delays = [400, 300, 200, 100, 50];

beforeAll(async () => {
  const logDisorder = { lateMs: () => delays.shift() ?? 0, times: () => 3 };
  cloud = await startLocalCloud({ clock: startClock(), functions: ['notifier', 'health-check'], logDisorder });
  const configText = toJson({ ...SAFE_DEFAULTS, bots: [...SAFE_DEFAULTS.bots, CANARY] });
  const env = { [ENV.namespace]: 'flatline-production' };
  cloud.deploy('notifier', { configText, env, mostEnvironments: 1 });
  check = cloud.deploy('health-check', { configText, env });
}, 60_000);
afterAll(() => cloud?.close());

test('the notifier notifies each event once, and loses none, in whatever order lines come', async () => {
  // The canary has not beaten: its failure is one message, the daily report another.
  await check.invoke({ action: 'daily' });
  await cloud.idle();
  expect(cloud.topic.mails.map(({ subject }) => subject.split(' - ')[0]).toSorted()).toEqual([
    expect.stringContaining('CANARY FAILED'),
    expect.stringContaining('DAILY REPORT'),
  ]);
}, 60_000);
