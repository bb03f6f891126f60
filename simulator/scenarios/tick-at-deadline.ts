/**
 * Whether a death was noticed in time, by the order of events: the tick that was awake when the deadline passed called the
 * liquidator, and nobody did before. How many milliseconds later says more of this machine than of the watchdog.
 */

import type { Evidence } from './evidence.ts';
import type { Check } from './scenario.ts';

export const nothingBeforeDeadline = (deadAfterMs: number): Check => ({
  sentence: `no request was sent before the deadline, ${deadAfterMs / 1_000} s after the last heartbeat`,
  judge: evidence => {
    const deadlineMs = deadlineOf(evidence, deadAfterMs);
    return evidence.journal
      .filter(({ receivedAtMs }) => !(receivedAtMs >= deadlineMs))
      .map(
        ({ seq, path, receivedAtMs }) => `request ${seq}, ${path}: ${Math.round(deadlineMs - receivedAtMs)} ms early`,
      );
  },
});

export const calledByTheTickAwake = (deadAfterMs: number): Check => ({
  sentence: 'the watchdog run at the deadline called the liquidator, not the one a minute later',
  judge: evidence => {
    const { calls, ticks, journal } = evidence;
    const deadlineMs = deadlineOf(evidence, deadAfterMs);
    const awake = ticks.find(tick => tick.startedAtMs <= deadlineMs);
    const late = calls.filter(({ startedAtMs }) => !(startedAtMs <= (awake?.endedAtMs ?? Number.NaN)));
    return [
      ...(journal.length > 0 ? [] : ['nothing was ever asked of the exchange']),
      ...late.map(({ call, startedAtMs }) => `"${call}" came after ${Math.round(startedAtMs - deadlineMs)} ms`),
    ];
  },
});

/** By the bot's own beats, whatever the watchdog says; the table keeps whole milliseconds. */
function deadlineOf({ bots: [bot] }: Evidence, deadAfterMs: number): number {
  const last = bot?.beats.findLast(({ outcome }) => outcome === 'taken');
  return last === undefined ? Number.NaN : Math.floor(last.atMs) + deadAfterMs;
}
