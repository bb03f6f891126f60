/** Values at the edges of what makes sense, and beyond, in a bot's row and in the watchdog's own. */

import { describe, expect, it } from 'vitest';
import { readBotRow } from '../../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../../lambda/core/heartbeat/row-change.ts';
import { shownHealth } from '../../../lambda/core/heartbeat/watchdog-health.ts';

const AT = Date.UTC(2026, 10, 21, 12, 0, 0);
const FIRST = Date.UTC(2020, 0, 1);
const END = Date.UTC(2100, 0, 1);
const SOUND: BotFields = {
  ...{ watch_state: 'armed', beats: 7, last_beat_at_ms: AT, heartbeat_ms: 10_000, late_after_ms: 30_000 },
  ...{ dead_after_ms: 120_000, next_check_at_ms: 0 },
};
const read = (fields: BotFields) => readBotRow('alpha', { ...SOUND, ...fields });
const without = (...names: readonly string[]): BotFields =>
  Object.fromEntries(Object.entries(SOUND).filter(([name]) => !names.includes(name)));

describe('in a bot’s row', () => {
  it.each<[string, BotFields, object, number]>([
    [
      'the first instant',
      { changed_at_ms: FIRST, last_change: 'armed' },
      { change: { kind: 'armed', atMs: FIRST } },
      0,
    ],
    ['one before it', { last_beat_at_ms: FIRST - 1 }, { lastBeatAtMs: undefined }, 1],
    ['the last instant', { last_beat_at_ms: END - 1 }, { lastBeatAtMs: END - 1 }, 0],
    ['one after it', { last_beat_at_ms: END }, { lastBeatAtMs: undefined }, 1],
    ['a fraction of one', { last_beat_at_ms: AT + 0.9 }, { lastBeatAtMs: AT }, 0],
    ['an instant as a text', { last_beat_at_ms: `${AT}` }, { lastBeatAtMs: undefined }, 1],
    ['a check in the future', { next_check_at_ms: AT }, { nextCheckAtMs: AT }, 0],
    ['a check at once', { next_check_at_ms: 0 }, { nextCheckAtMs: 0 }, 0],
    ['no check', { next_check_at_ms: -1 }, { nextCheckAtMs: undefined }, 1],
    ['a snooze to the end', { snoozed_until_ms: END }, { snoozedUntilMs: END }, 0],
    ['a snooze beyond it', { snoozed_until_ms: END * 10 }, { snoozedUntilMs: END }, 0],
    ['a snooze as a text', { snoozed_until_ms: `${END * 10}` }, { snoozedUntilMs: undefined }, 1],
    ['a minute of the lock-out check', { sentinel_minute: 9 }, { trip: { lockOutCheckMinute: 9 } }, 0],
    ['a text for a minute', { sentinel_minute: '9' }, { trip: { lockOutCheckMinute: undefined } }, 0],
    [
      'a observation',
      { seen_beat: 'b', seen_at_ms: AT },
      { seen: { beat: 'b', firstSeenAtMs: AT, notBeforeMs: 0 } },
      0,
    ],
    ['a observation of nothing', { seen_at_ms: AT }, { seen: undefined }, 0],
    ['a observation at no time', { seen_beat: 'b' }, { seen: undefined }, 0],
    ['a number for the beat that was reported', { late_told_for: 7 }, { lateNotifiedFor: undefined }, 0],
    ['a change of a kind nobody knows', { last_change: 'x', changed_at_ms: AT }, { change: undefined }, 0],
    ['a change at no time', { last_change: 'armed' }, { change: undefined }, 0],
    [
      'a change by nobody',
      { last_change: 'armed', changed_at_ms: AT },
      { change: { by: 'unknown', isRecorded: false } },
      0,
    ],
  ])('%s', (_what, fields, expected, problems) => {
    const row = read(fields);
    expect(row).toMatchObject(expected);
    expect(row.problems).toHaveLength(problems);
  });

  it('a heartbeat is named by the values that it has', () => {
    expect(readBotRow('alpha', without('beats')).beat).toBe(`null@${AT}`);
    expect(readBotRow('alpha', without('last_beat_at_ms')).beat).toBe('7@null');
    expect(readBotRow('alpha', without('beats', 'last_beat_at_ms')).beat).toBeUndefined();
    expect(read({ beats: 'x'.repeat(1_000) }).beat).toHaveLength(200);
  });

  it.each(['heartbeat_ms', 'late_after_ms', 'dead_after_ms'])(
    'times without %s count as missing, and the finding says so',
    name => {
      const { times, problems } = readBotRow('alpha', without(name));
      expect([times, problems.length]).toEqual([undefined, 1]);
    },
  );

  it.each(['heartbeat_ms', 'late_after_ms', 'dead_after_ms'])(
    '%s alone is no set of times, and the finding says so',
    name => {
      const others = ['heartbeat_ms', 'late_after_ms', 'dead_after_ms'].filter(other => other !== name);
      const { times, problems } = readBotRow('alpha', without(...others));
      expect([times, problems.length]).toEqual([undefined, 1]);
    },
  );

  it('no times at all are no finding', () => {
    const { times, problems } = readBotRow('alpha', without('heartbeat_ms', 'late_after_ms', 'dead_after_ms'));
    expect([times, problems]).toEqual([undefined, []]);
  });

  it('an unknown state is answered with those that are known', () => {
    expect(read({ watch_state: 'x' }).problems[0]).toContain(
      'must be one of armed, disarmed, tripped and counts as armed',
    );
  });
});

describe('in the watchdog’s own row', () => {
  const sound = { healthy_since_ms: AT - 3_600_000, healthy_at_ms: AT - 60_000 };

  it.each<[string, BotFields]>([
    ['no row', {}],
    ['texts', { ...sound, healthy_since_ms: 'now' }],
    ['a last write of more than two and a half minutes ago', { ...sound, healthy_at_ms: AT - 150_001 }],
    ['a last write more than a minute ahead', { ...sound, healthy_at_ms: AT + 60_001 }],
    ['a span that begins after its end', { ...sound, healthy_since_ms: AT - 59_999 }],
  ])('%s counts as unproven', (_what, fields) => {
    expect(shownHealth(fields, AT)).toBeUndefined();
  });

  it.each([
    ['two and a half minutes ago', -150_000],
    ['a minute ahead, which may be another host’s clock', 60_000],
  ])('a last write of %s counts', (_when, offsetMs) => {
    expect(shownHealth({ ...sound, healthy_at_ms: AT + offsetMs }, AT)).toEqual({
      sinceMs: AT - 3_600_000,
      lastMs: AT + offsetMs,
    });
  });
});
