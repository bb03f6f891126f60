/**
 * X3: what somebody can do who holds a bot's permissions. He may write every attribute that the bot's client writes, to any
 * value; he cannot end a trip, leave the lock-out, or have the watchdog call for anything but the account of that bot.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arm, disarm, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { rearm } from '../../lambda/app/operator/rearm.ts';
import { readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import { tripValidity } from '../../lambda/core/heartbeat/trip-checks.ts';
import { CLIENT_ATTRIBUTES } from '../../lib/bot-access.ts';
import { every, START_MS, type WatchRig, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const OWN = CLIENT_ATTRIBUTES.filter(name => name !== 'bot_id');

/** A bot that was liquidated three minutes after its only beat. */
async function tripped(): Promise<WatchRig> {
  const rig = watchRig();
  await Promise.all([rig.beats('alpha', [0]), rig.ticks(every(MINUTE, 1_000, 3 * MINUTE))]);
  expect(rowOf(rig).state).toBe('tripped');
  return rig;
}
const rowOf = (rig: WatchRig) => readBotRow('alpha', rig.bots.rows().get('alpha') ?? {});
const edit = (rig: WatchRig, changes: Readonly<Record<string, unknown>>): void => {
  const fields = { ...rig.bots.rows().get('alpha'), ...changes };
  rig.bots.edit(
    'alpha',
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never,
  );
};
const checkedAt = (rig: WatchRig): number => rig.invoked.filter(({ trigger }) => trigger === 'sentinel').length;
const operator = (rig: WatchRig) => ({ botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ada', reason: 'looked' });

describe('with the permissions of a bot', () => {
  it.each([
    ['armed', { watch_state: 'armed' }],
    ['disarmed', { watch_state: 'disarmed', last_change: 'disarmed', changed_by: 'ada' }],
    ['nonsense', { watch_state: 'fine' }],
    ['nothing', { watch_state: undefined }],
    [
      'armed, with a new run and beats',
      { watch_state: 'armed', run_id: 'run-of-thief', beats: 9, worked_at_ms: START_MS + 200_000 },
    ],
    ['snoozed for a day', { watch_state: 'armed', snoozed_until_ms: START_MS + 86_000_000 }],
  ])(
    'a tripped bot that writes "%s" stays tripped, is still checked, and its state is put back',
    async (_what, changes) => {
      const rig = await tripped();
      const { correlationId } = rowOf(rig).trip;
      edit(rig, changes);
      expect(tripValidity({ trip: correlationId, isResumed: false }, rowOf(rig), undefined)).toEqual({ kind: 'valid' });
      const before = checkedAt(rig);
      const report = await rig.tick();
      expect(checkedAt(rig)).toBeGreaterThan(before);
      expect(report.problems.join()).toContain('nobody has re-armed it');
      expect(rig.bots.rows().get('alpha')).toMatchObject({ watch_state: 'tripped', correlation_id: correlationId });
      // Once it is put back there is nothing more to say.
      expect((await rig.tick({ remainingMs: 5_000 })).problems).toEqual([]);
    },
  );

  it('whatever the bot writes into its own row, the trip and the lock-out stay', async () => {
    const rig = await tripped();
    const fields = rig.bots.rows().get('alpha') ?? {};
    const { trip } = readBotRow('alpha', fields);
    const value = fc.oneof(
      fc.constantFrom<unknown>('armed', 'disarmed', 'tripped', '', 0, 1, -1, null, undefined, {}, []),
      fc.integer(),
      fc.integer({ min: START_MS, max: START_MS + 1e9 }),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...OWN), value), written => {
        const after = Object.fromEntries(
          Object.entries({ ...fields, ...written }).filter(([, one]) => one !== undefined),
        );
        const row = readBotRow('alpha', after as never);
        expect([row.state, row.trip]).toEqual(['tripped', trip]);
      }),
      { numRuns: 500 },
    );
  });

  it('one that removes itself from the index is put back by the repair, and checked again', async () => {
    const rig = await tripped();
    edit(rig, { watch_state: 'armed', watch_shard: undefined, next_check_at_ms: undefined });
    const fromMs = rig.nowMs();
    const reports = await rig.ticks([1, 2, 3].map(minute => fromMs + minute * MINUTE));
    expect(reports.flatMap(({ problems }) => problems).join()).toContain('was not in the index');
    expect(rig.bots.rows().get('alpha')).toMatchObject({ watch_state: 'tripped' });
    expect(checkedAt(rig)).toBeGreaterThan(1);
  });

  it('one that changes its state at each write of the watchdog does not prevent the check', async () => {
    const rig = await tripped();
    rig.bots.injectFaults(({ operation, target }) => {
      if (operation === 'change' && target === 'alpha')
        edit(rig, { watch_state: rig.nowMs() % 2 === 0 ? 'armed' : 'disarmed' });
      return undefined;
    });
    const before = checkedAt(rig);
    await rig.tick();
    expect(checkedAt(rig)).toBeGreaterThan(before);
  });
});

describe('an operator, of a tripped bot whose state was changed', () => {
  it.each([
    ['arm', (rig: WatchRig) => arm(rig.bots, operator(rig), 1_000)],
    ['disarm', (rig: WatchRig) => disarm(rig.bots, operator(rig), 1_000)],
    ['snooze', (rig: WatchRig) => snooze(rig.bots, operator(rig), rig.clock.nowMs() + MINUTE, 1_000)],
  ])('names re-arm as the remedy for an operator who would %s it', async (_what, command) => {
    const rig = await tripped();
    edit(rig, { watch_state: _what === 'arm' ? 'disarmed' : 'armed' });
    expect(await command(rig)).toMatchObject({ kind: 'refused', state: 'tripped' });
    expect(rowOf(rig).state).toBe('tripped');
  });

  it.each(['armed', 'disarmed'])('re-arms it, from "%s"', async watch_state => {
    const rig = await tripped();
    edit(rig, { watch_state });
    expect(await rearm(rig.world, operator(rig), { timeoutMs: 1_000 })).toMatchObject({ kind: 'done' });
    expect(rowOf(rig)).toMatchObject({ state: 'armed', problems: [] });
    expect(rowOf(rig).trip.atMs).toBeUndefined();
  });
});
