/** What is charged for: requests of a tick and of a beat, counted at the embedded DynamoDB. Times are for bench/ticks.ts. */

import { describe, expect, test } from 'vitest';
import { type Fleet, openTicksStage, type TicksStage } from '../../bench/ticks-stage.ts';

async function on<T>(fleet: Fleet, work: (stage: TicksStage) => Promise<T>): Promise<T> {
  const stage = await openTicksStage(fleet);
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

/** Ten shards and the unfinished runs; the watchdog's own row and one bot whose index is checked; the tick noted twice. */
const QUIET = { Query: 11, GetItem: 2, UpdateItem: 2 };

describe('a watchdog run in which no bot is due', () => {
  test.each([10, 2_000])('makes the same fifteen requests for %i bots', async bots => {
    const { calls, result } = await on({ bots, dead: 0 }, stage => stage.tick());
    expect(result).toMatchObject({ success: true, due: 0 });
    expect(calls).toEqual(QUIET);
  });
});

test('a watchdog run checks the bots that would be late before the next one: a read and a write more for each', async () => {
  const { calls } = await on({ bots: 20, dead: 0, lateAfterMs: 30_000 }, stage => stage.tick());
  expect(calls).toEqual({ Query: 11, GetItem: 22, UpdateItem: 22 });
});

describe('a watchdog run that finds silent bots', () => {
  test.each([
    [1, 50],
    [5, 50],
    [5, 500],
  ])(
    'makes a dozen requests more for each of %i dead ones, of %i, and one for each second of proof',
    async (dead, bots) => {
      const { calls, result } = await on({ bots, dead }, stage => stage.tick());
      expect(result.fired).toHaveLength(dead);
      const { UpdateItem = 0, ...others } = calls;
      // Each is read until it is proven dead, tripped, recorded in the audit log, sealed, called for, and marked as called for.
      const { GetItem = 0, ...exact } = others;
      expect(exact).toEqual({ Query: 11, PutItem: dead, Invoke: dead });
      expect(GetItem).toBeGreaterThanOrEqual(2 + 2 * dead);
      expect(GetItem).toBeLessThanOrEqual(2 + 3 * dead);
      const proofs = UpdateItem - 3 * dead - 2;
      // A heartbeat of a second and 2 s, on a machine that may be slow: one for all each second, four for each dead one.
      expect(proofs).toBeGreaterThanOrEqual(2 + dead);
      expect(proofs).toBeLessThan(20 + 8 * dead);
    },
  );
});

test('a heartbeat is one write, and does not change the index', async () => {
  await on({ bots: 10, dead: 0 }, async stage => {
    const before = await stage.row();
    const { calls, result } = await stage.beat();
    const after = await stage.row();
    expect(result).toEqual({ kind: 'taken' });
    expect(calls).toEqual({ UpdateItem: 1 });
    expect([after.watch_shard, after.next_check_at_ms]).toEqual([before.watch_shard, before.next_check_at_ms]);
    expect([after.beats, Number(after.last_beat_at_ms) > Number(before.last_beat_at_ms)]).toEqual([2, true]);
  });
});
