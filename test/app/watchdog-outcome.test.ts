/**
 * X1, the watchdog's side: an accepted call is a promise, and only a whole account that ended FLAT after the trip keeps it.
 * End to end with the liquidator's own entrance and the exchange, and as the single checks of a tripped bot.
 */

import { describe, expect, it } from 'vitest';
import { canaryBeat } from '../../lambda/core/heartbeat/canary.ts';
import { incidentId } from '../../lambda/core/invocation/identity.ts';
import { watchedAccount } from '../support/watched-account.ts';
import { every, START_MS, TIMES, type WatchRig, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const rings = (problems: readonly string[]): readonly string[] =>
  problems.filter(one => one.startsWith('TRIP_NOT_FLAT'));

describe('a trip whose correlation ID was used before', () => {
  /** Silent since a while: the next ticks trip it, under an ID that everybody can work out. */
  async function silentAccount() {
    const account = watchedAccount();
    account.account.open('BTCUSDT', '0.5');
    const beatAtMs = Math.floor(account.clock.nowMs());
    account.bots.edit('default', {
      ...{ watch_state: 'armed', run_id: 'run-of-default', beats: 1, last_beat_at_ms: beatAtMs, watch_shard: 1 },
      ...{ next_check_at_ms: 0, heartbeat_ms: TIMES.heartbeatMs, late_after_ms: 30_000, dead_after_ms: 120_000 },
    });
    return { account, id: incidentId('default', beatAtMs + 120_000) };
  }
  const minutesOf = async (account: ReturnType<typeof watchedAccount>, minutes: number) => {
    const problems: string[] = [];
    for (let minute = 0; minute < minutes; minute += 1) {
      problems.push(...(await account.tick({ liquidation: { lockoutMs: 0 } })).problems);
      await account.runAccepted({ liquidation: { lockoutMs: 0 } });
      await account.clock.sleep(MINUTE - (account.clock.nowMs() % MINUTE));
    }
    return problems;
  };

  it.each([
    ['for a symbol that there is not', { symbols: ['NOSUCHUSDT'] }],
    ['for one symbol of several', { symbols: ['ETHUSDT'] }],
    ['for the whole account, before the trip', {}],
  ])('%s is flat in the end', async (_what, of) => {
    const { account, id } = await silentAccount();
    await account.run({}, { rawEvent: { trigger: 'SIGTERM', correlation_id: id, ...of } });
    account.account.open('BTCUSDT', '0.5');
    await minutesOf(account, 7);
    expect(account.bots.rows().get('default')).toMatchObject({ watch_state: 'tripped', correlation_id: id });
    expect(account.account.truth().positions).toEqual([]);
  });

  it('and whose liquidator then stores nothing raises the alarm in each minute', async () => {
    const { account, id } = await silentAccount();
    await account.run({}, { rawEvent: { trigger: 'SIGTERM', correlation_id: id, symbols: ['NOSUCHUSDT'] } });
    const problems: string[] = [];
    for (let minute = 0; minute < 7; minute += 1) {
      problems.push(...(await account.tick()).problems);
      await account.clock.sleep(MINUTE - (account.clock.nowMs() % MINUTE));
    }
    expect(rings(problems).length).toBeGreaterThanOrEqual(3);
    expect(rings(problems)[0]).toContain(
      `${id}: its correlation ID was first used for a list of symbols of the bot default`,
    );
  });
});

describe('a tripped bot', () => {
  /** The watchdog of a bot that beat once, for so many minutes; its liquidator stores nothing. */
  async function watched(
    minutes: number,
    liquidation: { lockoutMs?: number; resumeMs?: number; emergencyLiquidation?: boolean } = {},
  ) {
    const rig = watchRig();
    const id = incidentId('alpha', START_MS + 120_000);
    rig.records.set(id, undefined);
    const [, reports] = await Promise.all([
      rig.beats('alpha', [0]),
      rig.ticks(every(MINUTE, 1_000, minutes * MINUTE), { liquidation }),
    ]);
    return { rig, id, reports, problems: reports.flatMap(({ problems }) => problems) };
  }
  const isInIndex = (rig: WatchRig): boolean => rig.bots.rows().get('alpha')?.next_check_at_ms !== undefined;
  const triggers = (rig: WatchRig) => rig.invoked.map(({ trigger }) => trigger);

  it('without a lock-out leaves the index a minute later, once it is known to be flat', async () => {
    const rig = watchRig();
    await Promise.all([
      rig.beats('alpha', [0]),
      rig.ticks(every(MINUTE, 1_000, 5 * MINUTE), { liquidation: { lockoutMs: 0 } }),
    ]);
    expect([triggers(rig), isInIndex(rig)]).toEqual([['watchdog'], false]);
  });

  it('without a lock-out, and of which nothing is known, raises the alarm and is read once more, which settles it', async () => {
    const { rig, problems } = await watched(8, { lockoutMs: 0 });
    expect(rings(problems)).toHaveLength(1);
    expect([triggers(rig), isInIndex(rig)]).toEqual([['watchdog', 'sentinel'], false]);
  });

  it('of which nothing becomes known is watched for as long as liquidations are resumed, and then left to the operator', async () => {
    const rig = watchRig();
    const read = { read: async () => undefined };
    Object.assign(rig.world, { records: read });
    const [, reports] = await Promise.all([
      rig.beats('alpha', [0]),
      rig.ticks(every(MINUTE, 1_000, 15 * MINUTE), { liquidation: { lockoutMs: 0, resumeMs: 5 * MINUTE } }),
    ]);
    expect(rings(reports.flatMap(({ problems }) => problems)).length).toBeGreaterThanOrEqual(4);
    expect(isInIndex(rig)).toBe(false);
  });

  it('in its lock-out raises the alarm until a lock-out check has found it flat', async () => {
    const { problems, rig } = await watched(8);
    expect(rings(problems)).toHaveLength(1);
    expect(triggers(rig).filter(one => one === 'sentinel').length).toBeGreaterThan(2);
  });

  it('raises no alarm while liquidation is switched off, which is reported already', async () => {
    const { problems } = await watched(8, { emergencyLiquidation: false });
    expect(problems).toEqual([]);
  });

  it('whose record cannot be read raises no alarm, is logged, and stays in the index', async () => {
    const rig = watchRig();
    const read = { read: async () => Promise.reject(new Error('no answer')) };
    Object.assign(rig.world, { records: read });
    const [, reports] = await Promise.all([
      rig.beats('alpha', [0]),
      rig.ticks(every(MINUTE, 1_000, 5 * MINUTE), { liquidation: { lockoutMs: 0 } }),
    ]);
    expect(rings(reports.flatMap(({ problems }) => problems))).toEqual([]);
    expect(rig.logs.map(({ message }) => message)).toContain(
      'The result of the liquidation of a trip could not be read',
    );
    expect(isInIndex(rig)).toBe(true);
  });

  it('that is the canary raises no alarm: its liquidation is a dry run', async () => {
    const rig = watchRig();
    await rig.bots.change(canaryBeat(START_MS), 1_000);
    Object.assign(rig.world, { records: { read: async () => undefined } });
    const bots = [
      {
        botId: 'canary',
        secretName: 'x',
        heartbeatMs: 5_000,
        lateAfterMs: 15_000,
        deadAfterMs: 30_000,
        exclusive: false,
      },
    ];
    const reports = await rig.ticks(every(MINUTE, 1_000, 4 * MINUTE), { bots });
    expect(triggers(rig)).toContain('watchdog');
    expect(rings(reports.flatMap(({ problems }) => problems))).toEqual([]);
  });
});
