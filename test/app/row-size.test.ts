/**
 * A beat is charged by the size of the bot's row: one write unit for each kilobyte begun. So the row of an ordinary bot, with
 * all that clients, operators and the watchdog leave in it, stays below one.
 */

import { expect, it } from 'vitest';
import { acknowledge, disarm, planSnoozes, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { rearm } from '../../lambda/app/operator/rearm.ts';
import { beatRun, reportFailure, startRun } from '../../lambda/app/ping/run-commands.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { every, TIMES, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const WRITE_UNIT_BYTES = 1_024;
const BOT = 'momentum-btc-01';

/** Amazon DynamoDB, "DynamoDB item sizes and formats": names and texts in UTF-8; a number: half its digits, and a byte. */
const bytesOf = (fields: BotFields): number =>
  Object.entries({ ...fields, bot_id: BOT }).reduce((sum, [name, value]) => sum + name.length + sizeOf(value), 0);

const sizeOf = (value: unknown): number =>
  typeof value === 'number'
    ? Math.ceil(String(value).replace(/\D/g, '').length / 2) + 1
    : new TextEncoder().encode(String(value)).length;

it('a bot’s row is below one write unit after a year of operators, trips, deploys and crash loops', async () => {
  const rig = watchRig();
  const reason = 'moving it to the other host, see ticket OPS-1234';
  const action = () => ({ botId: BOT, atMs: rig.clock.nowMs(), by: 'arn:aws:iam::123456789012:user/ada', reason });
  const run = (name: string) => ({
    ...action(),
    by: 'bot',
    runId: name.padEnd(32, '0'),
    count: 98_765_432,
    times: TIMES,
  });
  const config = { bots: [{ botId: BOT, ...TIMES, exclusive: true }] as never };
  let largest = 0;
  const note = () => {
    largest = Math.max(largest, bytesOf(rig.bots.rows().get(BOT) ?? {}));
  };
  await startRun(rig.bots, run('a'), 1_000);
  await planSnoozes(rig.bots, action(), { every: 'Mon,Wed,Fri 22:30 UTC', forMs: MINUTE }, 1_000);
  note();
  await Promise.all([rig.ticks(every(MINUTE, 1_000, 5 * MINUTE), config), rig.until(4 * MINUTE).then(note)]);
  note();
  await rearm({ bots: rig.bots, unfinished: rig.world.unfinished }, action(), { timeoutMs: 1_000 });
  for (const name of ['b', 'c', 'd']) await startRun(rig.bots, run(name), 1_000);
  await beatRun(rig.bots, { ...run('d'), proves: true }, 1_000);
  await snooze(rig.bots, action(), rig.clock.nowMs() + MINUTE, 1_000);
  await acknowledge(rig.bots, action(), 1_000);
  note();
  await Promise.all([rig.ticks([rig.nowMs() + 1_000], config), rig.until(rig.nowMs() + 30_000)]);
  note();
  await reportFailure(rig.bots, { ...run('d'), reason, callId: 'liq_20261121_120000_abcdefabcdef' }, 1_000);
  note();
  await disarm(rig.bots, action(), 1_000);
  note();
  expect(largest).toBeGreaterThan(500);
  expect(largest).toBeLessThan(WRITE_UNIT_BYTES);
});
