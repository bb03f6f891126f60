/**
 * A bot that hangs and comes back in time. A warning is all that follows.
 *
 *   bot       beat   beat   hangs ─────────── beat   beat   goodbye
 *   watchdog    tick ────────────── late ───────────────────── end
 */

import { auditLogHas, chainProven, noRequests, nothingLeaked, unequal, untouched } from './expectations.ts';
import { beatenOff, pausesMs } from './heartbeats.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario, Scene } from './scenario.ts';

/** The bot comes back as soon as it is late; the time until dead is long for the sake of busy machines. */
const BOT = { botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 4_000, deadAfterMs: 10_000 };

/** It lives on beyond the deadline that it would have had. */
const outlivesItsDeadline = ({ nowMs, bots: [bot] }: Scene): boolean => {
  const beats = bot?.beats ?? [];
  const hung = beats.find(({ atMs }, index) => (beats[index + 1]?.atMs ?? atMs) - atMs >= BOT.lateAfterMs);
  return hung !== undefined && nowMs > hung.atMs + BOT.deadAfterMs;
};

const wasLate: Check = {
  sentence: 'the bot was silent for longer than 4 s and shorter than 10 s, once',
  judge: ({ bots }) => {
    const long = pausesMs(bots.flatMap(bot => bot.beats))
      .filter(ms => ms >= BOT.lateAfterMs)
      .map(Math.round);
    const [first = 0] = long;
    return long.length === 1 && first < BOT.deadAfterMs ? [] : [`its silences: ${long.join(', ') || 'none'} (ms)`];
  },
};

const everyBeatTaken: Check = {
  sentence: 'every heartbeat was accepted, and its disarm too',
  judge: ({ bots }) => [
    ...beatenOff(bots.flatMap(({ beats }) => beats)),
    ...unequal([['the state in the table', bots[0]?.row.watch_state, 'disarmed']]),
  ],
};

const onlyWarned: Check = {
  sentence: 'the watchdog found it late, and did not call the liquidator',
  judge: ({ ticks, calls, bots }) => {
    const reports = ticks.flatMap(({ report }) => report ?? []);
    return unequal([
      ['bots it saw late', reports.flatMap(report => report.late).join(', '), bots[0]?.botId],
      ['bots it tripped', reports.flatMap(({ fired }) => fired).length, 0],
      ['what it complains of', reports.flatMap(({ problems }) => problems).join(' ') || 'nothing', 'nothing'],
      ['calls of the liquidator', calls.length, 0],
    ]);
  },
};

export const late: Scenario = {
  name: 'late',
  title: 'A bot hangs, and reports again before its deadline',
  promise: 'A bot that hangs and reports again before its deadline causes one warning and no liquidation.',
  positions: { usual: 2, least: 1 },
  bots: [BOT],
  prepare: openPortfolio,
  steps: [
    { kind: 'bot-lives', says: 'the bot starts: a heartbeat each second, late after 4 s, dead after 10 s' },
    { kind: 'tick' },
    { kind: 'ticked' },
    { kind: 'bot-falls-silent', says: 'the bot hangs' },
    { kind: 'logged', event: 'bot_late' },
    { kind: 'bot-lives', says: 'the bot is back' },
    { kind: 'until', says: 'the deadline passed that it would have had', holds: outlivesItsDeadline },
    { kind: 'bot-leaves', says: 'the bot says goodbye' },
    { kind: 'settled' },
  ],
  checks: [
    wasLate,
    everyBeatTaken,
    noRequests,
    untouched,
    onlyWarned,
    auditLogHas('bot_late', () => 1, 'the audit log has the warning, once'),
    auditLogHas('bot_dead', () => 0, 'the audit log has no trip'),
    chainProven,
    nothingLeaked,
  ],
};
