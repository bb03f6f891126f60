/**
 * Nobody calls the liquidator: the bot is killed, and a watchdog that is in the middle of its tick sees the deadline pass.
 *
 *   bot       beat   beat   beat   killed          beat: refused
 *   watchdog    tick ───────────────── late ─── dead
 *   liquidator                                   └── read, cancel, close … FLAT
 */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, auditLogHas, oneCorrelationId, unequal, withAnswerOfCall } from './expectations.ts';
import { hasSent } from './heartbeats.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { calledByTheTickAtDeadline, lockedOut, nothingBeforeDeadline } from './tick-at-deadline.ts';

const DEAD_AFTER_MS = 6_000;
const BEATS = 3;

const calledOnce: Check = {
  sentence: 'there was exactly one liquidation, called by the watchdog',
  judge: withAnswerOfCall('watchdog', (answer, evidence) => {
    const trips = evidence.ticks.flatMap(({ report }) => report?.fired ?? []);
    return unequal([
      ['the number of liquidations', evidence.calls.length, 1],
      ['its trigger', answer.trigger, 'watchdog'],
      ['the bot', answer.bot_id, evidence.bots[0]?.botId],
      ['trips that the watchdog reports', trips.map(one => one.correlation_id).join(', '), answer.correlation_id],
    ]);
  }),
};

export const watchdog: Scenario = {
  name: 'watchdog',
  title: 'A bot is killed, and no person liquidates',
  promise: 'The watchdog warns, waits for the deadline, liquidates once, and the account is flat.',
  positions: { usual: 2, least: 1 },
  bots: [{ botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: DEAD_AFTER_MS }],
  prepare: openPortfolio,
  steps: [
    { kind: 'bot-lives', says: 'the bot starts: a heartbeat each second, late after 3 s, dead after 6 s' },
    { kind: 'tick' },
    { kind: 'ticked' },
    { kind: 'until', says: 'the bot had sent a few heartbeats', holds: hasSent(BEATS) },
    { kind: 'bot-falls-silent', says: 'the bot goes silent: killed or hung, which look the same' },
    { kind: 'settled' },
    { kind: 'bot-beats' },
  ],
  checks: [
    nothingBeforeDeadline(DEAD_AFTER_MS),
    calledByTheTickAtDeadline(DEAD_AFTER_MS),
    calledOnce,
    ...flatByReducing(),
    answeredFlat('watchdog'),
    lockedOut('the bot’s next heartbeat is refused: it is tripped, and the refusal names the liquidation'),
    auditLogHas('bot_late', () => 1, 'the audit log has the warning, once'),
    auditLogHas('bot_dead', () => 1, 'the audit log has the trip, once'),
    oneCorrelationId,
    ...completedAndProven,
  ],
};
