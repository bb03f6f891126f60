/** What a tick writes into the watchdog's own row, when, and what it says where the table does not answer. */

import { describe, expect, it } from 'vitest';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { timesDigest } from '../../lambda/core/heartbeat/watch-times.ts';
import { START_MS, type WatchRig, watchRig } from './watch-rig.ts';

const DIGEST = timesDigest({
  settings: { ...SAFE_DEFAULTS, bots: ['alpha', 'beta'].map(defaultBot) },
  isFallback: false,
});
/** As a tick left it `agoMs` before the start. */
const own = (agoMs: number): BotFields => ({
  ...{ ticked_at_ms: START_MS - agoMs, healthy_at_ms: START_MS - agoMs, healthy_since_ms: START_MS - 3_600_000 },
  times_digest: DIGEST,
});
const notes = (rig: WatchRig): readonly number[] =>
  rig.bots.calls
    .filter(({ operation, target }) => operation === 'change' && target === WATCHDOG_ROW)
    .map(({ atMs }) => atMs - START_MS);
const stored = (rig: WatchRig): BotFields | undefined => rig.bots.rows().get(WATCHDOG_ROW);
/** A bot of shard 8 that is late at the start and dies in 20 s, so that a tick waits for it. */
const silent = (forMs: number): BotFields => ({
  ...{ watch_state: 'armed', beats: 1, last_beat_at_ms: START_MS - forMs, watch_shard: 8, next_check_at_ms: 0 },
  ...{ seen_beat: `1@${START_MS - forMs}`, seen_at_ms: START_MS - forMs, seen_after_ms: START_MS - forMs - 10_000 },
});
const DYING = silent(100_000);

function opened(fields: BotFields = own(60_000)): WatchRig {
  const rig = watchRig({ latencyMs: 0 });
  rig.bots.edit(WATCHDOG_ROW, fields);
  return rig;
}

describe('a watchdog run', () => {
  it('that has nothing to wait for writes twice: at its start and at its end', async () => {
    const rig = opened();
    await rig.tick();
    expect(notes(rig)).toEqual([0, 0]);
    expect(stored(rig)).toMatchObject({ ticked_at_ms: START_MS, healthy_at_ms: START_MS });
  });

  it('that waits for a deadline proves each second that heartbeats could be stored', async () => {
    const rig = opened();
    rig.bots.edit('alpha', DYING);
    const report = await rig.tick();
    expect(report).toMatchObject({ due: 1, fired: [{ bot_id: 'alpha' }], unproven: [] });
    expect([...new Set(notes(rig))]).toEqual(Array.from({ length: 21 }, (_, second) => second * 1_000));
  });

  it.each<[string, BotFields | undefined, number]>([
    ['goes on from the tick before, where both were healthy', own(60_000), -3_600_000],
    ['goes on over two lost ticks', own(150_000), -3_600_000],
    ['begins anew over a longer time without ticks', own(150_001), 0],
    ['begins with the first tick', undefined, 0],
  ])('shows since when the table works: %s', async (_what, fields, sinceMs) => {
    const rig = watchRig({ latencyMs: 0 });
    rig.bots.edit(WATCHDOG_ROW, fields);
    await rig.tick();
    expect(stored(rig)?.healthy_since_ms).toBe(START_MS + sinceMs);
  });

  it('shows that the table failed in it: the span begins after the failure', async () => {
    const rig = opened();
    rig.bots.injectFaults(({ target, atMs }) => (target === '4' && atMs === START_MS ? 'refuse' : undefined));
    await rig.tick();
    expect(stored(rig)?.healthy_since_ms).toBe(START_MS);
  });

  it('checks every bot once after the configured times have changed, whatever is due', async () => {
    const rig = opened({ ...own(60_000), times_digest: 'of other times' });
    const later = { watch_shard: 8, next_check_at_ms: START_MS + 299_000 };
    rig.bots.edit('alpha', { ...DYING, ...later });
    expect((await rig.tick()).fired).toMatchObject([{ bot_id: 'alpha' }]);
    expect(stored(rig)?.times_digest).toBe(DIGEST);
    rig.bots.edit('alpha', { ...DYING, ...later });
    expect((await rig.tick()).due).toBe(0);
  });

  it('stores the new times only when it has found every bot', async () => {
    const rig = opened({ ...own(60_000), times_digest: 'of other times' });
    rig.bots.injectFaults(({ operation, target }) => (operation === 'due' && target === '3' ? 'refuse' : undefined));
    await rig.tick();
    expect(stored(rig)?.times_digest).toBe('of other times');
  });

  it('that cannot read its configuration does not change the stored times', async () => {
    const rig = opened({ ...own(60_000), times_digest: 'of other times' });
    await rig.tick({ isFallback: true });
    expect(stored(rig)?.times_digest).toBe('of other times');
  });
});

describe('a table that does not answer', () => {
  const failing = (which: (call: { readonly operation: string; readonly target: string }) => boolean) => {
    const rig = opened();
    rig.bots.edit('alpha', silent(300_000));
    rig.bots.injectFaults(call => (which(call) ? 'refuse' : undefined));
    return rig;
  };

  it('to reads of the watchdog’s own row: people are notified, and bots are watched', async () => {
    const rig = failing(({ operation, target }) => operation === 'read' && target === WATCHDOG_ROW);
    const report = await rig.tick();
    expect(report.problems).toMatchObject([expect.stringContaining("The watchdog's own row could not be read.")]);
    expect(report.fired).toMatchObject([{ bot_id: 'alpha' }]);
    expect(rig.metrics.map(({ name }) => name)).not.toContain('WatchdogTicks');
  });

  it('to writes: people are notified at once, and no bot is tripped for silence', async () => {
    const rig = failing(({ operation }) => operation === 'change');
    const report = await rig.tick();
    expect(report.fired).toEqual([]);
    expect(rig.invoked).toEqual([]);
    expect(report.problems[0]).toContain('BOTS_UNWRITABLE: The table of bots cannot be written');
    expect(rig.logs[0]).toMatchObject({ level: 'CRITICAL', fields: { code: 'BOTS_UNWRITABLE' } });
    expect(rig.logs[0]?.atMs).toBeLessThan(5_000);
    expect(rig.metrics.map(({ name }) => name)).toContain('WatchdogFailures');
  });

  it('to writes for ten minutes after a deadline: the alarm lists the bots whose heartbeats are unknown', async () => {
    const rig = failing(({ operation }) => operation === 'change');
    rig.bots.edit('beta', { ...silent(730_000), watch_shard: 2 });
    const report = await rig.tick();
    expect(report.unproven).toEqual(['beta']);
    expect(report.problems.at(-1)).toMatch(/WATCHDOG_BLIND: .* beta\. They are not liquidated\. .*--all-silent/);
    expect(rig.metrics.map(({ name }) => name)).toContain('WatchdogBlind');
    expect(rig.invoked).toEqual([]);
  });

  it.each([
    ['ten minutes beyond its deadline', 730_000, ['beta']],
    ['a second less', 719_000, []],
  ])('to writes since before a bot was first checked: it is named %s', async (_when, ms, named) => {
    const rig = failing(({ operation }) => operation === 'change');
    const { seen_beat: _beat, seen_at_ms: _at, seen_after_ms: _after, ...neverSeen } = silent(ms);
    rig.bots.edit('beta', { ...neverSeen, watch_shard: 2 });
    expect((await rig.tick({ remainingMs: 3_000 })).unproven).toEqual(named);
    expect(rig.invoked).toEqual([]);
  });

  it('for one shard: its bots are not watched, and all others are', async () => {
    const rig = failing(({ operation, target }) => operation === 'due' && target === '7');
    const report = await rig.tick();
    expect(report.problems).toMatchObject([expect.stringContaining('Part 7 of the table of bots could not be read')]);
    expect(report.fired).toMatchObject([{ bot_id: 'alpha' }]);
  });
});
