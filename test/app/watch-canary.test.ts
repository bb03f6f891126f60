/** The canary beats once, whenever; the ticks come each minute. In virtual time: every second between two ticks. */

import { expect, test } from 'vitest';
import { CANARY_BOT_ID } from '../../lambda/aliases.ts';
import { CANARY, canaryBeat, judgeCanary } from '../../lambda/core/heartbeat/canary.ts';
import { START_MS, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const ANSWERS_AFTER_MS = 1_000;

/** What the day's check says of a canary that beats `beatAtMs` after a tick, where these ticks (by minute) come after it. */
async function verdictOf(beatAtMs: number, minutes: readonly number[]) {
  const rig = watchRig();
  await Promise.all([
    rig.until(beatAtMs).then(() => rig.bots.change(canaryBeat(rig.clock.nowMs()), 1_000)),
    rig.ticks(
      [0, ...minutes].map(minute => minute * MINUTE),
      { bots: [CANARY] },
    ),
  ]);
  const [call] = rig.invoked;
  const row = await rig.bots.read(CANARY_BOT_ID, 1_000);
  if (call === undefined) return judgeCanary(row, undefined);
  return judgeCanary(row, {
    ...{ botId: CANARY_BOT_ID, correlationId: String(call.correlationId), headline: 'READY', failedChecks: [] },
    finishedAtMs: START_MS + call.atMs + ANSWERS_AFTER_MS,
  });
}

test.each([
  ['every tick comes', [1, 2, 3, 4]],
  ['the first tick after its beat is lost', [2, 3, 4]],
  ['the second tick after its beat is lost', [1, 3, 4]],
  ['the last tick before its deadline is lost', [1, 2, 4]],
])(
  'a canary is found late and dead in time, whenever it sends its heartbeat between two watchdog runs: %s',
  async (_what, minutes) => {
    const failed: Record<number, unknown> = {};
    for (let beatAtMs = 100; beatAtMs < MINUTE; beatAtMs += 1_000) {
      const verdict = await verdictOf(beatAtMs, minutes);
      if (verdict.kind === 'failed') failed[beatAtMs] = verdict.problems;
    }
    expect(failed).toEqual({});
  },
);

test('a canary that no watchdog run finds is reported', async () => {
  expect(await verdictOf(30_000, [])).toEqual({
    kind: 'failed',
    problems: ['the watchdog did not find it late', 'the watchdog did not find it dead'],
  });
});
