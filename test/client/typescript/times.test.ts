/** What is deployed rules how often a bot beats, and how long it may be silent. */

import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../../client/typescript/times.ts';
import { adoptTimes, deployedTimesIn, type Times } from '../../../client/typescript/times.ts';

const row = (heartbeat: unknown, late: unknown, dead: unknown): Attributes => ({
  asked_heartbeat_ms: { N: String(heartbeat) },
  asked_late_after_ms: { N: String(late) },
  asked_dead_after_ms: { N: String(dead) },
});
const TIMES: Times = { heartbeatMs: 2_000, lateAfterMs: 6_000, deadAfterMs: 15_000 };

describe('read in the row', () => {
  test.each<readonly [string, Attributes, Times | undefined]>([
    ['as the watchdog notes them', row(2_000, 6_000, 15_000), TIMES],
    ['none', {}, undefined],
    ['some of them only', { asked_heartbeat_ms: { N: '2000' } }, undefined],
    ['no numbers', row('x', 'y', 'z'), undefined],
    ['a heartbeat shorter than a second', row(999, 6_000, 15_000), undefined],
    ['a heartbeat longer than a minute', row(60_001, 70_000, 80_000), undefined],
    ['a heartbeat that is not shorter than late', row(6_000, 6_000, 15_000), undefined],
    ['late that is not shorter than dead', row(2_000, 15_000, 15_000), undefined],
    ['more than a day of silence', row(2_000, 6_000, 86_400_001), undefined],
    ['fractions', row(2_000.5, 6_000, 15_000), undefined],
  ])('%s', (_name, seen, expected) => {
    expect(deployedTimesIn(seen)).toEqual(expected);
  });
});

describe('taken over', () => {
  const own = (): Times => ({ heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 });

  test('all of them, by a bot that chose none', () => {
    const times = own();
    expect(adoptTimes(times, TIMES, false)).toEqual({ isNew: true, differs: false });
    expect(times).toEqual(TIMES);
    expect(adoptTimes(times, TIMES, false)).toEqual({ isNew: false, differs: false });
  });

  test('all but the heartbeat, by a bot that chose its own; the difference is reported', () => {
    const times = own();
    expect(adoptTimes(times, TIMES, true)).toEqual({ isNew: true, differs: true });
    expect(times).toEqual({ ...TIMES, heartbeatMs: 10_000 });
  });

  test('nothing differs for a bot that chose the deployed heartbeat', () => {
    expect(adoptTimes({ ...own(), heartbeatMs: 2_000 }, TIMES, true)).toEqual({ isNew: true, differs: false });
  });
});
