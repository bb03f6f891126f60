import { describe, expect, it } from 'vitest';
import { botStanding, type Condition } from '../../../lambda/core/heartbeat/bot-standing.ts';
import type { BotFields } from '../../../lambda/core/heartbeat/row-change.ts';

const BEAT_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
const ARMED: BotFields = {
  watch_state: 'armed',
  last_beat_at_ms: BEAT_MS,
  beats: 7,
  heartbeat_ms: 10_000,
  late_after_ms: 30_000,
  dead_after_ms: 120_000,
  last_change: 'armed',
  changed_at_ms: BEAT_MS - 60_000,
  changed_by: 'ada',
  change_reason: 'first day',
};

const at = (afterMs: number, fields: BotFields | undefined = ARMED, times: typeof TIMES | undefined = TIMES) =>
  botStanding('alpha', fields, BEAT_MS + afterMs, times);

describe('the condition', () => {
  it.each<[number, Condition]>([
    [0, 'alive'],
    [29_999, 'alive'],
    [30_000, 'late'],
    [119_999, 'late'],
    [120_000, 'dead'],
  ])('%d ms after the last beat is %s', (afterMs, condition) => {
    expect(at(afterMs)).toMatchObject({
      condition,
      lastBeatAtMs: BEAT_MS,
      silentMs: afterMs,
      lateAtMs: BEAT_MS + 30_000,
      deadAtMs: BEAT_MS + 120_000,
    });
  });

  it('is "never" without a row, and of a row without a beat', () => {
    expect(botStanding('alpha', undefined, BEAT_MS, TIMES)).toMatchObject({
      condition: 'never',
      lastBeatAtMs: undefined,
      deadAtMs: undefined,
      problems: [],
    });
    expect(at(0, { watch_state: 'armed' }).condition).toBe('never');
  });

  it('of one that said goodbye is "disarmed", however long ago', () => {
    expect(at(999_999_999, { ...ARMED, watch_state: 'disarmed' })).toMatchObject({
      condition: 'disarmed',
      silentMs: 999_999_999,
      lateAtMs: undefined,
      deadAtMs: undefined,
    });
  });

  it('is "snoozed" until the snooze ends, and has its full time then', () => {
    const snoozed = { ...ARMED, snoozed_until_ms: BEAT_MS + 600_000 };
    expect(at(599_999, snoozed)).toMatchObject({ condition: 'snoozed', snoozedUntilMs: BEAT_MS + 600_000 });
    expect(at(600_000, snoozed)).toMatchObject({ condition: 'alive', snoozedUntilMs: undefined });
    expect(at(600_000, snoozed).deadAtMs).toBe(BEAT_MS + 720_000);
  });

  it('gives a bot its full time from the end of the watchdog’s blindness', () => {
    const blindUntilMs = BEAT_MS + 300_000;
    expect(botStanding('alpha', ARMED, BEAT_MS + 310_000, TIMES, blindUntilMs)).toMatchObject({
      condition: 'alive',
      silentMs: 310_000,
      deadAtMs: BEAT_MS + 420_000,
    });
  });
});

describe('a tripped bot', () => {
  const tripped: BotFields = {
    ...ARMED,
    watch_state: 'tripped',
    tripped_at_ms: BEAT_MS + 120_500,
    correlation_id: 'liq_20261121_120200_0123456789abcdef',
    lockout_until_ms: BEAT_MS + 3_720_500,
    refused_beat_at_ms: BEAT_MS + 130_000,
  };

  it('says which liquidation, until when it is locked out, and that it still beats', () => {
    expect(at(200_000, tripped)).toMatchObject({
      condition: 'tripped',
      deadAtMs: undefined,
      trip: {
        atMs: BEAT_MS + 120_500,
        correlationId: 'liq_20261121_120200_0123456789abcdef',
        lockoutUntilMs: BEAT_MS + 3_720_500,
        lockedOut: true,
        refusedBeatAtMs: BEAT_MS + 130_000,
      },
    });
  });

  it('is locked out up to the last millisecond', () => {
    expect(at(3_720_499, tripped).trip?.lockedOut).toBe(true);
    expect(at(3_720_500, tripped).trip?.lockedOut).toBe(false);
  });
});

describe('whose word counts', () => {
  it('a clock that is ahead makes no negative silence', () => {
    expect(at(-5_000)).toMatchObject({ condition: 'alive', silentMs: 0 });
  });

  it('the watchdog’s observation, where the bot’s clock contradicts it', () => {
    const seen = { seen_beat: `7@${BEAT_MS}`, seen_at_ms: BEAT_MS - 3_600_000, seen_after_ms: BEAT_MS - 3_610_000 };
    expect(at(0, { ...ARMED, ...seen })).toMatchObject({ condition: 'dead', silentMs: 3_600_000 });
  });

  it('the configuration before the row, the row where the configuration does not know the bot', () => {
    expect(at(45_000, { ...ARMED, late_after_ms: 60_000 }).condition).toBe('late');
    const unknown = botStanding('alpha', { ...ARMED, late_after_ms: 60_000 }, BEAT_MS + 45_000, undefined);
    expect(unknown).toMatchObject({ condition: 'alive', times: { lateAfterMs: 60_000 }, problems: [] });
  });
});

describe('what is told besides', () => {
  it('who changed the watch last, when and why', () => {
    expect(at(0).lastChange).toEqual({ kind: 'armed', atMs: BEAT_MS - 60_000, by: 'ada', reason: 'first day' });
  });

  it('a cry for help of a bot that is watched', () => {
    const crying = { ...ARMED, failed_at_ms: BEAT_MS + 1_000, failed_reason: 'lost the feed' };
    expect(at(2_000, crying).cry).toEqual({ atMs: BEAT_MS + 1_000, reason: 'lost the feed' });
    expect(at(2_000, { ...crying, watch_state: 'disarmed' }).cry).toBeUndefined();
  });

  it('what is wrong with a row that was edited by hand', () => {
    const { condition, problems } = at(0, { ...ARMED, watch_state: 'asleep', dead_after_ms: 5 });
    expect(condition).toBe('alive');
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('watch_state = "asleep"');
    const strange = botStanding('alpha', { ...ARMED, dead_after_ms: 5 }, BEAT_MS, undefined);
    expect(strange.problems.at(-1)).toContain('the watchdog does not judge it');
  });
});
