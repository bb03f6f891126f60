/**
 * DynamoDB takes reads and refuses writes, for longer than a bot may be silent. The heartbeats of forty
 * bots are lost; one bot is dead.
 *
 *   DynamoDB   ──────────┤ refuses writes ───────────────────├────────────────────────
 *   39 bots    beat  beat   beats are lost                     beat  beat  clean stop
 *   gone       beat  dies
 *   watchdog   tick ──────── proves nothing: trips nobody ───── one heartbeat and 2 s ─ gone: FLAT
 *
 * A twentieth of the times of a usual bot: 7.5 s are 150 s of one that is dead after 120 s.
 */

import { checkThat } from './checks.ts';
import type { BotEvidence } from './evidence.ts';
import { auditLogHas, completedAndProven, couldOnlyReduce, noLimitHit, onlyReduced } from './expectations.ts';
import { lastTakenAtMs, longestSilenceMs } from './heartbeats.ts';
import type { Scenario, Scene } from './scenario.ts';
import { ONE_EACH, startWatched } from './steps.ts';

const TIMES = { heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: 6_000 };
const OUTAGE_MS = 7_500;
/** A heartbeat and 2 s. */
const PROOF_MS = 3_000;
const GONE = 'gone';
const HEALTHY = Array.from({ length: 39 }, (_, index) => `b${index}`);

const healthyUntouched = checkThat(
  'none of the 39 bots that kept sending heartbeats was tripped, and none of their accounts was changed',
  ({ bots, ticks, journal }) => [
    ...ticks
      .flatMap(({ report }) => report?.fired ?? [])
      .filter(({ bot_id }) => bot_id !== GONE)
      .map(({ bot_id }) => `${bot_id} was tripped`),
    ...bots
      .filter(({ botId, row }) => botId !== GONE && row.watch_state !== 'disarmed')
      .map(({ botId, row }) => `${botId} is ${String(row.watch_state)}, not disarmed`),
    ...journal
      .filter(({ account }) => account !== GONE)
      .map(({ seq, path, account }) => `request ${seq} for ${account}: ${path}`),
  ],
);

const lostForLong = checkThat(
  'the table missed the heartbeats of each of them for longer than a bot may be silent',
  ({ bots }) =>
    bots
      .filter(({ botId }) => botId !== GONE)
      .map(({ botId, beats }) => {
        const longestMs = longestSilenceMs({ beats });
        return longestMs > TIMES.deadAfterMs || `of ${botId} for ${Math.round(longestMs)} ms only`;
      }),
);

const goneTripped = checkThat(
  'the dead bot was tripped once, after writes had worked again for one heartbeat and 2 s',
  ({ bots, calls, journal, stage }) => {
    const backAtMs = Math.min(...bots.filter(({ botId }) => botId !== GONE).flatMap(firstAfterOutage));
    const [first] = journal;
    if (backAtMs === Number.POSITIVE_INFINITY || first === undefined)
      return ['nobody came back, or nobody was liquidated'];
    // A beat may come up to a heartbeat after the writes are back.
    const afterMs = Math.round(first.receivedAtMs - stage.rttMs / 2 - backAtMs);
    return [
      ['the liquidations', calls.map(({ answer }) => `${answer?.bot_id} ${answer?.state}`).join(), 'gone completed'],
      afterMs >= PROOF_MS - TIMES.heartbeatMs || `${afterMs} ms after the first beat was stored again`,
    ];
  },
);

function firstAfterOutage({ beats }: BotEvidence): readonly number[] {
  const lost = beats.findLastIndex(({ outcome }) => outcome === 'not stored');
  const back = beats[lost + 1];
  return lost === -1 || back === undefined ? [] : [back.atMs];
}

const isOutageLong = ({ bots, nowMs }: Scene): boolean =>
  bots.every(bot => nowMs - (lastTakenAtMs(bot) ?? nowMs) > OUTAGE_MS);

export const brownout: Scenario = {
  name: 'brownout',
  title: 'The table accepts reads and refuses writes',
  promise:
    'While the table refuses writes, none of forty live bots is tripped; a dead bot is tripped once writes work again.',
  ...ONE_EACH,
  bots: [...HEALTHY, GONE].map(botId => ({ botId, ...TIMES })),
  steps: [
    ...startWatched(
      'forty bots start: a heartbeat each second, late after 3 s, dead after 6 s (a twentieth of a usual bot’s times)',
    ),
    {
      kind: 'until',
      says: 'each bot had sent two heartbeats',
      holds: ({ bots }) => bots.every(({ beats }) => beats.length >= 2),
    },
    { kind: 'bot-falls-silent', says: '"gone" dies', who: GONE },
    {
      ...{ kind: 'tables', work: false, onlyWrites: true },
      says: 'DynamoDB refuses writes for 7.5 s, which stand for 150 s: every heartbeat is answered 500',
    },
    { kind: 'until', says: `nothing was stored of any bot for ${OUTAGE_MS} ms`, holds: isOutageLong },
    { kind: 'tables', work: true, says: 'DynamoDB accepts writes again' },
    { kind: 'logged', event: 'bot_dead' },
    { kind: 'bot-leaves', says: 'the other 39 stop cleanly', who: HEALTHY },
    { kind: 'settled' },
  ],
  checks: [
    healthyUntouched,
    lostForLong,
    goneTripped,
    onlyReduced,
    couldOnlyReduce,
    noLimitHit,
    auditLogHas('bot_dead', 1, 'the audit log has one trip'),
    ...completedAndProven,
  ],
};
