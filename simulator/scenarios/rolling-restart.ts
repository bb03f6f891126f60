/**
 * A deploy of the bot: the new process sends a heartbeat before the old one says goodbye. The new one is watched, and its
 * death is noticed.
 *
 *   old run    beat  beat  beat ─ goodbye: refused, a newer run beats
 *   new run             start  beat  beat  killed
 *   watchdog   tick ─────────────────────────────── late ─── dead
 *   liquidator                                                └── FLAT
 */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, auditLogHas, oneCorrelationId, unequal } from './expectations.ts';
import { beatenOff, hasSent } from './heartbeats.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { calledByTheTickAtDeadline, nothingBeforeDeadline } from './tick-at-deadline.ts';

const DEAD_AFTER_MS = 4_000;

const stillWatched: Check = {
  sentence: 'the disarm of the old run did not end the watch of the new one',
  judge: ({ bots: [bot] }) => [
    ...beatenOff(bot?.beats ?? []),
    ...unequal([
      ['the state in the table', bot?.row.watch_state, 'tripped'],
      ['the change that people were notified of last', bot?.row.last_change, 'armed'],
    ]),
  ],
};

export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  title: 'A bot is replaced by a newer process, which then dies',
  promise: 'The end of the old process does not end the watch of the new one, and the death of the new one is noticed.',
  positions: { usual: 2, least: 1 },
  bots: [{ botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: DEAD_AFTER_MS }],
  prepare: openPortfolio,
  steps: [
    { kind: 'bot-lives', says: 'the bot starts: a heartbeat each second, late after 3 s, dead after 4 s' },
    { kind: 'tick' },
    { kind: 'ticked' },
    { kind: 'until', says: 'the bot had sent two heartbeats', holds: hasSent(2) },
    { kind: 'bot-restarts', says: 'its new process sends a heartbeat; then the old one says goodbye, and is refused' },
    { kind: 'until', says: 'the new process had sent two more heartbeats', holds: hasSent(5) },
    { kind: 'bot-falls-silent', says: 'the new process is killed' },
    { kind: 'settled' },
  ],
  checks: [
    stillWatched,
    nothingBeforeDeadline(DEAD_AFTER_MS),
    calledByTheTickAtDeadline(DEAD_AFTER_MS),
    ...flatByReducing(),
    answeredFlat('watchdog'),
    auditLogHas('bot_dead', () => 1, 'the audit log has the trip, once'),
    oneCorrelationId,
    ...completedAndProven,
  ],
};
