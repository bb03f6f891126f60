import { describe, expect, it } from 'vitest';
import { assessBot, type BotStatus, missesABeat } from '../../../lambda/core/heartbeat/assess-bot.ts';
import type { Observation } from '../../../lambda/core/heartbeat/read-bot-row.ts';

const BEAT_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
/** Seen two seconds after it came, as in ordinary operation. */
const SEEN: Observation = { beat: '1@1', firstSeenAtMs: BEAT_MS + 2_000, notBeforeMs: BEAT_MS - 8_000 };
const ARMED = { state: 'armed', claimedAtMs: BEAT_MS, snoozedUntilMs: undefined } as const;

const at = (afterBeatMs: number, row: Parameters<typeof assessBot>[0] = ARMED, observation = SEEN) =>
  assessBot(row, observation, TIMES, { nowMs: BEAT_MS + afterBeatMs, storableSinceMs: 0 });

describe('the status of a bot', () => {
  it.each<[number, BotStatus]>([
    [2_000, 'alive'],
    [29_999, 'alive'],
    [30_000, 'late'],
    [30_001, 'late'],
    [119_999, 'late'],
    [119_999.9, 'late'],
    [120_000, 'dead'],
    [120_001, 'dead'],
  ])('%d ms after its last heartbeat is %s', (afterMs, status) => {
    expect(at(afterMs).status).toBe(status);
  });

  it('says when it will be late and when dead', () => {
    expect(at(5_000)).toMatchObject({
      lateAtMs: BEAT_MS + 30_000,
      deadAtMs: BEAT_MS + 120_000,
      silentSinceMs: BEAT_MS,
    });
  });

  it.each(['disarmed', 'tripped'] as const)('of one that is %s does not depend on time', state => {
    expect(at(1, { ...ARMED, state }).status).toBe(state);
    expect(at(999_999, { ...ARMED, state }).status).toBe(state);
  });

  it.each<[string, number, BotStatus]>([
    ['one millisecond before the snooze ends', 599_999, 'snoozed'],
    ['when it ends', 600_000, 'alive'],
    ['before late, counted from its end', 629_999, 'alive'],
    ['late, counted from its end', 630_000, 'late'],
    ['before its full time is over again', 719_999, 'late'],
    ['when its full time is over again', 720_000, 'dead'],
  ])('%s', (_when, afterMs, status) => {
    expect(at(afterMs, { ...ARMED, snoozedUntilMs: BEAT_MS + 600_000 }).status).toBe(status);
  });

  it('is not changed by a snooze that is over before the last heartbeat', () => {
    expect(at(120_000, { ...ARMED, snoozedUntilMs: BEAT_MS - 1 }).status).toBe('dead');
  });

  it('counts a snooze as 24 hours long at most', () => {
    const forever = { ...ARMED, snoozedUntilMs: Date.UTC(2099, 0, 1) };
    // 24 h after now, and 120 s.
    expect(at(0, forever)).toMatchObject({ status: 'snoozed', deadAtMs: BEAT_MS + 86_400_000 + 120_000 });
  });
});

describe('a bot that is first checked when its time is over', () => {
  const seenLate: Observation = { ...SEEN, firstSeenAtMs: BEAT_MS + 125_000 };
  // A heartbeat of 10 s and 2 s of slack.
  it.each<[number, BotStatus]>([
    [125_000, 'late'],
    [136_999, 'late'],
    [137_000, 'dead'],
  ])('is watched for one more heartbeat interval: %d ms after its heartbeat it is %s', (afterMs, status) => {
    expect(at(afterMs, ARMED, seenLate).status).toBe(status);
  });

  it('is watched no longer than from late to dead', () => {
    const tight = { heartbeatMs: 1_000, lateAfterMs: 2_000, deadAfterMs: 3_000 };
    const assessed = assessBot(ARMED, { ...SEEN, firstSeenAtMs: BEAT_MS + 9_000 }, tight, {
      nowMs: BEAT_MS,
      storableSinceMs: 0,
    });
    expect(assessed.deadAtMs).toBe(BEAT_MS + 10_000);
  });
});

describe('a missing heartbeat', () => {
  it.each([
    [12_000, false],
    [12_001, true],
  ])('is noticed %d ms after the last one: %s', (afterMs, missing) => {
    expect(missesABeat(at(afterMs), TIMES, BEAT_MS + afterMs)).toBe(missing);
  });
});

describe('a bot whose heartbeats may be lost', () => {
  const storableSince = (storableSinceMs: number | undefined, afterMs: number, more: object = {}): BotStatus =>
    assessBot(ARMED, SEEN, TIMES, {
      ...{
        nowMs: BEAT_MS + afterMs,
        storableSinceMs: storableSinceMs === undefined ? undefined : BEAT_MS + storableSinceMs,
      },
      ...more,
    }).status;

  // A heartbeat of 10 s and 2 s of slack.
  it.each<[string, number | undefined, number, BotStatus]>([
    ['is alive as long as no beat is missing for long, whatever the table does', undefined, 29_999, 'alive'],
    ['is not late while writes fail', undefined, 30_000, 'unproven'],
    ['is not dead while writes fail, however long it is silent', undefined, 86_400_000, 'unproven'],
    ['is not dead until writes have worked for its heartbeat and 2 s', 200_000, 211_999, 'unproven'],
    ['is dead when they have', 200_000, 212_000, 'dead'],
    ['is not late until writes have worked for its heartbeat and 2 s', 25_000, 36_999, 'unproven'],
    ['is late when they have', 25_000, 37_000, 'late'],
    ['is dead at its deadline if they have by then', 108_000, 120_000, 'dead'],
  ])('%s', (_what, storableSinceMs, afterMs, status) => {
    expect(storableSince(storableSinceMs, afterMs)).toBe(status);
  });

  it('says from when on it is proven', () => {
    const evidence = { nowMs: BEAT_MS + 125_000, storableSinceMs: BEAT_MS + 120_000 };
    expect(assessBot(ARMED, SEEN, TIMES, evidence).provenAtMs).toBe(BEAT_MS + 132_000);
    expect(assessBot(ARMED, SEEN, TIMES, { ...evidence, storableSinceMs: undefined }).provenAtMs).toBeUndefined();
  });

  it.each<[number, BotStatus]>([
    [120_000, 'late'],
    [131_999, 'late'],
    [132_000, 'dead'],
  ])(
    'has one more heartbeat interval where many fell silent together: %d ms after its heartbeat it is %s',
    (afterMs, status) => {
      expect(storableSince(0, afterMs, { oneMoreBeat: true })).toBe(status);
    },
  );
});
