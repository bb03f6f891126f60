/**
 * Nobody calls the liquidator: a watchdog that is in the middle of its tick watches the bot. Its deadline passes (watchdog,
 * rolling-restart), or it reports in time (late).
 *
 *   watchdog          beat   beat   beat   killed            beat: refused
 *   rolling-restart   old run: beat  beat ─ clean stop: refused, a newer run beats
 *                     new run:     start  beat  beat  killed
 *   the tick            ──────────────────────── late ─── dead
 *   liquidator                                             └── read, cancel, close … FLAT
 */

import { checkAnswer, checkThat } from './checks.ts';
import {
  answeredFlat,
  auditLogHas,
  completedAndProven,
  flatByReducing,
  noRequests,
  oneCorrelationId,
  proven,
  trippedOnce,
  untouched,
} from './expectations.ts';
import {
  beatenOff,
  calledByTheTickAtDeadline,
  hasSent,
  lockedOut,
  nothingBeforeDeadline,
  pausesMs,
} from './heartbeats.ts';
import type { Scenario, Scene, WatchedBot } from './scenario.ts';
import { startWatched, USUAL_ACCOUNT } from './steps.ts';

const calledOnce = checkAnswer(
  'watchdog',
  'there was exactly one liquidation, called by the watchdog',
  (answer, { calls, bots, ticks }) => [
    ['the number of liquidations', calls.length, 1],
    ['its trigger', answer.trigger, 'watchdog'],
    ['the bot', answer.bot_id, bots[0]?.botId],
    [
      'trips that the watchdog reports',
      ticks.flatMap(({ report }) => report?.fired.map(one => one.correlation_id) ?? []).join(', '),
      answer.correlation_id,
    ],
  ],
);

const QUICK: WatchedBot = { botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: 6_000 };

export const watchdog: Scenario = {
  ...USUAL_ACCOUNT,
  name: 'watchdog',
  title: 'A bot is killed, and no person liquidates',
  promise: 'The watchdog warns, waits for the deadline, liquidates once, and the account is flat.',
  bots: [QUICK],
  steps: [
    ...startWatched('the bot starts: a heartbeat each second, late after 3 s, dead after 6 s'),
    { kind: 'until', says: 'the bot had sent a few heartbeats', holds: hasSent(3) },
    { kind: 'bot-falls-silent', says: 'the bot goes silent: killed or hung, which look the same' },
    { kind: 'settled' },
    { kind: 'bot-beats' },
  ],
  checks: [
    nothingBeforeDeadline(QUICK),
    calledByTheTickAtDeadline(QUICK),
    calledOnce,
    ...flatByReducing(),
    answeredFlat('watchdog'),
    lockedOut('the bot’s next heartbeat is refused: it is tripped, and the refusal names the liquidation'),
    auditLogHas('bot_late', 1, 'the audit log has the warning, once'),
    trippedOnce,
    oneCorrelationId,
    ...completedAndProven,
  ],
};

const QUICKER: WatchedBot = { ...QUICK, deadAfterMs: 4_000 };

const stillWatched = checkThat('the disarm of the old run did not end the watch of the new one', ({ bots: [bot] }) => [
  ...beatenOff(bot?.beats ?? []),
  ['the state in the table', bot?.row.watch_state, 'tripped'],
  ['the change that people were notified of last', bot?.row.last_change, 'armed'],
]);

/** A deploy of the bot: the new process sends a heartbeat before the old one stops cleanly. */
export const rollingRestart: Scenario = {
  ...USUAL_ACCOUNT,
  name: 'rolling-restart',
  title: 'A bot is replaced by a newer process, which then dies',
  promise: 'The end of the old process does not end the watch of the new one, and the death of the new one is noticed.',
  bots: [QUICKER],
  steps: [
    ...startWatched('the bot starts: a heartbeat each second, late after 3 s, dead after 4 s'),
    { kind: 'until', says: 'the bot had sent two heartbeats', holds: hasSent(2) },
    { kind: 'bot-restarts', says: 'its new process sends a heartbeat; then the old one stops cleanly, and is refused' },
    { kind: 'until', says: 'the new process had sent two more heartbeats', holds: hasSent(5) },
    { kind: 'bot-falls-silent', says: 'the new process is killed' },
    { kind: 'settled' },
  ],
  checks: [
    stillWatched,
    nothingBeforeDeadline(QUICKER),
    calledByTheTickAtDeadline(QUICKER),
    ...flatByReducing(),
    answeredFlat('watchdog'),
    trippedOnce,
    oneCorrelationId,
    ...completedAndProven,
  ],
};

/** The bot comes back as soon as it is late; the time until dead is long for the sake of busy machines. */
const HANGING: WatchedBot = { ...QUICK, lateAfterMs: 4_000, deadAfterMs: 10_000 };

/** It lives on beyond the deadline that it would have had. */
const outlivesItsDeadline = ({ nowMs, bots: [bot] }: Scene): boolean => {
  const beats = bot?.beats ?? [];
  const hung = beats.find(({ atMs }, index) => (beats[index + 1]?.atMs ?? atMs) - atMs >= HANGING.lateAfterMs);
  return hung !== undefined && nowMs > hung.atMs + HANGING.deadAfterMs;
};

const wasLate = checkThat('the bot was silent for longer than 4 s and shorter than 10 s, once', ({ bots }) => {
  const long = pausesMs(bots.flatMap(bot => bot.beats))
    .filter(ms => ms >= HANGING.lateAfterMs)
    .map(Math.round);
  const [first = 0] = long;
  return [(long.length === 1 && first < HANGING.deadAfterMs) || `its silences: ${long.join(', ') || 'none'} (ms)`];
});

const everyBeatTaken = checkThat('every heartbeat was accepted, and its disarm too', ({ bots }) => [
  ...beatenOff(bots.flatMap(({ beats }) => beats)),
  ['the state in the table', bots[0]?.row.watch_state, 'disarmed'],
]);

const onlyWarned = checkThat(
  'the watchdog found it late, and did not call the liquidator',
  ({ ticks, calls, bots }) => {
    const reports = ticks.flatMap(({ report }) => report ?? []);
    return [
      ['bots it saw late', reports.flatMap(report => report.late).join(', '), bots[0]?.botId],
      ['bots it tripped', reports.flatMap(({ fired }) => fired).length, 0],
      ['the problems it reports', reports.flatMap(({ problems }) => problems).join(' ') || 'nothing', 'nothing'],
      ['calls of the liquidator', calls.length, 0],
    ];
  },
);

export const late: Scenario = {
  ...USUAL_ACCOUNT,
  name: 'late',
  title: 'A bot hangs, and reports again before its deadline',
  promise: 'A bot that hangs and reports again before its deadline causes one warning and no liquidation.',
  bots: [HANGING],
  steps: [
    ...startWatched('the bot starts: a heartbeat each second, late after 4 s, dead after 10 s'),
    { kind: 'bot-falls-silent', says: 'the bot hangs' },
    { kind: 'logged', event: 'bot_late' },
    { kind: 'bot-lives', says: 'the bot is back' },
    { kind: 'until', says: 'the deadline passed that it would have had', holds: outlivesItsDeadline },
    { kind: 'bot-leaves', says: 'the bot stops cleanly' },
    { kind: 'settled' },
  ],
  checks: [
    wasLate,
    everyBeatTaken,
    noRequests,
    untouched,
    onlyWarned,
    auditLogHas('bot_late', 1, 'the audit log has the warning, once'),
    auditLogHas('bot_dead', 0, 'the audit log has no trip'),
    ...proven,
  ],
};
