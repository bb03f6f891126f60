import { describe, expect, it } from 'vitest';
import { sightOf, tickedChange } from '../../../lambda/core/heartbeat/blindness.ts';
import type { BotFields } from '../../../lambda/core/heartbeat/row-change.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const SINCE_MS = NOW_MS - 3_600_000;
const ten = <T>(value: T): readonly T[] => Array.from({ length: 10 }, () => value);
const rowSeen = (agoMs: number): BotFields => ({
  shards_seen_at_ms: ten(NOW_MS - agoMs),
  shards_since_ms: ten(SINCE_MS),
});

const NEW = { watchedSinceMs: ten(NOW_MS), blindShards: [], seenBeforeMs: ten(undefined) };

describe('the watchdog’s own sight', () => {
  it.each([
    ['a minute after the last tick', 60_000, SINCE_MS, 0, NOW_MS - 60_000],
    ['150 s after the last tick', 150_000, SINCE_MS, 0, NOW_MS - 150_000],
    ['one millisecond later it was blind', 150_001, NOW_MS, 10, undefined],
  ])('%s', (_when, agoMs, sinceMs, blind, seenBeforeMs) => {
    const sight = sightOf(rowSeen(agoMs), NOW_MS);
    expect(sight.watchedSinceMs).toEqual(ten(sinceMs));
    expect(sight.blindShards).toHaveLength(blind);
    expect(sight.seenBeforeMs).toEqual(ten(seenBeforeMs));
  });

  it('begins with the first tick, which is no blindness', () => {
    expect(sightOf(undefined, NOW_MS)).toEqual(NEW);
  });

  it('is kept by shard: one that stays unreadable does not put off the others', () => {
    const answered = ten(true).map((_, shard) => shard !== 3);
    const row = rowSeen(60_000);
    const noted = tickedChange(row, sightOf(row, NOW_MS), answered, ten(true), NOW_MS);
    const fields = noted.set as BotFields;
    const later = sightOf(fields, NOW_MS + 149_000);
    expect(later.blindShards).toEqual([3]);
    expect(later.watchedSinceMs[3]).toBe(NOW_MS + 149_000);
    expect(later.watchedSinceMs[4]).toBe(SINCE_MS);
  });

  it('gives full time once for a blindness, not with every tick after it', () => {
    const blind = sightOf(rowSeen(999_000), NOW_MS);
    const fields = tickedChange(rowSeen(999_000), blind, ten(true), ten(true), NOW_MS).set as BotFields;
    expect(sightOf(fields, NOW_MS + 60_000)).toMatchObject({ watchedSinceMs: ten(NOW_MS), blindShards: [] });
  });

  it('does not count a gap and the wait for the bots after it as one blindness', () => {
    // A tick was lost; the next one waits until bots that beat each minute could be heard, and the one after it comes.
    const before = sightOf(rowSeen(131_000), NOW_MS);
    const early = tickedChange(rowSeen(131_000), before, ten(true), ten(false), NOW_MS).set as BotFields;
    const after = sightOf(early, NOW_MS + 60_600);
    expect(after).toMatchObject({ watchedSinceMs: ten(SINCE_MS), blindShards: [] });
    // To that tick as well the gap is a gap.
    expect(after.seenBeforeMs).toEqual(ten(NOW_MS - 131_000));
    const late = tickedChange(early, before, ten(true), ten(true), NOW_MS + 62_000).set as BotFields;
    expect(sightOf(late, NOW_MS + 120_000).seenBeforeMs).toEqual(ten(NOW_MS + 62_000));
  });

  it('keeps to the later of two ticks where one still waits for the bots', () => {
    const row = { ...rowSeen(30_000), shards_steady_at_ms: ten(NOW_MS - 30_000) };
    const waiting = tickedChange(row, sightOf(rowSeen(131_000), NOW_MS), ten(true), ten(false), NOW_MS)
      .set as BotFields;
    expect(sightOf(waiting, NOW_MS + 1_000).seenBeforeMs).toEqual(ten(NOW_MS - 30_000));
  });

  it.each<[string, BotFields]>([
    ['texts', { shards_seen_at_ms: ten('now'), shards_since_ms: ten('now') }],
    ['no lists', { shards_seen_at_ms: NOW_MS, shards_since_ms: {} }],
    ['a year ahead', { shards_seen_at_ms: ten(NOW_MS + 3e10), shards_since_ms: ten(NOW_MS + 3e10) }],
  ])('is new where its row holds nonsense: %s', (_what, fields) => {
    expect(sightOf(fields, NOW_MS)).toEqual(NEW);
  });
});
