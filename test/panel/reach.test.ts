/** Least privilege, held against the bundled function: what it calls is what its role may, and nothing is granted idly. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLockStore } from '../../lambda/adapters/dynamo/lock-store.ts';
import { startClock } from '../../lambda/adapters/system-clock.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { correlationId } from '../../lambda/core/identity.ts';
import { PERMISSIONS, type Target } from '../../lambda/permissions.ts';
import type { FunctionHost } from '../../simulator/cloud/function-host.ts';
import { FUNCTION_NAMES, type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { CONTEXT, typed } from './panel-rig.ts';

const clock = startClock();
let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ clock, functions: ['control-panel'] });
});
afterAll(() => cloud?.close());

/** Which table or function a target belongs to, as the local cloud names it. */
const PLACES: Readonly<Partial<Record<Target, string>>> = {
  bots: TABLE_NAMES.bots,
  liquidations: TABLE_NAMES.liquidations,
  recentIndex: TABLE_NAMES.liquidations,
  unfinishedIndex: TABLE_NAMES.liquidations,
  liquidator: FUNCTION_NAMES.liquidator,
};
/** The local cloud has neither. */
const UNSEEN: readonly Target[] = ['deadLetters', 'ownLogs'];

test('each call is permitted, and each permission is used', async () => {
  const locks = createLockStore({ client: cloud.tables.client, tableName: TABLE_NAMES.liquidations });
  const nowMs = clock.nowMs();
  const claim = { botId: 'alpha', trigger: 'manual', symbols: undefined, holder: 'h', nowMs } as const;
  await locks.claim({ ...claim, correlationId: correlationId(nowMs, 'abcdef'), leaseUntilMs: nowMs + 1_000 }, 5_000);
  const host: FunctionHost = {
    invoke: async () => ({ kind: 'answered', payload: {}, cold: false, maxRssKb: 1 }),
    kill: () => undefined,
    logs: [],
    close: async () => undefined,
  };
  cloud.lambda.register(FUNCTION_NAMES.liquidator, host, { variables: {}, timeoutMs: 1_000, memoryMb: 512 });
  const configText = toJson({ ...SAFE_DEFAULTS, bots: [defaultBot('alpha')] });
  const panel = cloud.deploy('control-panel', { configText });
  const traces = [cloud.tables.faults.calls, cloud.lambda.faults.calls, cloud.secrets.faults.calls];
  const before = traces.map(({ length }) => length);

  const id = correlationId(nowMs, 'abcdef');
  for (const event of [
    {},
    { press: 'bot', bot_id: 'alpha' },
    { press: 'preflight', bot_id: 'alpha' },
    { press: 'dry_run', bot_id: 'alpha' },
    { press: 'plan', bot_id: 'alpha' },
    { press: 'snooze', bot_id: 'alpha', minutes: 30 },
    { press: 'rearm', bot_id: 'alpha' },
    { press: 'liquidate', bot_id: 'alpha', correlation_id: id },
  ]) {
    const result = await panel.invoke({ ...event, widgetContext: { ...CONTEXT, ...typed('alpha') } });
    expect(result).toMatchObject({ kind: 'answered', payload: expect.stringContaining('<div class="fl">') });
  }

  const made = traces.flatMap((trace, index) => trace.slice(before[index]));
  const called = new Set(made.map(({ operation, target }) => `${operation} ${target}`));
  const granted = PERMISSIONS.controlPanel
    .filter(({ effect, on }) => effect === 'Allow' && !UNSEEN.includes(on))
    .flatMap(({ actions, on }) =>
      actions.map(action => `${action.replace(/^\w+:/, '').replace('InvokeFunction', 'Invoke')} ${PLACES[on]}`),
    );
  expect([...called].sort()).toEqual([...new Set(granted)].sort());
});
