import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBotRow } from '../../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../../lambda/core/heartbeat/row-change.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const SOUND: BotFields = {
  watch_state: 'armed',
  beats: 7,
  last_beat_at_ms: NOW_MS,
  heartbeat_ms: 10_000,
  late_after_ms: 30_000,
  dead_after_ms: 120_000,
  next_check_at_ms: 0,
};

describe('a bot’s row', () => {
  it('is read without complaint when it is sound', () => {
    expect(readBotRow('alpha', SOUND)).toMatchObject({
      state: 'armed',
      beat: `7@${NOW_MS}`,
      lastBeatAtMs: NOW_MS,
      times: { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 },
      nextCheckAtMs: 0,
      problems: [],
    });
  });

  it.each<[string, BotFields, string, object]>([
    ['an unknown state counts as armed', { watch_state: 'Armde' }, 'watch_state', { state: 'armed' }],
    ['a missing state counts as armed', { watch_state: null }, 'watch_state', { state: 'armed' }],
    [
      'a text for an instant is left out',
      { last_beat_at_ms: '2026-11-21' },
      'last_beat_at_ms',
      { lastBeatAtMs: undefined },
    ],
    [
      'seconds for milliseconds are left out',
      { last_beat_at_ms: 1_795_262_400 },
      'last_beat_at_ms',
      { lastBeatAtMs: undefined },
    ],
    ['zero is no time to die', { dead_after_ms: 0 }, 'dead_after_ms = 0', { times: undefined }],
    ['a text is no duration', { late_after_ms: '30000' }, 'late_after_ms = "30000"', { times: undefined }],
    ['half a millisecond is no duration', { dead_after_ms: 120_000.5 }, 'dead_after_ms', { times: undefined }],
    ['late after dead is no order', { late_after_ms: 130_000 }, 'late_after_ms', { times: undefined }],
    ['a year is no silence', { dead_after_ms: 86_400_001 }, 'dead_after_ms', { times: undefined }],
    [
      'a failure without an instant is a failure',
      { failed_at_ms: 'now!' },
      'failed_at_ms',
      { failure: { atMs: undefined, reason: 'no reason given' } },
    ],
    ['tripped without an ID is somebody’s hand', { watch_state: 'tripped' }, 'correlation_id', { state: 'tripped' }],
    ['an ID that is none is not passed on', { watch_state: 'tripped', correlation_id: 'x' }, 'correlation_id', {}],
  ])('%s, and is named with its remedy', (_what, edit, named, expected) => {
    const row = readBotRow('alpha', { ...SOUND, ...edit });
    expect(row).toMatchObject(expected);
    expect(row.problems).toHaveLength(1);
    expect(row.problems[0]).toContain(named);
    expect(row.problems[0]).toMatch(/(use|correct|restart|look at).+\.$/i);
  });

  it('takes a snooze with a digit too many for a long one', () => {
    const row = readBotRow('alpha', { ...SOUND, snoozed_until_ms: 17_952_624_000_000 });
    expect(row.snoozedUntilMs).toBe(Date.UTC(2100, 0, 1));
  });

  it.each<[string, BotFields, string, number | undefined]>([
    ['a beat', {}, `7@${NOW_MS}`, NOW_MS],
    [
      'the arming, while it waits for its first beat',
      { beats: 0, waiting_since_ms: NOW_MS + 5 },
      `waiting@${NOW_MS + 5}`,
      NOW_MS + 5,
    ],
    ['the first beat after an arming', { beats: 8, waiting_since_ms: NOW_MS - 5 }, `8@${NOW_MS}`, NOW_MS],
    ['the first start after a proof of work', { unproven_starts: 1, worked_at_ms: NOW_MS - 9 }, `7@${NOW_MS}`, NOW_MS],
    [
      'the proof of work, once it only restarts',
      { unproven_starts: 2, worked_at_ms: NOW_MS - 9 },
      `restarts@${NOW_MS - 9}`,
      undefined,
    ],
    [
      'nothing but the watchdog’s own observation, if it never worked',
      { unproven_starts: 2 },
      'restarts@null',
      undefined,
    ],
  ])('takes for the last activity %s', (_what, edit, beat, claimedAtMs) => {
    expect(readBotRow('alpha', { ...SOUND, ...edit })).toMatchObject({ beat, claimedAtMs, problems: [] });
  });

  it.each([-1, 0.5, '9', Number.MAX_VALUE, null])('counts %s starts as none', unproven_starts => {
    expect(readBotRow('alpha', { ...SOUND, unproven_starts }).unprovenStarts).toBe(0);
  });

  it('has no heartbeat if it never reported', () => {
    expect(readBotRow('alpha', { watch_state: 'armed' }).beat).toBeUndefined();
  });

  it('names a heartbeat even by invalid values, so that the next one differs', () => {
    const nonsense = readBotRow('alpha', { ...SOUND, beats: 'many', last_beat_at_ms: 'noon' }).beat;
    expect(nonsense).toBe('"many"@"noon"');
  });

  it('shows no value that may be a key', () => {
    const key = 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83';
    expect(readBotRow('alpha', { ...SOUND, watch_state: key }).problems.join()).not.toContain(key);
  });

  it('for every content: is read, and every value that is read is valid', () => {
    const value = fc.oneof(fc.jsonValue(), fc.double(), fc.integer({ min: 0, max: 4e12 })) as fc.Arbitrary<
      BotFields[string]
    >;
    const content = fc.record(
      Object.fromEntries(
        [...Object.keys(SOUND), 'snoozed_until_ms', 'tripped_at_ms', 'seen_at_ms', 'correlation_id'].map(name => [
          name,
          value,
        ]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(content, fields => {
        const row = readBotRow('alpha', fields as BotFields);
        for (const instant of [row.lastBeatAtMs, row.snoozedUntilMs, row.trip.atMs]) {
          expect(instant === undefined || Number.isSafeInteger(instant)).toBe(true);
        }
        if (row.times) expect(row.times.deadAfterMs).toBeGreaterThan(row.times.lateAfterMs);
      }),
    );
  });
});

it('X7: a reason of 300 kB in a row is read as 500 characters, and says that it was cut', () => {
  const row = readBotRow('alpha', {
    ...{ watch_state: 'armed', failed_at_ms: 1_800_000_000_000, failed_reason: 'x'.repeat(300_000) },
    ...{ last_change: 'snoozed', changed_at_ms: 1_800_000_000_000, change_reason: 'y'.repeat(300_000) },
  });
  for (const reason of [row.failure?.reason, row.change?.reason]) {
    expect(reason?.length).toBe(500);
    expect(reason).toMatch(/… \(cut, 300000 characters\)$/);
  }
});
