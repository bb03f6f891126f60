/**
 * What every store of bots must do, run on the one in memory and on the one in DynamoDB: each transition of a watch,
 * and who wins when two want the same. The instants are the callers' own, so nothing here waits.
 */

import { describe, expect, it } from 'vitest';
import { arm, disarm, snooze } from '../../lambda/app/operator/operator-commands.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { observeBeat } from '../../lambda/core/heartbeat/assess-bot.ts';
import { type BotRow, readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { shardOf } from '../../lambda/core/heartbeat/row-values.ts';
import {
  backInIndexChange,
  changeNotifiedChange,
  invokedChange,
  lateNotifiedChange,
  lockOutCheckChange,
  scheduleChange,
  tripChange,
} from '../../lambda/core/heartbeat/watch-changes.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { BotStore } from '../../lambda/ports.ts';
import { beat, fail, rearm, runOf } from '../support/bot-actions.ts';

export interface BotStoreHarness {
  readonly bots: BotStore;
  /** Somebody's hand in the console: the whole row, without its key. */
  edit(botId: string, fields: BotFields): Promise<void>;
  goSilent(): void;
  recover(): void;
}

const T0 = Date.UTC(2026, 10, 21, 12, 0, 0);
/** Only ends a test that hangs: a busy machine is no failure. */
const IN_TIME = 60_000;
const SOON = 40;
const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };

let bots = 0;
const nextBot = (): string => {
  bots += 1;
  return `bot-${bots}`;
};

const signOf = (botId: string, count = 1, atMs = T0) => ({
  ...{ botId, atMs, count, by: 'bot', times: TIMES },
  arms: count === 1,
});
const orderFor = (botId: string, atMs = T0 + 60_000) => ({ botId, atMs, by: 'ops@example', reason: 'maintenance' });

export function describeBotStoreContract(name: string, harness: () => BotStoreHarness): void {
  const rowOf = async (botId: string): Promise<BotRow> => {
    const fields = await harness().bots.read(botId, IN_TIME);
    if (fields === undefined) throw new Error(`There is no row of ${botId}.`);
    return readBotRow(botId, fields);
  };
  const armed = async (): Promise<BotRow> => {
    const botId = nextBot();
    await beat(harness().bots, signOf(botId), IN_TIME);
    return rowOf(botId);
  };
  const trip = (row: BotRow, tickId = 'tick-1') =>
    tripChange(row, {
      ...{ tickId, correlationId: 'liq_20261121_120200_abcdef', deadlineMs: T0 + 120_000 },
      ...{ nowMs: T0 + 120_004, lockoutMs: 3_600_000 },
    });
  const tripped = async (): Promise<BotRow> => {
    const row = await armed();
    await harness().bots.change(trip(row), IN_TIME);
    return rowOf(row.botId);
  };
  const isDue = async (botId: string, untilMs = T0): Promise<boolean> => {
    const due = await harness().bots.due(shardOf(botId), untilMs, IN_TIME);
    return due.some(bot => bot.botId === botId);
  };

  describe(`a beat in ${name}`, () => {
    it('arms a bot that was never seen, and has the next watchdog run check it', async () => {
      const botId = nextBot();
      expect(await beat(harness().bots, signOf(botId), IN_TIME)).toEqual({ kind: 'taken' });
      expect((await rowOf(botId)).fields).toEqual({
        watch_state: 'armed',
        run_id: runOf(harness().bots, botId),
        prior_run_id: 'none',
        unproven_starts: 1,
        last_beat_at_ms: T0,
        beats: 1,
        heartbeat_ms: 10_000,
        late_after_ms: 30_000,
        dead_after_ms: 120_000,
        watch_shard: shardOf(botId),
        next_check_at_ms: 0,
        last_change: 'armed',
        changed_at_ms: T0,
        changed_by: 'bot',
      });
      expect(await isDue(botId)).toBe(true);
    });

    it('changes the heartbeat and the proof of work, and no attribute of the index', async () => {
      const row = await armed();
      await harness().bots.change(scheduleChange(row, { nextCheckAtMs: T0 + 30_000 }), IN_TIME);
      const before = (await rowOf(row.botId)).fields;
      await beat(harness().bots, signOf(row.botId, 2, T0 + 10_000.7), IN_TIME);
      const after = (await rowOf(row.botId)).fields;
      const { unproven_starts: _, ...rest } = before;
      expect(after).toEqual({ ...rest, beats: 2, last_beat_at_ms: T0 + 10_000, worked_at_ms: T0 + 10_000 });
    });

    it('keeps attributes that it does not know', async () => {
      const row = await armed();
      await harness().edit(row.botId, { ...row.fields, owner_note: 'do not touch', tags: ['a', { deep: true }] });
      await beat(harness().bots, signOf(row.botId, 2), IN_TIME);
      await snooze(harness().bots, orderFor(row.botId), T0 + 90_000, IN_TIME);
      expect((await rowOf(row.botId)).fields).toMatchObject({
        owner_note: 'do not touch',
        tags: ['a', { deep: true }],
      });
    });

    it('puts a bot back into the index from which it was removed', async () => {
      const row = await armed();
      const { watch_shard: _shard, next_check_at_ms: _next, ...rest } = row.fields;
      await harness().edit(row.botId, rest);
      expect(await isDue(row.botId)).toBe(false);
      await beat(harness().bots, signOf(row.botId, 2), IN_TIME);
      expect(await isDue(row.botId)).toBe(true);
    });

    it.each<[string, BotFields]>([
      ['an unknown state', { watch_state: 'Armde' }],
      ['a number for a state', { watch_state: 7 }],
      ['texts for numbers', { beats: 'many', last_beat_at_ms: 'noon', heartbeat_ms: 'x' }],
    ])('overwrites invalid values in the row: %s', async (_what, edit) => {
      const row = await armed();
      await harness().edit(row.botId, { ...row.fields, ...edit });
      expect(await beat(harness().bots, signOf(row.botId, 2, T0 + 5), IN_TIME)).toEqual({ kind: 'taken' });
      expect((await rowOf(row.botId)).lastBeatAtMs).toBe(T0 + 5);
    });

    it.each([true, false])('of a tripped bot is refused with the reason (first of a run: %s)', async arms => {
      const row = await tripped();
      const refused = await beat(harness().bots, { ...signOf(row.botId, 2, T0 + 130_000), arms }, IN_TIME);
      expect(refused).toEqual({ kind: 'tripped', correlationId: 'liq_20261121_120200_abcdef' });
      const run = runOf(harness().bots, row.botId);
      expect((await rowOf(row.botId)).fields).toEqual({
        ...{ ...row.fields, refused_beat_at_ms: T0 + 130_000, refused_run_id: run },
        ...(arms && { run_id: run, prior_run_id: row.fields.run_id }),
      });
    });

    it('after its disarm is refused, unless it is the first of a new run', async () => {
      const row = await armed();
      await disarm(harness().bots, orderFor(row.botId), IN_TIME);
      expect(await beat(harness().bots, signOf(row.botId, 2), IN_TIME)).toEqual({ kind: 'disarmed' });
      expect((await rowOf(row.botId)).state).toBe('disarmed');
      expect(await beat(harness().bots, signOf(row.botId, 1, T0 + 99_000), IN_TIME)).toEqual({ kind: 'taken' });
      expect(await rowOf(row.botId)).toMatchObject({ state: 'armed', lastBeatAtMs: T0 + 99_000, nextCheckAtMs: 0 });
    });

    it('of a new run forgets what was seen of the old one', async () => {
      const row = await armed();
      const observation = observeBeat({ ...row, beat: row.beat ?? '' }, undefined, T0 + 3);
      await harness().bots.change(scheduleChange(row, { nextCheckAtMs: T0 + 30_000, observation }), IN_TIME);
      expect((await rowOf(row.botId)).seen).toEqual(observation);
      await disarm(harness().bots, orderFor(row.botId), IN_TIME);
      await beat(harness().bots, signOf(row.botId), IN_TIME);
      expect((await rowOf(row.botId)).seen).toBeUndefined();
    });
  });

  describe(`an operator’s action in ${name}`, () => {
    it('arms a bot by hand, with its full time from now', async () => {
      const botId = nextBot();
      expect(await arm(harness().bots, orderFor(botId), IN_TIME)).toEqual({ kind: 'done' });
      expect(await rowOf(botId)).toMatchObject({
        ...{ state: 'armed', waitingSinceMs: T0 + 60_000, claimedAtMs: T0 + 60_000 },
        ...{ lastBeatAtMs: undefined, problems: [] },
      });
      expect(await isDue(botId)).toBe(true);
    });

    it('disarms, and leaves a note for the next watchdog run', async () => {
      const { botId } = await armed();
      expect(await disarm(harness().bots, orderFor(botId), IN_TIME)).toEqual({ kind: 'done' });
      expect(await rowOf(botId)).toMatchObject({
        state: 'disarmed',
        change: { kind: 'disarmed', atMs: T0 + 60_000, by: 'ops@example', reason: 'maintenance', isRecorded: false },
      });
      expect(await isDue(botId)).toBe(true);
    });

    it('snoozes, and ends a snooze', async () => {
      const { botId } = await armed();
      await snooze(harness().bots, orderFor(botId), T0 + 3_600_000, IN_TIME);
      expect((await rowOf(botId)).snoozedUntilMs).toBe(T0 + 3_600_000);
      await snooze(harness().bots, orderFor(botId), T0 + 60_000, IN_TIME);
      expect((await rowOf(botId)).snoozedUntilMs).toBe(T0 + 60_000);
    });

    it.each([
      ['24 hours', 0, false],
      ['a millisecond more', 1, true],
      ['for ever', Number.POSITIVE_INFINITY, true],
      ['nonsense', Number.NaN, true],
    ])('snoozes for %s', async (_how, moreMs, refused) => {
      const { botId } = await armed();
      const order = orderFor(botId);
      const snoozing = snooze(harness().bots, order, order.atMs + 86_400_000 + moreMs, IN_TIME);
      if (refused) await expect(snoozing).rejects.toThrow('at most 24 hours');
      else expect(await snoozing).toEqual({ kind: 'done' });
    });

    it('stores a reported failure, and has the next watchdog run check it', async () => {
      const row = await armed();
      await harness().bots.change(scheduleChange(row, { nextCheckAtMs: T0 + 30_000 }), IN_TIME);
      await fail(harness().bots, orderFor(row.botId), IN_TIME);
      expect(await rowOf(row.botId)).toMatchObject({
        nextCheckAtMs: 0,
        failure: { atMs: T0 + 60_000, reason: 'maintenance' },
      });
    });

    it('re-arms a tripped bot, with its full time from now and nothing left of the incident', async () => {
      const row = await tripped();
      expect(await rearm(harness().bots, orderFor(row.botId, T0 + 999_000), IN_TIME)).toEqual({ kind: 'done' });
      const again = await rowOf(row.botId);
      expect(again).toMatchObject({
        ...{ state: 'armed', waitingSinceMs: T0 + 999_000, lastBeatAtMs: row.lastBeatAtMs },
        ...{ nextCheckAtMs: 0, problems: [] },
      });
      expect(Object.values(again.trip).every(value => value === undefined)).toBe(true);
      expect(await beat(harness().bots, signOf(row.botId, 9, T0 + 999_500), IN_TIME)).toEqual({ kind: 'taken' });
    });

    const orders = { arm, disarm, rearm, fail } as const;
    it.each<[keyof typeof orders, 'never seen' | 'armed' | 'disarmed' | 'tripped', string]>([
      ['arm', 'armed', 'it is armed'],
      ['arm', 'tripped', 'use flatline rearm'],
      ['disarm', 'never seen', 'never reported'],
      ['disarm', 'disarmed', 'it is disarmed'],
      ['disarm', 'tripped', 'use flatline rearm'],
      ['rearm', 'never seen', 'never reported'],
      ['rearm', 'armed', 'it is armed'],
      ['rearm', 'disarmed', 'it is disarmed'],
      ['fail', 'never seen', 'never reported'],
      ['fail', 'disarmed', 'it is disarmed'],
      ['fail', 'tripped', 'it is tripped'],
    ])('to %s a bot that is %s is refused, and changes nothing', async (order, state, sentence) => {
      const botId =
        state === 'never seen' ? nextBot() : state === 'tripped' ? (await tripped()).botId : (await armed()).botId;
      if (state === 'disarmed') await disarm(harness().bots, orderFor(botId), IN_TIME);
      const before = await harness().bots.read(botId, IN_TIME);
      const result = await orders[order](harness().bots, orderFor(botId, T0 + 1), IN_TIME);
      expect(result).toMatchObject({ kind: 'refused', state: state === 'never seen' ? 'unknown' : state });
      expect(result.kind === 'refused' && result.sentence).toContain(sentence);
      expect(await harness().bots.read(botId, IN_TIME)).toEqual(before);
    });
  });

  describe(`the trip in ${name}`, () => {
    it('keeps everything the incident needs', async () => {
      const row = await tripped();
      expect(row).toMatchObject({
        state: 'tripped',
        nextCheckAtMs: T0 + 135_004,
        trip: {
          atMs: T0 + 120_004,
          by: 'tick-1',
          deadlineMs: T0 + 120_000,
          correlationId: 'liq_20261121_120200_abcdef',
          lockoutUntilMs: T0 + 3_720_004,
          invokedAtMs: undefined,
        },
      });
    });

    it('is won by exactly one of 50 watchdog runs', async () => {
      const row = await armed();
      const ticks = Array.from({ length: 50 }, (_, tick) => harness().bots.change(trip(row, `tick-${tick}`), 20_000));
      const won = (await Promise.all(ticks)).filter(result => result !== undefined);
      expect(won).toHaveLength(1);
      expect((await rowOf(row.botId)).trip.by).toBe(won[0]?.tripped_by);
    });

    it.each<[string, (botId: string) => Promise<unknown>]>([
      ['beaten', botId => beat(harness().bots, signOf(botId, 2, T0 + 5), IN_TIME)],
      ['beaten by a clock that stands still', botId => beat(harness().bots, signOf(botId, 2, T0), IN_TIME)],
      ['been disarmed', botId => disarm(harness().bots, orderFor(botId), IN_TIME)],
      ['been snoozed', botId => snooze(harness().bots, orderFor(botId), T0 + 90_000, IN_TIME)],
      ['reported its failure', botId => fail(harness().bots, orderFor(botId), IN_TIME)],
    ])('is refused when the bot has %s since it was seen', async (_what, happening) => {
      const row = await armed();
      await happening(row.botId);
      expect(await harness().bots.change(trip(row), IN_TIME)).toBeUndefined();
      expect((await rowOf(row.botId)).state).not.toBe('tripped');
    });

    it.each<[string, BotFields]>([
      ['texts', { beats: 'many', last_beat_at_ms: 'noon' }],
      ['nothing', {}],
      ['an unknown state', { watch_state: 'Armde', beats: 1 }],
      ['lists', { beats: [1, 'x'], last_beat_at_ms: { at: 1 } }],
      ['null', { beats: null, last_beat_at_ms: null }],
      ['a fraction', { beats: 0.1, last_beat_at_ms: T0 + 0.123 }],
      ['a number without end', { beats: -1e100, last_beat_at_ms: 1e100 }],
    ])('works on a row with invalid values, unless a heartbeat arrives: %s', async (_what, edit) => {
      const fields = { watch_state: 'armed', watch_shard: 1, next_check_at_ms: 0, ...edit };
      const [silent, alive] = [nextBot(), nextBot()];
      await harness().edit(silent, fields);
      expect(await harness().bots.change(trip(await rowOf(silent)), IN_TIME)).toBeDefined();
      await harness().edit(alive, fields);
      const seen = await rowOf(alive);
      await beat(harness().bots, signOf(alive, 2), IN_TIME);
      expect(await harness().bots.change(trip(seen), IN_TIME)).toBeUndefined();
    });

    it('is followed by the mark of the invocation, for this incident only', async () => {
      const row = await tripped();
      await rearm(harness().bots, orderFor(row.botId), IN_TIME);
      expect(await harness().bots.change(invokedChange(row, T0 + 121_000, T0 + 180_004), IN_TIME)).toBeUndefined();
      const other = await tripped();
      expect(await harness().bots.change(invokedChange(other, T0 + 121_000, T0 + 180_004), IN_TIME)).toBeDefined();
      expect(await rowOf(other.botId)).toMatchObject({
        nextCheckAtMs: T0 + 180_004,
        trip: { invokedAtMs: T0 + 121_000 },
      });
    });

    it('leaves the index when there is nothing more to check', async () => {
      const row = await tripped();
      await harness().bots.change(scheduleChange(row, { nextCheckAtMs: undefined }), IN_TIME);
      expect(await isDue(row.botId, T0 + 999_999_999)).toBe(false);
    });

    it('has one lock-out check a minute', async () => {
      const row = await tripped();
      const claims = Array.from({ length: 20 }, () => harness().bots.change(lockOutCheckChange(row, 1, T0), 20_000));
      expect((await Promise.all(claims)).filter(claim => claim !== undefined)).toHaveLength(1);
      expect(await harness().bots.change(lockOutCheckChange(row, 3, T0), IN_TIME)).toBeDefined();
      expect(await harness().bots.change(lockOutCheckChange(row, 2, T0), IN_TIME)).toBeUndefined();
    });
  });

  describe(`a read in ${name}`, () => {
    it('notes lateness once per silence', async () => {
      const row = await armed();
      const late = (seen: BotRow) =>
        harness().bots.change(
          lateNotifiedChange(seen, observeBeat({ ...seen, beat: seen.beat ?? '' }, undefined, T0), T0),
          20_000,
        );
      const noted = await Promise.all(Array.from({ length: 20 }, () => late(row)));
      expect(noted.filter(result => result !== undefined)).toHaveLength(1);
      expect(await late(await rowOf(row.botId))).toBeUndefined();
      await beat(harness().bots, signOf(row.botId, 2), IN_TIME);
      expect(await late(await rowOf(row.botId))).toBeDefined();
    });

    it('puts off the next one although the bot has beaten meanwhile', async () => {
      const row = await armed();
      await beat(harness().bots, signOf(row.botId, 2), IN_TIME);
      await harness().bots.change(scheduleChange(row, { nextCheckAtMs: T0 + 30_000 }), IN_TIME);
      expect(await isDue(row.botId, T0 + 29_999)).toBe(false);
      expect(await isDue(row.botId, T0 + 30_000)).toBe(true);
    });

    it.each<[string, (botId: string) => Promise<unknown>]>([
      ['reported its failure', botId => fail(harness().bots, orderFor(botId), IN_TIME)],
      ['been snoozed', botId => snooze(harness().bots, orderFor(botId), T0 + 90_000, IN_TIME)],
      ['been disarmed', botId => disarm(harness().bots, orderFor(botId), IN_TIME)],
    ])('never puts off a bot that has %s meanwhile', async (_what, happening) => {
      const row = await armed();
      await happening(row.botId);
      expect(await harness().bots.change(scheduleChange(row, { nextCheckAtMs: T0 + 30_000 }), IN_TIME)).toBeUndefined();
      expect(await isDue(row.botId)).toBe(true);
    });

    it('marks a change as recorded once', async () => {
      const row = await armed();
      expect(await harness().bots.change(changeNotifiedChange(row), IN_TIME)).toBeDefined();
      expect(await harness().bots.change(changeNotifiedChange(row), IN_TIME)).toBeUndefined();
      expect((await rowOf(row.botId)).change?.isRecorded).toBe(true);
    });

    it('puts back a bot that is lost', async () => {
      const row = await armed();
      await harness().edit(row.botId, { ...row.fields, watch_shard: 99 });
      await harness().bots.change(backInIndexChange(await rowOf(row.botId)), IN_TIME);
      expect(await isDue(row.botId)).toBe(true);
    });
  });

  describe(`the lists in ${name}`, () => {
    it('hold no row that is not a bot’s', async () => {
      const { botId } = await armed();
      await harness().edit(WATCHDOG_ROW, { ticked_at_ms: T0 });
      await harness().edit('Not A Bot', {});
      const listed = [...(await harness().bots.list(IN_TIME)).keys()];
      expect(listed).toContain(botId);
      expect(listed.filter(id => !/^bot-\d+$/.test(id))).toEqual([]);
    });

    it('give the due ones earliest first', async () => {
      const ids = ['zz-1', 'zz-1x', 'zz-1xx'];
      for (const [index, botId] of ids.entries()) {
        await harness().edit(botId, { watch_shard: 9, next_check_at_ms: T0 + 9_000_000_000 - index });
      }
      const due = await harness().bots.due(9, T0 + 9_000_000_000, IN_TIME);
      expect(due.slice(-3).map(({ botId }) => botId)).toEqual(ids.toReversed());
    });

    it('have nothing to say of a bot that is not there', async () => {
      expect(await harness().bots.read('nobody', IN_TIME)).toBeUndefined();
    });
  });

  describe(`a table in ${name} that does not answer`, () => {
    const operations: readonly [string, (store: BotStore, timeoutMs: number) => Promise<unknown>][] = [
      ['read', (store, timeoutMs) => store.read('alpha', timeoutMs)],
      ['change', (store, timeoutMs) => beat(store, signOf('alpha'), timeoutMs)],
      ['due', (store, timeoutMs) => store.due(1, T0, timeoutMs)],
      ['list', (store, timeoutMs) => store.list(timeoutMs)],
    ];
    it.each(operations)('ends %s with a StoreError that says "unknown"', async (_operation, call) => {
      harness().goSilent();
      const failure = await call(harness().bots, SOON).catch(error => error);
      harness().recover();
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ certainty: 'unknown' });
    });
    it.each(operations)('does not even send %s when no time is left', async (_operation, call) => {
      await expect(call(harness().bots, 0)).rejects.toMatchObject({ name: 'StoreError', certainty: 'unreached' });
    });
  });
}
