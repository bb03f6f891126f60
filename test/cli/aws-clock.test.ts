/** An operator's machine with a wrong clock: what he says counts by AWS's time. Against the local cloud, as if it were AWS. */

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect } from '../../bin/connect/connection.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import { snooze } from '../../lambda/app/operator/operator-commands.ts';
import { rearm } from '../../lambda/app/operator/rearm.ts';
import { startRun } from '../../lambda/app/ping/run-commands.ts';
import { type ServedForTests, serveForTests } from './served-cloud.ts';

const SECOND = 1_000;
const HALF_AN_HOUR = 1_800_000;
/** The Date header has whole seconds, and the request takes its time. */
const WITHIN_MS = 10 * SECOND;
const real = startClock();

let served: ServedForTests;
beforeAll(async () => {
  served = await serveForTests({ bots: ['alpha'] });
});
afterAll(() => served.close());
afterEach(() => vi.unstubAllEnvs());

const connectedBy = (wrongMs: number) => {
  for (const [name, value] of Object.entries(served.deployed)) vi.stubEnv(name, value);
  const clock = { nowMs: () => real.nowMs() + wrongMs, sleep: real.sleep };
  return connect({ env: 'production' }, { clock, random: systemRandom, env: {} });
};

describe.each([
  ['right', 0],
  ['behind by two hours', -7_200 * SECOND],
  ['behind by 140 s', -140 * SECOND],
  ['ahead by three days', 3 * 86_400 * SECOND],
])('a clock that is %s', (_how, wrongMs) => {
  test('gives the time of AWS, and a snooze lasts for the given time', async () => {
    const connection = await connectedBy(wrongMs);
    try {
      const times = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
      const run = { botId: 'alpha', runId: systemRandom.hex(16), atMs: real.nowMs(), count: 1, by: 'bot', times };
      await startRun(connection.bots, run, 5_000);
      const action = { botId: 'alpha', atMs: connection.clock.nowMs(), by: 'ops' };
      expect(Math.abs(action.atMs - real.nowMs())).toBeLessThan(WITHIN_MS);
      expect(await snooze(connection.bots, action, action.atMs + HALF_AN_HOUR, 5_000)).toEqual({ kind: 'done' });
      const until = Number((await connection.bots.read('alpha', 5_000))?.snoozed_until_ms);
      expect(Math.abs(until - real.nowMs() - HALF_AN_HOUR)).toBeLessThan(WITHIN_MS);
    } finally {
      connection.close();
    }
  });

  test('a re-armed bot waits from now on', async () => {
    const connection = await connectedBy(wrongMs);
    try {
      const trip = {
        watch_state: 'tripped',
        tripped_at_ms: Math.floor(real.nowMs()),
        correlation_id: 'liq_20261121_120000_abcdef',
      };
      await connection.bots.change({ botId: 'alpha', doing: 'trip', requires: [], set: trip }, 5_000);
      const action = { botId: 'alpha', atMs: connection.clock.nowMs(), by: 'ops' };
      expect(await rearm(connection, action, { timeoutMs: 5_000 })).toMatchObject({ kind: 'done' });
      const since = Number((await connection.bots.read('alpha', 5_000))?.waiting_since_ms);
      expect(Math.abs(since - real.nowMs())).toBeLessThan(WITHIN_MS);
    } finally {
      connection.close();
    }
  });
});
