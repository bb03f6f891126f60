/**
 * Many bots over hours of virtual time: deaths, lost networks, reported failures, goodbyes, snoozes, wrong clocks; a watchdog
 * whose runs are late, lost and doubled, and whose table, rule and liquidator fail for minutes. Short here;
 * `npm run test:soak` (run.ts) is the long one.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { type History, runFleet } from './fleet.ts';
import type { Happened } from './fleet-bots.ts';
import { judgeHistory } from './judge-history.ts';
import { MINUTE } from './outages.ts';

let history: History;
beforeAll(async () => {
  history = await runFleet({
    ...{ seed: 20_261_121, bots: 300, forMs: 180 * MINUTE, wellMs: 40 * MINUTE, quietMs: 25 * MINUTE },
  });
});

it('no bot that reports is tripped, no silent bot is missed, and each trip is one liquidation', () => {
  const { problems, counts } = judgeHistory(history);
  expect(problems.slice(0, 20)).toEqual([]);
  // What never happened proves nothing.
  const { refusedBeats, lockOutChecks, staleStops, crashStarts, duplicates, checks } = history;
  const { gone, rearms, midRun, refusedRearms } = history;
  const others = { gone, rearms, midRun, refusedRearms, checks };
  const seen = { ...counts, refusedBeats, lockOutChecks, staleStops, crashStarts, duplicates, ...others };
  for (const [what, count] of Object.entries(seen)) expect([what, count > 0]).toEqual([what, true]);
});

describe('the judge of it finds', () => {
  /** A bot that fell silent without an outage, with a correct clock: its trip has an exact bound. */
  function plainTrip(): { readonly botId: string; readonly trip: Happened } {
    for (const [botId, happened] of history.happened) {
      const trip = happened.find(({ kind, cause, atMs }, at) => {
        const isQuiet = history.outages.every(
          ({ fromMs, toMs }) => atMs < fromMs - 15 * MINUTE || atMs > toMs + 15 * MINUTE,
        );
        return kind === 'trip' && cause === 'silence' && happened[at + 1] !== undefined && isQuiet;
      });
      const timeline = history.timelines.find(one => one.botId === botId);
      if (trip !== undefined && timeline?.isClockRight === true) return { botId, trip };
    }
    throw new Error('Nobody fell silent on a quiet day.');
  }
  const historyOf = (botId: string, happened: readonly Happened[]): History => ({
    ...history,
    happened: new Map([...history.happened, [botId, happened]]),
  });
  const kindsOf = (forged: History): readonly string[] => judgeHistory(forged).problems.map(({ kind }) => kind);
  const others = (botId: string, trip: Happened): readonly Happened[] =>
    (history.happened.get(botId) ?? []).filter(one => one !== trip);

  it('a trip a minute before its time', () => {
    const { botId, trip } = plainTrip();
    const early = { ...trip, atMs: trip.atMs - 62_000 };
    expect(
      kindsOf(
        historyOf(
          botId,
          (history.happened.get(botId) ?? []).map(one => (one === trip ? early : one)),
        ),
      ),
    ).toContain('early');
  });

  it('a second trip of a bot that is tripped already', () => {
    const { botId, trip } = plainTrip();
    const twice = (history.happened.get(botId) ?? []).flatMap(one =>
      one === trip ? [one, { ...one, atMs: one.atMs + 1 }] : [one],
    );
    expect(kindsOf(historyOf(botId, twice))).toContain('early');
  });

  it('a trip that never came', () => {
    const { botId, trip } = plainTrip();
    expect(kindsOf(historyOf(botId, others(botId, trip)))).toContain('missed');
  });

  it('a trip two minutes after its time', () => {
    const { botId, trip } = plainTrip();
    const late = { ...trip, atMs: trip.atMs + 62_000 + 60_000 };
    const at = [...others(botId, trip), late].toSorted((a, b) => a.atMs - b.atMs);
    expect(kindsOf(historyOf(botId, at))).toContain('missed');
  });

  it('a trip without a liquidation', () => {
    const { trip } = plainTrip();
    const left = history.attempts.filter(({ correlationId }) => correlationId !== trip.correlationId);
    expect(kindsOf({ ...history, attempts: left })).toEqual(['missed']);
  });

  const attemptOf = (trip: Happened) => {
    const one = history.attempts.find(({ correlationId }) => correlationId === trip.correlationId);
    if (one === undefined) throw new Error('The trip was not liquidated.');
    return one;
  };

  it('a trip with two liquidations, and a liquidation without a trip', () => {
    const one = attemptOf(plainTrip().trip);
    expect(kindsOf({ ...history, attempts: [...history.attempts, { ...one, attempt: 1 }] })).toEqual(['double']);
    const stray = { ...one, correlationId: 'liq_20261121_000000_abcdef' };
    expect(kindsOf({ ...history, attempts: [...history.attempts, stray] })).toEqual(['double']);
  });

  it('an attempt after the bot was re-armed', () => {
    const { botId, trip } = plainTrip();
    const one = attemptOf(trip);
    const rearmMs =
      history.happened.get(botId)?.find(({ kind, atMs }) => kind === 'rearm' && atMs > trip.atMs)?.atMs ?? 0;
    const attempts = [...history.attempts, { ...one, atMs: rearmMs + 1_000, attempt: 2 }];
    expect(kindsOf({ ...history, attempts })).toEqual(['double']);
  });
});
