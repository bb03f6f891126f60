/** One check of an armed bot: what is remembered of its beat, when to check again, and whether that is worth waking for. */

import { describe, expect, it } from 'vitest';
import { checkArmed } from '../../lambda/app/watchdog/check/check-armed.ts';
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
  /** Since when the table takes writes; long ago by default; undefined: it does not. */
  readonly storableSince?: number | undefined;
  readonly memory?: Observation;
  /** This tick sees the bot for the first time. */
  readonly isFirstRead?: boolean;
  readonly openedAt?: number;
  readonly remainingMs?: number;
}

async function checkOnce(atMs: number, setting: Setting = {}) {
  const { fields = ARMED, times, memory, isFirstRead = false, openedAt = atMs, remainingMs = 110_000 } = setting;
  const storableSince = 'storableSince' in setting ? setting.storableSince : -3_600_000;
  const rig = watchRig({ latencyMs: 0 });
  rig.bots.edit('alpha', fields);
  await rig.until(openedAt);
  const settings = { ...SAFE_DEFAULTS, bots: [{ ...defaultBot('alpha'), ...TIMES, ...times }] };
  const opened = openTick(rig.world, { settings, isFallback: false }, remainingMs);
  const storableSinceMs = (): number | undefined =>
    storableSince === undefined ? undefined : START_MS + storableSince;
  const tick = { ...opened, health: { ...opened.health, storableSinceMs } };
  if (!isFirstRead) tick.tally.lastSeen.set('alpha', { beat: BEAT, sinceMs: START_MS - 3_600_000 });
  await rig.until(atMs);
  const next = await checkArmed(tick, readBotRow('alpha', fields), { botId: 'alpha', memory });
  const again = next.kind === 'none' ? 'never' : { inMs: next.atMs - START_MS, urgent: next.urgent };
  const proveFromMs = next.kind === 'none' ? undefined : next.proveFromMs;
  const provesIn = proveFromMs === undefined ? undefined : proveFromMs - START_MS;
  return { rig, tick, again, provesIn, memory: next.kind === 'none' ? undefined : next.memory };
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
    ['that misses a beat while the table takes no writes', 25_000, { storableSince: undefined }, later(30_000)],
  ])('%s', async (_what, atMs, setting, again) => {
    expect((await checkOnce(atMs, setting)).again).toEqual(again);
  });
});

describe('a bot that is late', () => {
  it.each<[string, number, Setting, object]>([
    ['is checked when it dies', 55_000, {}, soon(120_000)],
    ['is checked when it dies, beyond a short tick too', 55_000, { remainingMs: 12_000 }, soon(120_000)],
  ])('%s', async (_what, atMs, setting, again) => {
    expect((await checkOnce(atMs, setting)).again).toEqual(again);
  });
});

describe('a bot whose heartbeats may be lost', () => {
  it.each<[string, number, Setting, object]>([
    ['is checked again when its next beat is proven missing', 55_000, { storableSince: 50_000 }, soon(62_000)],
    [
      'is checked again a heartbeat and 2 s later while writes fail',
      55_000,
      { storableSince: undefined },
      soon(67_000),
    ],
    ['is not tripped at its deadline', 120_000, { storableSince: 115_000 }, soon(127_000)],
    ['is not tripped long after it while writes fail', 700_000, { storableSince: undefined }, soon(712_000)],
    ['is not tripped by what another tick alone has seen', 700_000, { isFirstRead: true }, soon(712_000)],
  ])('%s', async (_what, atMs, setting, again) => {
    const given = await checkOnce(atMs, setting);
    expect(given.again).toEqual(again);
    expect(given.provesIn).toBe(atMs);
    expect(given.rig.invoked).toEqual([]);
    expect(given.tick.tally.late.size).toBe(0);
  });

  it.each([
    ['ten minutes after its deadline', 720_000, ['alpha']],
    ['a millisecond before', 719_999, []],
  ])('is named to the operator %s', async (_when, atMs, named) => {
    expect([...(await checkOnce(atMs, { storableSince: undefined })).tick.tally.unproven.keys()]).toEqual(named);
  });
});

describe('the proof that heartbeats could be stored', () => {
  it.each<[string, number, Setting, number | undefined]>([
    ['is needed from now on where a beat is missing', 12_001, {}, 12_001],
    ['is needed from now on where the bot is late', 55_000, {}, 55_000],
    ['is not needed where nothing is due in this tick', 12_000, {}, undefined],
    // A heartbeat of 40 s, and 2 s of slack twice.
    [
      'is needed before the bot would be late, where that is near',
      40_000,
      { times: { heartbeatMs: 40_000, lateAfterMs: 50_000 } },
      6_000,
    ],
  ])('%s', async (_what, atMs, setting, provesIn) => {
    expect((await checkOnce(atMs, setting)).provesIn).toBe(provesIn);
  });
});

describe('of two observations of a heartbeat', () => {
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
    ['none, and it came after the last check of ours', seen(1_000, 'a'), seen(4_000, 'b'), 20_000, 4_000],
    ['none, and it came after the last check of the table', seen(1_000, 'a'), undefined, 20_000, 1_000],
    ['none', undefined, undefined, 20_000, -130_000],
  ])('counts %s', async (_which, table, memory, firstSeen, notBefore) => {
    const { rig } = await checkOnce(20_000, { fields: stored(table), ...(memory === undefined ? {} : { memory }) });
    expect(rig.bots.rows().get('alpha')).toMatchObject({
      seen_beat: BEAT,
      seen_at_ms: START_MS + firstSeen,
      seen_after_ms: START_MS + notBefore,
    });
  });

  it('gives what it saw to the next check', async () => {
    expect((await checkOnce(20_000)).memory).toEqual({
      beat: BEAT,
      firstSeenAtMs: START_MS,
      notBeforeMs: START_MS - 10_000,
    });
  });
});

describe('a reported failure is named by', () => {
  it.each<[string, BotFields[string], string]>([
    ['its instant', START_MS + 5_000, '20240229_120012'],
    ['its instant, almost a day ago', START_MS + 20_000 - DAY + 1, '20240228_120027'],
    ['the check, when it is a day old', START_MS + 20_000 - DAY, '20240229_120027'],
    ['the check, when it is of tomorrow', START_MS + 20_000 + DAY, '20240229_120027'],
    ['the check, when it has none', 'noon', '20240229_120027'],
  ])('%s', async (_what, failedAtMs, stamp) => {
    const { rig } = await checkOnce(20_000, {
      fields: { ...ARMED, last_beat_at_ms: START_MS - 2 * DAY, failed_at_ms: failedAtMs },
    });
    expect(rig.invoked.map(({ correlationId }) => String(correlationId).slice(4, 19))).toEqual([stamp]);
  });
});
