/**
 * A shell script that has only curl: no SDK, no credentials. Its ping URL is flooded for longer than it may be silent, which
 * trips nobody; then the script is killed, and its account goes flat.
 *
 *   bot        curl  curl  429  429  429  429  curl  curl  killed          curl: 409, tripped
 *   ping URL   ───────────┤ flooded ─────────├──────────────────────
 *   watchdog   tick ─────── pings itself: 429, trips nobody ─────────── pings itself: 200 ─ late ─── dead
 *   liquidator                                                                                   └── FLAT
 */

import { checkThat } from './checks.ts';
import { answeredFlat, completedAndProven, flatByReducing, oneCorrelationId, trippedOnce } from './expectations.ts';
import { hasSent, lastTakenAtMs, lockedOut, longestSilenceMs, nothingBeforeDeadline } from './heartbeats.ts';
import type { Scenario, WatchedBot } from './scenario.ts';
import { startWatched, USUAL_ACCOUNT } from './steps.ts';

const BOT: WatchedBot = { botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: 6_000 };
/** Longer than it may be silent. */
const FLOOD_MS = 7_500;

const floodWasLong = checkThat(
  `the flood had its pings refused for longer than it may be silent, ${BOT.deadAfterMs / 1_000} s`,
  ({ bots: [bot] }) => {
    const longestMs = longestSilenceMs(bot);
    return [longestMs > BOT.deadAfterMs || `for ${Math.round(longestMs)} ms only`];
  },
);

const alerted = checkThat('the watchdog reported that pings were not accepted, which raises an alarm', ({ logs }) => [
  logs.some(({ fields }) => fields.code === 'PINGS_REFUSED') || 'it did not',
]);

export const pingByCurl: Scenario = {
  ...USUAL_ACCOUNT,
  name: 'ping',
  title: 'A shell script with only curl is flooded, then killed',
  promise:
    'curl alone protects a shell bot: a flood of its URL trips no bot, and when the bot dies its account is closed.',
  bots: [BOT],
  pings: true,
  steps: [
    ...startWatched('a shell script pings each second with curl: late after 3 s, dead after 6 s'),
    { kind: 'until', says: 'the bot had pinged a few times', holds: hasSent(3) },
    { kind: 'flood', active: true, says: 'others flood the ping URL: every ping is answered 429' },
    {
      kind: 'until',
      says: `no pingByCurl was accepted for ${FLOOD_MS} ms`,
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
    nothingBeforeDeadline(BOT),
    alerted,
    ...flatByReducing(),
    answeredFlat('watchdog'),
    lockedOut('the next curl fails: the bot is tripped, and the answer names the liquidation'),
    trippedOnce,
    oneCorrelationId,
    ...completedAndProven,
  ],
};
