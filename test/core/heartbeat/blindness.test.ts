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
    const noted = tickedChange(row, sightOf(row, NOW_MS), answered, NOW_MS);
    const fields = noted.set as BotFields;
    const later = sightOf(fields, NOW_MS + 149_000);
    expect(later.blindShards).toEqual([3]);
    expect(later.watchedSinceMs[3]).toBe(NOW_MS + 149_000);
    expect(later.watchedSinceMs[4]).toBe(SINCE_MS);
  });

  it('gives full time once for a blindness, not with every tick after it', () => {
    const blind = sightOf(rowSeen(999_000), NOW_MS);
    const fields = tickedChange(rowSeen(999_000), blind, ten(true), NOW_MS).set as BotFields;
    expect(sightOf(fields, NOW_MS + 60_000)).toMatchObject({ watchedSinceMs: ten(NOW_MS), blindShards: [] });
  });

  it.each<[string, BotFields]>([
    ['texts', { shards_seen_at_ms: ten('now'), shards_since_ms: ten('now') }],
    ['no lists', { shards_seen_at_ms: NOW_MS, shards_since_ms: {} }],
    ['a year ahead', { shards_seen_at_ms: ten(NOW_MS + 3e10), shards_since_ms: ten(NOW_MS + 3e10) }],
  ])('is new where its row holds nonsense: %s', (_what, fields) => {
    expect(sightOf(fields, NOW_MS)).toEqual(NEW);
  });
});
