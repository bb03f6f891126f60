/**
 * A shell script that has only curl: no SDK, no credentials. Its ping URL is flooded for longer than it may be silent, which
 * trips nobody; then the script is killed, and its account goes flat.
 *
 *   bot        curl  curl  429  429  429  429  curl  curl  killed          curl: 409, tripped
 *   ping URL   ───────────┤ flooded ─────────├──────────────────────
 *   watchdog   tick ─────── pings itself: 429, trips nobody ─────────── pings itself: 200 ─ late ─── dead
 *   liquidator                                                                                   └── FLAT
 */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, auditLogHas, oneCorrelationId } from './expectations.ts';
import { hasSent, lastTakenAtMs, longestSilenceMs } from './heartbeats.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { lockedOut, nothingBeforeDeadline } from './tick-at-deadline.ts';

const DEAD_AFTER_MS = 6_000;
/** Longer than it may be silent. */
const FLOOD_MS = 7_500;
const BEATS = 3;

const floodWasLong: Check = {
  sentence: `the flood had its pings refused for longer than it may be silent, ${DEAD_AFTER_MS / 1_000} s`,
  judge: ({ bots: [bot] }) => {
    const longestMs = longestSilenceMs(bot);
    return longestMs > DEAD_AFTER_MS ? [] : [`for ${Math.round(longestMs)} ms only`];
  },
};

const alerted: Check = {
  sentence: 'the watchdog reported that pings were not accepted, which raises an alarm',
  judge: ({ logs }) => (logs.some(({ fields }) => fields.code === 'PINGS_REFUSED') ? [] : ['it did not']),
};

export const ping: Scenario = {
  name: 'ping',
  title: 'A shell script with only curl is flooded, then killed',
  promise:
    'curl alone protects a shell bot: a flood of its URL trips no bot, and when the bot dies its account is closed.',
  positions: { usual: 2, least: 1 },
  bots: [{ botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: DEAD_AFTER_MS }],
  pings: true,
  prepare: openPortfolio,
  steps: [
    { kind: 'bot-lives', says: 'a shell script pings each second with curl: late after 3 s, dead after 6 s' },
    { kind: 'tick' },
    { kind: 'ticked' },
    { kind: 'until', says: 'the bot had pinged a few times', holds: hasSent(BEATS) },
    { kind: 'flood', active: true, says: 'others flood the ping URL: every ping is answered 429' },
    {
      kind: 'until',
      says: `no ping was accepted for ${FLOOD_MS} ms`,
      holds: ({ nowMs, bots: [bot] }) => nowMs - (lastTakenAtMs(bot) ?? nowMs) > FLOOD_MS,
    },
    { kind: 'flood', active: false, says: 'the flood is over' },
    {
      kind: 'until',
      says: 'a ping was accepted again',
      holds: ({ nowMs, bots: [bot] }) => nowMs - (lastTakenAtMs(bot) ?? 0) < FLOOD_MS / 2,
    },
    { kind: 'bot-falls-silent', says: 'the script is killed: SIGKILL' },
    { kind: 'logged', event: 'bot_dead' },
    { kind: 'settled' },
    { kind: 'bot-beats' },
  ],
  checks: [
    floodWasLong,
    nothingBeforeDeadline(DEAD_AFTER_MS),
    alerted,
    ...flatByReducing(),
    answeredFlat('watchdog'),
    lockedOut('the next curl fails: the bot is tripped, and the answer names the liquidation'),
    auditLogHas('bot_dead', () => 1, 'the audit log has the trip, once'),
    oneCorrelationId,
    ...completedAndProven,
  ],
};
