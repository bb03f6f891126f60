/** What the watchdog writes and reports about a bot that it does not trip: its next check, its lateness, its changes. */

import { describe, expect, it } from 'vitest';
import { checkDisarmed } from '../../lambda/app/watchdog/check/check.ts';
import { notifyChange, notifyLate } from '../../lambda/app/watchdog/check/notify.ts';
import { schedule } from '../../lambda/app/watchdog/schedule.ts';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { START_MS, TIMES, watchRig } from './watch-rig.ts';

const DAY = 86_400_000;
const BEAT = `1@${START_MS}`;
const SIGHTING = { beat: BEAT, firstSeenAtMs: START_MS, notBeforeMs: START_MS - 10_000 };
const NEXT_MS = START_MS + 30_000;
const ARMED: BotFields = {
  ...{ watch_state: 'armed', beats: 1, last_beat_at_ms: START_MS, watch_shard: 8, next_check_at_ms: NEXT_MS },
  ...{ seen_beat: BEAT, seen_at_ms: START_MS, seen_after_ms: START_MS - 10_000 },
};

/** The row as it was read; `stored`, as it is by now. */
function opened(read: BotFields, { stored = read, fail = false } = {}) {
  const rig = watchRig({ latencyMs: 0 });
  rig.bots.edit('alpha', stored);
  if (fail) rig.bots.injectFaults(() => 'refuse');
  const emitted: unknown[] = [];
  const telemetry = {
    ...rig.world.telemetry,
    metric: (...of: readonly unknown[]) => emitted.push(of),
    flush: () => emitted.push('flush'),
  };
  const settings = { ...SAFE_DEFAULTS, bots: [defaultBot('alpha')] };
  const round = openTick({ ...rig.world, telemetry }, { settings, isFallback: false }, 110_000);
  const fields = () => rig.bots.rows().get('alpha');
  return { rig, round, row: readBotRow('alpha', read), emitted, fields };
}

const failed = (message: string) => ({
  ...{ level: 'WARN', message },
  fields: { bot_id: 'alpha', why: expect.stringContaining('change of alpha') },
});

describe('the next check', () => {
  it.each<[string, BotFields, boolean]>([
    ['that is noted already', ARMED, false],
    ['at another instant', { ...ARMED, next_check_at_ms: NEXT_MS - 1 }, true],
    ['after another beat', { ...ARMED, seen_beat: 'other' }, true],
    ['after a beat that was seen at another instant', { ...ARMED, seen_at_ms: START_MS + 1 }, true],
    ['after a beat that may have come earlier', { ...ARMED, seen_after_ms: START_MS - 10_001 }, true],
    ['after a beat that nobody saw before', { ...ARMED, seen_beat: 7 }, true],
    ['of a bot whose present silence was reported', { ...ARMED, late_told_for: BEAT }, false],
    ['of a bot that rests for a day', { ...ARMED, snoozed_until_ms: START_MS + DAY }, false],
  ])('%s: written, %s', async (_which, read, isWritten) => {
    const { rig, round, row, fields } = opened(read);
    await schedule(round, row, SIGHTING, NEXT_MS);
    expect(rig.bots.calls).toHaveLength(isWritten ? 1 : 0);
    expect(fields()).toEqual(isWritten ? ARMED : read);
    expect(rig.logs).toEqual([]);
  });

  it('of a bot that is not due for more than a day is brought forward', async () => {
    const { round, row, fields } = opened({ ...ARMED, snoozed_until_ms: START_MS + DAY + 1 });
    await schedule(round, row, SIGHTING, NEXT_MS);
    expect(fields()?.snoozed_until_ms).toBe(START_MS + DAY);
    expect(round.tally.problems.join()).toContain('cut to 24 hours');
  });

  it.each<[string, BotFields, string | null]>([
    ['when it last beat', ARMED, '2024-02-29T12:00:07.000000Z'],
    ['that it beats, when its clock is beyond understanding', { ...ARMED, last_beat_at_ms: 'noon' }, null],
  ])('of a bot that is back logs %s, and ends its lateness', async (_what, read, lastBeat) => {
    const { rig, round, row, fields } = opened({ ...read, late_told_for: 'an earlier beat' });
    await schedule(round, row, SIGHTING, NEXT_MS);
    expect(fields()).toEqual(read);
    expect(rig.logs).toMatchObject([
      {
        level: 'INFO',
        message: 'A bot that was late reports again',
        fields: { bot_id: 'alpha', last_beat: lastBeat },
      },
    ]);
  });

  it('of a bot that is back is reported by the watchdog run that wrote it only', async () => {
    const { rig, round, row } = opened({ ...ARMED, late_told_for: 'an earlier beat' }, { stored: ARMED });
    await schedule(round, row, SIGHTING, NEXT_MS);
    expect(rig.bots.calls).toHaveLength(1);
    expect(rig.logs).toEqual([]);
  });

  it('that cannot be stored is left to the next watchdog run', async () => {
    const { rig, round, row } = opened({ ...ARMED, late_told_for: 'an earlier beat' }, { fail: true });
    await schedule(round, row, SIGHTING, NEXT_MS);
    expect(rig.logs).toMatchObject([failed('The next check of a bot was not stored')]);
  });
});

describe('lateness', () => {
  const deadAtMs = START_MS + 120_000;
  const judged = {
    status: 'late',
    silentSinceMs: START_MS,
    lateAtMs: NEXT_MS,
    deadAtMs,
    provenAtMs: START_MS,
  } as const;
  const toldOf = { ...ARMED, late_told_for: BEAT };
  // A heartbeat and 2 s before the deadline, and two seconds more, the proof begins.
  const done = { ...toldOf, next_check_at_ms: deadAtMs - 14_000 };

  it.each<[string, BotFields, { stored?: BotFields; fail?: boolean }, number, boolean, BotFields]>([
    ['that is news', ARMED, {}, 1, true, done],
    ['that is news, of a bot that is due when it dies', { ...ARMED, next_check_at_ms: deadAtMs }, {}, 1, true, done],
    ['that was reported', done, {}, 0, false, done],
    ['that was reported, of a bot that is due earlier', toldOf, {}, 1, false, done],
    ['that another tick has reported meanwhile', ARMED, { stored: done }, 1, false, done],
    ['that is news and cannot be noted', ARMED, { fail: true }, 1, true, ARMED],
    ['that was reported, and the next check cannot be stored', toldOf, { fail: true }, 1, false, toldOf],
  ])('%s', async (_which, read, given, calls, isReported, then) => {
    const { rig, round, row, emitted, fields } = opened(read, given);
    await notifyLate(round, row, SIGHTING, judged, TIMES);
    await Promise.all(round.tally.background);
    expect(rig.bots.calls).toHaveLength(calls);
    expect(fields()).toEqual(then);
    expect(emitted).toEqual(isReported ? [['BotsLate', 1, 'Count'], 'flush'] : []);
    expect(rig.audited().map(item => [item.event_type, item.operation])).toEqual(
      isReported ? [['bot_late', 'watch']] : [],
    );
    expect(rig.logs).toMatchObject([
      ...(given.fail === true ? [failed('The late state of a bot was not stored in its row')] : []),
      ...(isReported ? [{ level: 'WARN', message: 'bot_late' }] : []),
    ]);
  });
});

describe('a change of the watch', () => {
  const changed: BotFields = { ...ARMED, last_change: 'armed', changed_at_ms: START_MS, changed_by: 'ops' };
  const marked: BotFields = { ...changed, told_change_at_ms: START_MS };
  const at = '2024-02-29T12:00:07.000000Z';
  const data = { by: 'ops', reason: null, at };

  it.each<[string, BotFields, BotFields, number, readonly object[]]>([
    ['that never was', ARMED, ARMED, 0, []],
    ['that was reported', marked, marked, 0, []],
    ['that another tick has reported meanwhile', changed, marked, 1, []],
    ['of a bot that rested before', { ...changed, snoozed_until_ms: START_MS }, changed, 1, [data]],
    [
      'to a rest',
      { ...changed, last_change: 'snoozed', snoozed_until_ms: START_MS },
      changed,
      1,
      [{ ...data, until: at }],
    ],
    ['to a rest that has no end', { ...changed, last_change: 'snoozed' }, changed, 1, [data]],
  ])('%s', async (_which, read, stored, calls, pages) => {
    const { rig, round, row } = opened(read, { stored: stored === changed ? read : stored });
    expect(await notifyChange(round, row)).toBe(true);
    await Promise.all(round.tally.background);
    expect(rig.bots.calls).toHaveLength(calls);
    expect(rig.audited().map(item => item.data)).toEqual(pages);
    for (const item of rig.audited()) {
      expect(item.operation).toBe('watch');
      // It has no liquidation, so there is no record to hold a seal.
      expect(await rig.locks.readRecord(item.correlation_id, 1_000)).toBeUndefined();
    }
  });

  it('that cannot be marked is reported by the next watchdog run, and keeps the bot in the index', async () => {
    const read = { ...changed, watch_state: 'disarmed', last_change: 'disarmed' };
    const { rig, round, row, fields } = opened(read, { fail: true });
    expect(await notifyChange(round, row)).toBe(false);
    expect(rig.audited()).toEqual([]);
    expect(rig.logs).toMatchObject([
      failed('A change of the watch is not in the audit log yet; the next run writes it'),
    ]);
    await checkDisarmed(round, row);
    expect(rig.bots.calls).toHaveLength(2);
    expect(fields()).toEqual(read);
  });
});
