/** One look at an armed bot: what is remembered of its beat, when to look again, and whether that is worth waking for. */

import { describe, expect, it } from 'vitest';
import { checkArmed } from '../../lambda/app/watchdog/check-armed.ts';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { type Observation, readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { START_MS, TIMES, watchRig } from './watch-rig.ts';

const DAY = 86_400_000;
const BEAT = `7@${START_MS}`;
/** Beat at the start, and seen at once. */
const ARMED: BotFields = {
  ...{ watch_state: 'armed', beats: 7, last_beat_at_ms: START_MS, watch_shard: 8, next_check_at_ms: 0 },
  ...{ seen_beat: BEAT, seen_at_ms: START_MS, seen_after_ms: START_MS - 10_000 },
};

interface Setting {
  readonly fields?: BotFields;
  readonly times?: { readonly heartbeatMs: number; readonly lateAfterMs: number };
  /** When the watchdog's last blindness ended; long ago unless told. */
  readonly watchedSince?: number;
  readonly memory?: Observation;
  readonly openedAt?: number;
  readonly remainingMs?: number;
}

async function lookOnce(
  atMs: number,
  { fields = ARMED, times, watchedSince = -3_600_000, memory, openedAt = atMs, remainingMs = 110_000 }: Setting = {},
) {
  const rig = watchRig({ latencyMs: 0 });
  rig.bots.edit('alpha', fields);
  await rig.until(openedAt);
  const settings = { ...SAFE_DEFAULTS, bots: [{ ...defaultBot('alpha'), ...TIMES, ...times }] };
  const round = openTick(rig.world, { settings, isFallback: false }, remainingMs);
  await rig.until(atMs);
  const watched = { botId: 'alpha', watchedSinceMs: START_MS + watchedSince, gap: undefined, memory };
  const next = await checkArmed(round, readBotRow('alpha', fields), watched);
  const again = next.kind === 'none' ? 'never' : { inMs: next.atMs - START_MS, urgent: next.urgent };
  return { rig, again, memory: next.kind === 'none' ? undefined : next.memory };
}

const soon = (inMs: number) => ({ inMs, urgent: true });
const later = (inMs: number) => ({ inMs, urgent: false });

describe('a bot that is alive', () => {
  const times = { heartbeatMs: 40_000, lateAfterMs: 50_000 };

  it.each<[string, number, Setting, object | 'never']>([
    ['whose next beat may still come, and that outlives the next tick', 12_000, {}, 'never'],
    ['that misses a beat', 12_001, {}, later(30_000)],
    ['that outlives the horizon by a second', 39_000, { times }, 'never'],
    ['that may die at the horizon', 40_000, { times }, later(50_000)],
    ['that may die before the horizon', 41_000, { times }, later(50_000)],
    ['forgiven for our blindness, without a missing beat', 12_000, { watchedSince: 10_000 }, 'never'],
    ['forgiven for our blindness', 25_000, { watchedSince: 20_000 }, soon(50_000)],
    ['forgiven, in a tick that ends before', 25_000, { watchedSince: 20_000, remainingMs: 12_000 }, soon(33_000)],
    [
      'forgiven, at the end of the tick',
      33_000,
      { watchedSince: 20_000, remainingMs: 12_000, openedAt: 25_000 },
      soon(50_000),
    ],
    [
      'forgiven, a millisecond before the end',
      32_999,
      { watchedSince: 20_000, remainingMs: 12_000, openedAt: 25_000 },
      soon(33_000),
    ],
  ])('%s', async (_what, atMs, setting, again) => {
    expect((await lookOnce(atMs, setting)).again).toEqual(again);
  });
});

describe('a bot that is late', () => {
  it.each<[string, number, Setting, object]>([
    ['is looked at when it dies', 55_000, {}, soon(120_000)],
    ['is looked at when it dies, beyond a short tick too', 55_000, { remainingMs: 12_000 }, soon(120_000)],
    ['forgiven, at the end of a short tick', 55_000, { watchedSince: 20_000, remainingMs: 12_000 }, soon(63_000)],
    ['forgiven, when it dies within the tick', 55_000, { watchedSince: 20_000 }, soon(140_000)],
  ])('%s', async (_what, atMs, setting, again) => {
    expect((await lookOnce(atMs, setting)).again).toEqual(again);
  });
});

describe('of two sightings of a beat', () => {
  const seen = (firstSeen: number, beat = BEAT): Observation => ({
    beat,
    firstSeenAtMs: START_MS + firstSeen,
    notBeforeMs: START_MS - 5_000,
  });
  const { seen_beat: _beat, seen_at_ms: _at, seen_after_ms: _after, ...UNSEEN } = ARMED;
  const stored = (observation: Observation | undefined): BotFields =>
    observation === undefined
      ? UNSEEN
      : {
          ...UNSEEN,
          seen_beat: observation.beat,
          seen_at_ms: observation.firstSeenAtMs,
          seen_after_ms: observation.notBeforeMs,
        };

  it.each<[string, Observation | undefined, Observation | undefined, number, number]>([
    ['ours, which was first', seen(5_000), seen(2_000), 2_000, -5_000],
    ['that of the table, which was first', seen(2_000), seen(5_000), 2_000, -5_000],
    ['ours: the table has another beat', seen(1_000, 'other'), seen(5_000), 5_000, -5_000],
    ['that of the table: we saw another beat', seen(5_000), seen(1_000, 'other'), 5_000, -5_000],
    ['none, and it came after the last look of ours', seen(1_000, 'a'), seen(4_000, 'b'), 20_000, 4_000],
    ['none, and it came after the last look of the table', seen(1_000, 'a'), undefined, 20_000, 1_000],
    ['none', undefined, undefined, 20_000, -130_000],
  ])('counts %s', async (_which, table, memory, firstSeen, notBefore) => {
    const { rig } = await lookOnce(20_000, { fields: stored(table), ...(memory === undefined ? {} : { memory }) });
    expect(rig.bots.rows().get('alpha')).toMatchObject({
      seen_beat: BEAT,
      seen_at_ms: START_MS + firstSeen,
      seen_after_ms: START_MS + notBefore,
    });
  });

  it('gives what it saw to the next look', async () => {
    expect((await lookOnce(20_000)).memory).toEqual({
      beat: BEAT,
      firstSeenAtMs: START_MS,
      notBeforeMs: START_MS - 10_000,
    });
  });
});

describe('a cry for help is named by', () => {
  it.each<[string, BotFields[string], string]>([
    ['its instant', START_MS + 5_000, '20240229_120012'],
    ['its instant, almost a day ago', START_MS + 20_000 - DAY + 1, '20240228_120027'],
    ['the look, when it is a day old', START_MS + 20_000 - DAY, '20240229_120027'],
    ['the look, when it is of tomorrow', START_MS + 20_000 + DAY, '20240229_120027'],
    ['the look, when it has none', 'noon', '20240229_120027'],
  ])('%s', async (_what, failedAtMs, stamp) => {
    const { rig } = await lookOnce(20_000, { fields: { ...ARMED, failed_at_ms: failedAtMs } });
    expect(rig.invoked.map(({ correlationId }) => String(correlationId).slice(4, 19))).toEqual([stamp]);
  });
});
