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
  botStanding('alpha', fields, BEAT_MS + afterMs, times, 0);

describe('the condition', () => {
  it.each<[number, Condition]>([
    [0, 'alive'],
    [29_999, 'alive'],
    [30_000, 'late'],
    [119_999, 'late'],
    [120_000, 'dead'],
  ])('%d ms after the last heartbeat is %s', (afterMs, condition) => {
    expect(at(afterMs)).toMatchObject({
      condition,
      lastBeatAtMs: BEAT_MS,
      silentMs: afterMs,
      lateAtMs: BEAT_MS + 30_000,
      deadAtMs: BEAT_MS + 120_000,
    });
  });

  it('is "never" without a row, and of a row without a heartbeat', () => {
    expect(botStanding('alpha', undefined, BEAT_MS, TIMES, 0)).toMatchObject({
      condition: 'never',
      lastBeatAtMs: undefined,
      deadAtMs: undefined,
      problems: [],
    });
    expect(at(0, { watch_state: 'armed' }).condition).toBe('never');
  });

  it('of one that stopped cleanly is "disarmed", however long ago', () => {
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
    expect(at(600_000, snoozed)).toMatchObject({ condition: 'waiting', snoozedUntilMs: undefined });
    expect(at(600_000, snoozed).deadAtMs).toBe(BEAT_MS + 720_000);
    const beating = { ...snoozed, last_beat_at_ms: BEAT_MS + 598_000, beats: 60 };
    expect(at(600_000, beating).condition).toBe('alive');
  });

  it.each<[string, number | undefined, number, Condition]>([
    ['a silent bot is "unproven" while the watchdog cannot write', undefined, 310_000, 'unproven'],
    ['and until its writes have worked for a heartbeat and 2 s', 300_000, 311_999, 'unproven'],
    ['then it is "dead"', 300_000, 312_000, 'dead'],
    ['a bot that beats is "alive" meanwhile', undefined, 5_000, 'alive'],
  ])('%s', (_what, storableSinceMs, afterMs, condition) => {
    const since = storableSinceMs === undefined ? undefined : BEAT_MS + storableSinceMs;
    expect(botStanding('alpha', ARMED, BEAT_MS + afterMs, TIMES, since).condition).toBe(condition);
  });
});

describe('a bot that was armed by hand', () => {
  const waiting: BotFields = { ...ARMED, beats: 0, waiting_since_ms: BEAT_MS + 500_000, last_change: 'rearmed' };

  it('is waiting for its first heartbeat, with its own deadline and its last true heartbeat', () => {
    expect(at(510_000, waiting)).toMatchObject({
      condition: 'waiting',
      lastBeatAtMs: BEAT_MS,
      silentMs: 510_000,
      deadAtMs: BEAT_MS + 620_000,
    });
  });

  it('keeps its last true heartbeat when it is disarmed again, however long ago', () => {
    const seen = { seen_beat: 'waiting@1', seen_at_ms: BEAT_MS + 560_000, seen_after_ms: BEAT_MS + 500_000 };
    const disarmed = { ...ARMED, beats: 0, ...seen, watch_state: 'disarmed' };
    expect(at(900_000, disarmed)).toMatchObject({ condition: 'disarmed', silentMs: 900_000 });
  });

  it('is late and dead by that deadline', () => {
    expect(at(530_000, waiting).condition).toBe('late');
    expect(at(620_000, waiting)).toMatchObject({ condition: 'dead', lastBeatAtMs: BEAT_MS });
  });

  it('has no last heartbeat if it never sent one', () => {
    const { last_beat_at_ms: _, ...never } = waiting;
    expect(at(510_000, never)).toMatchObject({ condition: 'waiting', lastBeatAtMs: undefined, silentMs: undefined });
  });

  it('is alive with its first heartbeat, also of a client that knows no runs', () => {
    expect(at(510_000, { ...waiting, beats: 8, last_beat_at_ms: BEAT_MS + 505_000 })).toMatchObject({
      condition: 'alive',
      lastBeatAtMs: BEAT_MS + 505_000,
    });
  });
});

describe('a bot that only restarts', () => {
  const restarting: BotFields = {
    ...ARMED,
    ...{ unproven_starts: 9, worked_at_ms: BEAT_MS - 60_000, last_beat_at_ms: BEAT_MS + 200_000 },
    ...{ seen_beat: `restarts@${BEAT_MS - 60_000}`, seen_at_ms: BEAT_MS + 10_000, seen_after_ms: BEAT_MS },
  };

  it('is judged by its last proof of work, and shows its last start', () => {
    expect(at(201_000, restarting)).toMatchObject({
      condition: 'dead',
      deadAtMs: BEAT_MS + 130_000,
      lastBeatAtMs: BEAT_MS + 200_000,
      unprovenStarts: 9,
    });
  });

  it('is alive after one start without a proof', () => {
    expect(at(201_000, { ...restarting, unproven_starts: 1 })).toMatchObject({ condition: 'alive', unprovenStarts: 0 });
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

  it('says which liquidation, until when it is locked out, and that it still sends heartbeats', () => {
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

describe('whose statement counts', () => {
  it('a clock that is ahead makes no negative silence', () => {
    expect(at(-5_000)).toMatchObject({ condition: 'alive', silentMs: 0 });
  });

  it('the watchdog’s observation, where the bot’s clock contradicts it', () => {
    const seen = { seen_beat: `7@${BEAT_MS}`, seen_at_ms: BEAT_MS - 3_600_000, seen_after_ms: BEAT_MS - 3_610_000 };
    expect(at(0, { ...ARMED, ...seen })).toMatchObject({ condition: 'dead', silentMs: 3_600_000 });
  });

  it('the configuration before the row, the row where the configuration does not know the bot', () => {
    expect(at(45_000, { ...ARMED, late_after_ms: 60_000 }).condition).toBe('late');
    const unknown = botStanding('alpha', { ...ARMED, late_after_ms: 60_000 }, BEAT_MS + 45_000, undefined, 0);
    expect(unknown).toMatchObject({ condition: 'alive', times: { lateAfterMs: 60_000 }, problems: [] });
  });
});

describe('what is reported besides', () => {
  it('who changed the watch last, when and why', () => {
    expect(at(0).lastChange).toEqual({ kind: 'armed', atMs: BEAT_MS - 60_000, by: 'ada', reason: 'first day' });
  });

  it('the reported failure of a bot that is watched', () => {
    const failed = { ...ARMED, failed_at_ms: BEAT_MS + 1_000, failed_reason: 'lost the feed' };
    expect(at(2_000, failed).failure).toEqual({ atMs: BEAT_MS + 1_000, reason: 'lost the feed' });
    expect(at(2_000, { ...failed, watch_state: 'disarmed' }).failure).toBeUndefined();
  });

  it('that the bot sends heartbeats less often than configured, and what follows', () => {
    const slow = { ...ARMED, heartbeat_ms: 60_000, late_after_ms: 90_000, dead_after_ms: 180_000 };
    expect(at(61_000, slow)).toMatchObject({
      ...{ condition: 'alive', lateAtMs: BEAT_MS + 62_000, deadAtMs: BEAT_MS + 122_000 },
      problems: [expect.stringContaining('it beats every 60 s, the configuration says 10 s')],
    });
  });

  it('what is wrong with a row that was edited by hand', () => {
    const { condition, problems } = at(0, { ...ARMED, watch_state: 'asleep', dead_after_ms: 5 });
    expect(condition).toBe('alive');
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('watch_state = "asleep"');
    const strange = botStanding('alpha', { ...ARMED, dead_after_ms: 5 }, BEAT_MS, undefined, 0);
    expect(strange.problems.at(-1)).toContain('the watchdog does not judge it');
  });
});
