/**
 * The dead man's switch. Nobody presses the button: the bot is killed, and a watchdog that is in the middle of its tick
 * sees the deadline pass.
 *
 *   bot       beat   beat   beat   killed          beat: refused
 *   watchdog    tick ───────────────── late ─── dead
 *   liquidator                                   └── look, cancel, close … FLAT
 */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, answerTo, auditLogHas, noAnswer, oneCorrelationId, unequal } from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { calledByTheTickAwake, nothingBeforeDeadline } from './tick-at-deadline.ts';

const DEAD_AFTER_MS = 6_000;
const BEATS = 3;

const firedOnce: Check = {
  sentence: 'there was exactly one liquidation, called by the watchdog',
  judge: evidence => {
    const answer = answerTo(evidence, 'watchdog');
    if (answer === undefined) return [noAnswer(evidence, 'watchdog')];
    const fired = evidence.ticks.flatMap(({ report }) => report?.fired ?? []);
    return unequal([
      ['the number of liquidations', evidence.calls.length, 1],
      ['its trigger', answer.trigger, 'watchdog'],
      ['the bot', answer.bot_id, evidence.bots[0]?.botId],
      ['trips that the watchdog reports', fired.map(shot => shot.correlation_id).join(', '), answer.correlation_id],
    ]);
  },
};

const lockedOut: Check = {
  sentence: 'the bot’s next heartbeat is refused: it is tripped, and the refusal names the liquidation',
  judge: ({ bots: [bot], calls }) => {
    const last = bot?.beats.at(-1);
    return unequal([
      ['the last beat', last?.outcome, 'tripped'],
      ['the liquidation it names', last?.correlationId, calls[0]?.correlationId],
      ['the state in the table', bot?.row.watch_state, 'tripped'],
    ]);
  },
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
    {
      kind: 'until',
      says: 'the bot had sent a few heartbeats',
      holds: ({ bots: [bot] }) => (bot?.beats.length ?? 0) >= BEATS,
    },
    { kind: 'bot-falls-silent', says: 'the bot goes silent: killed or hung, which look the same' },
    { kind: 'settled' },
    { kind: 'bot-beats' },
  ],
  checks: [
    nothingBeforeDeadline(DEAD_AFTER_MS),
    calledByTheTickAwake(DEAD_AFTER_MS),
    firedOnce,
    ...flatByReducing(),
    answeredFlat('watchdog'),
    lockedOut,
    auditLogHas('bot_late', () => 1, 'the audit log has the warning, once'),
    auditLogHas('bot_dead', () => 1, 'the audit log has the trip, once'),
    oneCorrelationId,
    ...completedAndProven,
  ],
};
