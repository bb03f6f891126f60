/** What must survive the end of a guard: an operator's snooze, and a liquidation that ended flat just after its time. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { snooze } from '../../lambda/app/operator/operator-commands.ts';
import { type GuardRig, startGuardRig, TOY } from './guard-rig.ts';

const clock = startClock();
const BOTS = ['upgraded', 'late-answer'] as const;
const LATE = 'late-liquidator';

let rig: GuardRig<(typeof BOTS)[number]>;
beforeAll(async () => {
  rig = await startGuardRig(BOTS);
});
afterAll(() => rig.close());

test('a bot that is upgraded in a snooze: its guard’s clean stop and the next guard leave the snooze as it is', async () => {
  const first = rig.start('upgraded', ['--on-exit', 'clean-only', '--', process.execPath, TOY]);
  await first.shows(/toy bot: trading/);
  const untilMs = Math.floor(clock.nowMs() + 3_600_000);
  await snooze(rig.store, { botId: 'upgraded', atMs: clock.nowMs(), by: 'operator' }, untilMs, 5_000);
  first.child.kill('SIGTERM');
  await first.ended;
  expect(await rig.rowOf('upgraded')).toMatchObject({ watch_state: 'disarmed', snoozed_until_ms: untilMs });
  const second = rig.start('upgraded', ['--on-exit', 'never', '--', process.execPath, TOY]);
  await second.shows(/toy bot: trading/);
  expect(await rig.rowOf('upgraded')).toMatchObject({ watch_state: 'armed', snoozed_until_ms: untilMs });
});

test('a liquidation that ends flat just after the guard has asked the watchdog: the mark is gone, and nothing is tripped', async () => {
  const { cloud, file } = rig.served;
  let calls = 0;
  cloud.lambda.register(LATE, {
    invoke: async event => {
      calls += 1;
      const isFirst = calls === 1;
      const reply = await fetch(`${file.lambdaUrl}/2015-03-31/functions/flatline-liquidator/invocations`, {
        method: 'POST',
        body: JSON.stringify(event),
      });
      // The first answer comes once the row was marked; the second call is the one for the queue.
      if (isFirst) await expect.poll(async () => (await rig.rowOf('late-answer'))?.failed_at_ms).toBeDefined();
      return { kind: 'answered', payload: await reply.json(), cold: false, maxRssKb: 0 } as const;
    },
  });
  // As on a bot's own machine, by two names.
  const args = ['--bot', 'late-answer', '--no-preflight', '--bots-table', 'bots', '--liquidator', LATE];
  const env = { ...rig.served.deployed, XDG_RUNTIME_DIR: rig.served.folder };
  const one = rig.served.start(['guard', ...args, '--', process.execPath, TOY], { env });
  await one.shows(/toy bot: trading/);
  // The last order is carried out first: the liquidator is asked at once, and its queue takes longer than the answer.
  cloud.lambda.faults.next({ kind: 'slow', delayMs: 4_000 });
  cloud.lambda.faults.next({ kind: 'slow', delayMs: 0 });
  one.child.kill('SIGTERM');
  const { stderr } = await one.ended;
  expect(stderr).toMatch(/guard: FLAT, .*liq_/);
  const row = await rig.rowOf('late-answer');
  expect(row).toMatchObject({ watch_state: 'disarmed', withdrawn_call_id: expect.stringMatching(/^liq_/) });
  expect(row).not.toHaveProperty('failed_at_ms');
  expect(rig.openPositions('late-answer')).toBe(0);
  await rig.served.tick();
  expect(await rig.rowOf('late-answer')).toMatchObject({ watch_state: 'disarmed' });
});
