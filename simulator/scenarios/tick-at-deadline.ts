/**
 * Whether a death was noticed in time, by the order of events: the tick that ran when the deadline passed called the
 * liquidator, and nobody did before. How many milliseconds later depends on this machine more than on the watchdog.
 */

import { unequal } from './expectations.ts';
import { deadlineOf } from './heartbeats.ts';
import type { Check } from './scenario.ts';

export const nothingBeforeDeadline = (deadAfterMs: number): Check => ({
  sentence: `no request was sent before the deadline, ${deadAfterMs / 1_000} s after the last heartbeat`,
  judge: evidence => {
    const deadlineMs = deadlineOf(evidence.bots[0], deadAfterMs);
    return evidence.journal
      .filter(({ receivedAtMs }) => !(receivedAtMs >= deadlineMs))
      .map(
        ({ seq, path, receivedAtMs }) => `request ${seq}, ${path}: ${Math.round(deadlineMs - receivedAtMs)} ms early`,
      );
  },
});

export const calledByTheTickAtDeadline = (deadAfterMs: number): Check => ({
  sentence: 'the watchdog run at the deadline called the liquidator, not the one a minute later',
  judge: evidence => {
    const { calls, ticks, journal } = evidence;
    const deadlineMs = deadlineOf(evidence.bots[0], deadAfterMs);
    const running = ticks.find(tick => tick.startedAtMs <= deadlineMs);
    const late = calls.filter(({ startedAtMs }) => !(startedAtMs <= (running?.endedAtMs ?? Number.NaN)));
    return [
      ...(journal.length > 0 ? [] : ['nothing was ever asked of the exchange']),
      ...late.map(({ call, startedAtMs }) => `"${call}" came after ${Math.round(startedAtMs - deadlineMs)} ms`),
    ];
  },
});

/** The next heartbeat is refused, and the refusal names the liquidation. */
export const lockedOut = (sentence: string): Check => ({
  sentence,
  judge: ({ bots: [bot], calls }) => {
    const last = bot?.beats.at(-1);
    return unequal([
      ['the last heartbeat', last?.outcome, 'tripped'],
      ['the liquidation it names', last?.correlationId, calls[0]?.correlationId],
      ['the state in the table', bot?.row.watch_state, 'tripped'],
    ]);
  },
});
