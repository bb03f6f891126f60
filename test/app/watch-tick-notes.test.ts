/** What a tick notes of itself in the watchdog's own row, when, and what it says where the table does not answer. */

import { describe, expect, it } from 'vitest';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { START_MS, type WatchRig, watchRig } from './watch-rig.ts';

const shards = <T>(value: T): readonly T[] => Array.from({ length: 10 }, () => value);
/** As a tick left it that saw all shards `agoMs` before the start. */
const own = (agoMs: number): BotFields => ({
  ticked_at_ms: START_MS - agoMs,
  shards_seen_at_ms: [...shards(START_MS - agoMs)],
  shards_steady_at_ms: [...shards(START_MS - agoMs)],
  shards_since_ms: [...shards(START_MS - 3_600_000)],
});
const notes = (rig: WatchRig): readonly number[] =>
  rig.bots.calls
    .filter(({ operation, target }) => operation === 'change' && target === WATCHDOG_ROW)
    .map(({ atMs }) => atMs - START_MS);
const stored = (rig: WatchRig, name: string): unknown => {
  const list = rig.bots.rows().get(WATCHDOG_ROW)?.[name];
  return Array.isArray(list) ? list.map(atMs => Number(atMs) - START_MS) : list;
};
/** A bot of shard 8 that is late at the start and dies in 20 s, so that a tick waits for it. */
const DYING: BotFields = {
  ...{ watch_state: 'armed', beats: 1, last_beat_at_ms: START_MS - 100_000, watch_shard: 8, next_check_at_ms: 0 },
  ...{ seen_beat: `1@${START_MS - 100_000}`, seen_at_ms: START_MS - 100_000, seen_after_ms: START_MS - 110_000 },
};

function opened(fields: BotFields | undefined = own(60_000)): WatchRig {
  const rig = watchRig({ latencyMs: 0 });
  rig.bots.edit(WATCHDOG_ROW, fields);
  return rig;
}

describe('a tick', () => {
  it('that has nothing to wait for notes itself once', async () => {
    const rig = opened();
    await rig.tick();
    expect(notes(rig)).toEqual([0]);
    expect(stored(rig, 'shards_steady_at_ms')).toEqual(shards(0));
    expect(stored(rig, 'shards_since_ms')).toEqual(shards(-3_600_000));
  });

  it('that was awake for more than ten seconds notes itself again at its end', async () => {
    const rig = opened();
    rig.bots.edit('alpha', DYING);
    const report = await rig.tick();
    expect(report.due).toBe(1);
    expect(notes(rig)).toEqual([0, 20_000]);
    expect(stored(rig, 'shards_steady_at_ms')).toEqual(shards(20_000));
  });

  it('that could not read a bot meanwhile does not note itself again', async () => {
    const rig = opened();
    rig.bots.edit('alpha', DYING);
    rig.bots.befall(({ target, operation }) =>
      target === 'alpha' && operation === 'read' && rig.nowMs() === 0 ? 'refuse' : undefined,
    );
    await rig.tick();
    expect(rig.nowMs()).toBeGreaterThan(10_000);
    expect(notes(rig)).toEqual([0]);
  });

  it.each([
    ['a usual one', 80_000, [0], 0],
    // A heartbeat of ten seconds, and two.
    ['a longer one, until the bots could be heard', 80_001, [0, 12_000, 12_000], 12_000],
  ])('keeps in mind the gap before it: %s', async (_which, agoMs, noted, steady) => {
    const rig = opened(own(agoMs));
    await rig.tick();
    expect(notes(rig)).toEqual(noted);
    expect(stored(rig, 'shards_steady_at_ms')).toEqual(shards(steady));
  });

  it('does not count a shard as steady before its bots could be heard', async () => {
    const rig = opened(own(100_000));
    const ticking = rig.tick();
    await rig.until(11_999);
    expect(stored(rig, 'shards_seen_at_ms')).toEqual(shards(0));
    expect(stored(rig, 'shards_steady_at_ms')).toEqual(shards(-100_000));
    await ticking;
    expect(stored(rig, 'shards_steady_at_ms')).toEqual(shards(12_000));
  });

  it('that is short ends its wait for the bots in time', async () => {
    const rig = opened(own(100_000));
    // 10 s, of which a fifth is left for the landing.
    await rig.tick({ remainingMs: 12_000 });
    expect(notes(rig)).toEqual([0, 8_000]);
  });

  it('to which one shard answered late takes that one for unsteady', async () => {
    const rig = opened();
    let refused = 0;
    rig.bots.befall(({ operation, target }) => {
      if (operation !== 'due' || target !== '3' || refused > 0) return undefined;
      refused += 1;
      return 'refuse';
    });
    const ticking = rig.tick();
    await rig.until(5_000);
    expect(stored(rig, 'shards_steady_at_ms')).toEqual(shards(200).with(3, -60_000));
    await ticking;
    expect(stored(rig, 'shards_steady_at_ms')).toEqual(shards(12_200));
  });
});

describe('a tick that was blind', () => {
  it('says in which shards, and judges nobody by what came before', async () => {
    const rig = opened(own(150_001));
    rig.bots.edit('alpha', DYING);
    const report = await rig.tick();
    expect(report.blind_shards).toBe(10);
    expect(rig.invoked).toEqual([]);
    expect(rig.logs.filter(({ level }) => level === 'ERROR')).toMatchObject([
      {
        message: 'The watchdog was blind; every bot has its full time again',
        fields: { shards: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      },
    ]);
  });

  it('does not count those that do not answer even now', async () => {
    const rig = opened(own(150_001));
    rig.bots.befall(({ operation, target }) => (operation === 'due' && target !== '7' ? 'refuse' : undefined));
    const report = await rig.tick();
    expect(report.blind_shards).toBe(1);
    expect(stored(rig, 'shards_seen_at_ms')).toEqual(shards(-150_001).with(7, 1_400));
  });
});

describe('a table that does not answer', () => {
  it('for the watchdog’s own row: says so, fires at nobody, and leaves the row alone', async () => {
    const rig = opened();
    rig.bots.edit('alpha', DYING);
    rig.bots.befall(({ operation, target }) =>
      operation === 'read' && target === WATCHDOG_ROW ? 'refuse' : undefined,
    );
    const report = await rig.tick();
    expect(report.problems).toEqual([
      "BOTS_UNREADABLE: The watchdog's own row could not be read: every bot has its full time again. " +
        `The bots in memory were told to fail at read of ${WATCHDOG_ROW} (refused).`,
    ]);
    expect(rig.invoked).toEqual([]);
    expect(notes(rig)).toEqual([]);
    expect(rig.logs.some(({ level }) => level === 'CRITICAL')).toBe(true);
    expect(rig.metrics.some(({ name }) => name === 'WatchdogTicks')).toBe(false);
  });

  it('for the note of the tick: says so, and watches on', async () => {
    const rig = opened();
    rig.bots.befall(({ operation, target }) =>
      operation === 'change' && target === WATCHDOG_ROW ? 'refuse' : undefined,
    );
    const report = await rig.tick();
    expect(report.problems).toEqual([
      'BOTS_UNREADABLE: The tick could not be noted; if that goes on, the next ones count as blind. ' +
        `The bots in memory were told to fail at change of ${WATCHDOG_ROW} (refused).`,
    ]);
    // Four tries, after 0.2, 0.4 and 0.8 s.
    expect(notes(rig)).toEqual([0, 200, 600, 1_400]);
    expect(rig.logs.map(({ level }) => level)).toEqual(['ERROR']);
    expect(rig.metrics.some(({ name }) => name === 'WatchdogTicks')).toBe(false);
  });

  it('for any shard: tells each, and notes nothing', async () => {
    const rig = opened();
    rig.bots.befall(({ operation }) => (operation === 'due' ? 'refuse' : undefined));
    const report = await rig.tick();
    expect(report.problems).toEqual(
      shards('').map(
        (_, shard) =>
          `BOTS_UNREADABLE: Shard ${shard} of the bots could not be read: nobody in it is watched in this tick. ` +
          `The bots in memory were told to fail at due of ${shard} (refused).`,
      ),
    );
    expect(rig.logs).toMatchObject(shards('').map((_, shard) => ({ level: 'CRITICAL', fields: { shard } })));
    expect([report.due, notes(rig)]).toEqual([0, []]);
  });

  it('to the end of the tick: no try is begun that would end after it', async () => {
    const rig = opened();
    rig.bots.befall(({ operation, target }) => (operation === 'due' && target === '3' ? 'refuse' : undefined));
    // 0.6 s: the pause after the second try would end just then.
    await rig.tick({ remainingMs: 2_600 });
    const tries = rig.bots.calls.filter(({ operation, target }) => operation === 'due' && target === '3');
    expect(tries.map(({ atMs }) => atMs - START_MS)).toEqual([0, 200]);
  });
});
