/**
 * What holds for every pattern of beats, ticks, clocks and snoozes. The bounds are said in the words of the
 * specification: instants at which things happened, and the configuration's durations.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { snooze } from '../../lambda/app/operator/operator-commands.ts';
import { defaultBot } from '../../lambda/core/config/settings.ts';
import { tries } from '../faults/extent.ts';
import { beat } from '../support/bot-actions.ts';
import { START_MS, TIMES, watchRig } from './watch-rig.ts';

const MINUTE = 60_000;
const DEAD_AFTER_MS = 120_000;
/** A tick watches over those that are due within this time. */
const HORIZON_MS = 80_000;
/** A heartbeat and its slack: how long a tick proves that the bot could be heard. */
const OWN_WATCH_MS = 12_000;
const FIRES_WITHIN_MS = 1_500;
/** The first beat takes two writes of 5 ms. */
const STARTED_WITHIN_MS = 10;
const RUNS = tries(50);

interface Tick {
  readonly lateByMs: number;
  readonly isLost: boolean;
  readonly isDoubled: boolean;
}

/** The instants of the ticks: each minute, late by some, some lost (never more than `mostLost` in a row), some twice. */
function instantsOf(ticks: readonly Tick[], mostLost: number): readonly number[] {
  let lost = 0;
  return ticks.flatMap(({ lateByMs, isLost, isDoubled }, minute) => {
    lost = isLost && lost < mostLost && minute > 0 ? lost + 1 : 0;
    if (lost > 0) return [];
    const at = minute * MINUTE + lateByMs;
    return isDoubled ? [at, at + 3] : [at];
  });
}

const ticksLateBy = (max: number): fc.Arbitrary<readonly Tick[]> =>
  fc.array(fc.record({ lateByMs: fc.integer({ min: 0, max }), isLost: fc.boolean(), isDoubled: fc.boolean() }), {
    minLength: 36,
    maxLength: 36,
  });

/** Instants with these gaps, the first one just after the first tick may have come. */
const after = (gaps: readonly number[]): readonly number[] => {
  let at = 0;
  return [0, ...gaps].map(gap => {
    at += gap;
    return at;
  });
};

const punctual: Tick = { lateByMs: 0, isLost: false, isDoubled: false };
const oneBeat = { ticks: Array.from({ length: 36 }, () => punctual), gaps: [] };
const snoozedBeforeItsFirstBeat = { ...oneBeat, offsetMs: 0, snoozed: { afterMs: 0, forMs: 18 } };
const neverSnoozedAndBehind = { ...oneBeat, offsetMs: -18, snoozed: null };

it('with clocks corrected: exactly one trip, never before the deadline, on time if the watchdog is running', async () => {
  const scenario = fc.record({
    // Late by 30 s at most and one lost in a row.
    ticks: ticksLateBy(30_000),
    gaps: fc.array(fc.integer({ min: 500, max: 115_000 }), { maxLength: 12 }),
    offsetMs: fc.integer({ min: -200, max: 200 }),
    snoozed: fc.option(
      fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), forMs: fc.integer({ min: 0, max: 300_000 }) }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ ticks, gaps, offsetMs, snoozed }) => {
      const rig = watchRig();
      const beats = after(gaps);
      const lastBeat = beats.at(-1) ?? 0;
      const tickInstants = instantsOf(ticks, 1);
      let snoozedUntil = Number.NEGATIVE_INFINITY;
      const snoozing = async (): Promise<void> => {
        if (snoozed === null) return;
        await rig.until(lastBeat + snoozed.afterMs);
        const untilMs = Math.floor(rig.nowMs() + snoozed.forMs);
        const order = { botId: 'alpha', atMs: rig.clock.nowMs(), by: 'ops' };
        const result = await snooze(rig.bots, order, START_MS + untilMs, 1_000);
        // A bot whose very first beat is still on its way cannot be snoozed, and the operator gets that error.
        const isKnown = beats.length > 1 || snoozed.afterMs > STARTED_WITHIN_MS;
        if (isKnown) expect(result.kind).toBe('done');
        if (result.kind === 'done') snoozedUntil = untilMs;
      };
      const [refused] = await Promise.all([rig.beats('alpha', beats, offsetMs), rig.ticks(tickInstants), snoozing()]);

      const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
      expect(firings).toHaveLength(1);
      expect(refused).toBe(0);
      const firedAt = firings[0]?.atMs ?? 0;
      const deadline = Math.max(lastBeat + offsetMs, snoozedUntil) + DEAD_AFTER_MS;
      // A clock that is ahead gets the instant at which the beat was seen.
      const earliest = Math.max(lastBeat + Math.min(offsetMs, 0), snoozedUntil) + DEAD_AFTER_MS;
      // The row has whole milliseconds.
      expect(firedAt).toBeGreaterThanOrEqual(earliest - 2);
      const watching = tickInstants.find(at => at >= deadline - HORIZON_MS) ?? Number.NaN;
      const latest = Math.max(deadline, watching + OWN_WATCH_MS);
      expect(firedAt).toBeLessThanOrEqual(latest + FIRES_WITHIN_MS);
    }),
    { numRuns: RUNS, examples: [[snoozedBeforeItsFirstBeat], [neverSnoozedAndBehind]] },
  );
});

it('with any clock, any watchdog runs: never while heartbeats arrive, always after they end, and once', async () => {
  const year = 31_536_000_000;
  const anyOffset = fc.oneof(
    fc.integer({ min: -400_000, max: 400_000 }),
    fc.integer({ min: -60 * year, max: 60 * year }),
    fc.constantFrom(-120_000, -119_999, -30_000, 120_000, 3_600_000),
  );
  const scenario = fc.record({
    ticks: ticksLateBy(59_999),
    gaps: fc.array(fc.integer({ min: 8_000, max: 11_500 }), { maxLength: 60 }),
    offsets: fc.oneof(
      anyOffset.map(offset => [offset]),
      fc.array(anyOffset, { minLength: 1, maxLength: 9 }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ ticks, gaps, offsets }) => {
      const rig = watchRig();
      const beats = after(gaps);
      const lastBeat = beats.at(-1) ?? 0;
      const offsetOf = (index: number): number => offsets[index % offsets.length] ?? 0;
      const [refused] = await Promise.all([rig.beats('alpha', beats, offsetOf), rig.ticks(instantsOf(ticks, 2))]);
      expect(refused).toBe(0);
      const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
      expect(firings).toHaveLength(1);
      const firedAt = firings[0]?.atMs ?? 0;
      expect(firedAt).toBeGreaterThanOrEqual(lastBeat + OWN_WATCH_MS);
      // Two lost ticks and a late one are four minutes: until the beat is seen (by a clock that is ahead it may look
      // fresh then), until it is seen to be old by a tick that was blind meanwhile, and until somebody checks again.
      expect(firedAt).toBeLessThanOrEqual(lastBeat + 3 * 4 * MINUTE + FIRES_WITHIN_MS);
    }),
    { numRuns: RUNS },
  );
});

it('whatever outage of the table: no bot is tripped that sends heartbeats, and every bot that does not', async () => {
  const scenario = fc.record({
    ticks: ticksLateBy(30_000),
    phaseMs: fc.integer({ min: 0, max: 9_999 }),
    // One lost beat is no silence: two heartbeats and the slack.
    lateAfterMs: fc.integer({ min: 22_000, max: 40_000 }),
    // Between late and dead there is time for a beat: an outage may begin and end between two reads.
    deadForMs: fc.integer({ min: OWN_WATCH_MS, max: 90_000 }),
    outageFromMs: fc.integer({ min: 0, max: 200_000 }),
    outageMs: fc.integer({ min: 0, max: 300_000 }),
  });
  const until = 8 * MINUTE;
  await fc.assert(
    fc.asyncProperty(scenario, async ({ ticks, phaseMs, lateAfterMs, deadForMs, outageFromMs, outageMs }) => {
      const rig = watchRig();
      const bots = [
        { ...defaultBot('alpha'), lateAfterMs, deadAfterMs: lateAfterMs + deadForMs },
        // The first beat of both is before the outage; beta's is its last.
        { ...defaultBot('beta'), lateAfterMs, deadAfterMs: lateAfterMs + deadForMs },
      ];
      const isOut = (): boolean =>
        rig.nowMs() >= 20_000 + outageFromMs && rig.nowMs() < 20_000 + outageFromMs + outageMs;
      rig.bots.injectFaults(() => (isOut() ? 'refuse' : undefined));
      const beating = async (): Promise<void> => {
        await rig.beats('beta', [0]);
        let taken = 0;
        for (let at = phaseMs; at < until; at += 10_000) {
          await rig.until(at);
          if (isOut()) continue;
          await beat(
            rig.bots,
            { botId: 'alpha', atMs: rig.clock.nowMs(), count: at, by: 'bot', times: TIMES, arms: taken === 0 },
            1_000,
          );
          taken += 1;
        }
      };
      const instants = instantsOf(ticks, 1).filter(at => at < until - MINUTE);
      await Promise.all([beating(), rig.ticks(instants, { bots })]);
      const firings = rig.invoked.filter(call => call.trigger === 'watchdog');
      expect(firings.filter(({ botId, atMs }) => botId === 'alpha' && atMs < until - 10_000)).toEqual([]);
      expect(firings.filter(({ botId }) => botId === 'beta').length).toBeLessThanOrEqual(1);
      const isWhole = outageMs < 60_000 && ticks.every(({ isLost }) => !isLost);
      if (isWhole) expect(firings.map(({ botId }) => botId)).toContain('beta');
    }),
    { numRuns: RUNS },
  );
});
