/**
 * DynamoDB fails in the middle of a liquidation, and stays away for longer than a bot may be silent.
 *
 *   DynamoDB   ─────────────┤ fails ──────────────────────────────├──────────────────────────────
 *   bot        beat  beat      beats are lost                       beat  beat  clean stop
 *   liquidator    halfway ──── FLAT    without tables ── FLAT                           attempt 2
 *   watchdog   tick ───────────── cannot read ── tick: alerts ────── checks again         tick
 */

import { answerOfCall, callOf, checkThat } from './checks.ts';
import type { Evidence, FunctionLogLine } from './evidence.ts';
import { flatByReducing, nothingLeaked, ordersIn } from './expectations.ts';
import { isTaken, lastTakenAtMs, longestSilenceMs } from './heartbeats.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import type { Scenario, Scene } from './scenario.ts';
import { callAndWait, FIRST_CLOSE_EXECUTED, startWatched, WATCHDOG_RUN } from './steps.ts';

const bothFlat = checkThat('both liquidations during the failure ended FLAT', evidence => {
  const [halfway, withoutTables] = ['halfway', 'without tables'].map(call => answerOfCall(evidence, call));
  const all = evidence.before.positions.length;
  return [
    ['the state of "halfway"', halfway?.state, 'completed'],
    ['what it closed', halfway?.positions_closed, all],
    ['the state of "without tables"', withoutTables?.state, 'completed'],
    ['what it closed', withoutTables?.positions_closed, all],
  ];
});

const namesMissing = checkThat(
  'their answers name what is missing: the stored result, the lock, the audit log',
  evidence => [
    ...lacksWarnings(evidence, 'halfway', ['AUDIT_INCOMPLETE', 'RESULT_NOT_STORED']),
    ...lacksWarnings(evidence, 'without tables', ['AUDIT_INCOMPLETE', 'LOCK_UNAVAILABLE']),
  ],
);

function lacksWarnings(evidence: Evidence, call: string, codes: readonly string[]): readonly string[] {
  const warnings = answerOfCall(evidence, call)?.warnings.map(({ code }) => code) ?? [];
  return codes.filter(code => !warnings.includes(code)).map(code => `"${call}" does not warn of ${code}`);
}

const alerted = checkThat('the watchdog that could not read its table logged it as CRITICAL', ({ logs, ticks }) => [
  logs.some(saysUnreadable) || 'no such line of level CRITICAL was written',
  ticks.some(({ report }) => report?.problems.some(problem => problem.startsWith('BOTS_UNREADABLE'))) ||
    'no tick reports it',
]);

const notTripped = checkThat(
  'it tripped no bot: the bot kept sending heartbeats, which could not be stored',
  ({ bots: [bot], ticks, calls }) => {
    const longestMs = longestSilenceMs(bot);
    const refused = (bot?.beats ?? []).filter(({ outcome }) => outcome === 'tripped').length;
    return [
      ...ticks.flatMap(({ report }) => (report?.fired ?? []).map(({ bot_id }) => `it tripped ${bot_id}`)),
      ...calls.filter(({ call }) => call === 'watchdog').map(({ correlationId }) => `${correlationId} by the watchdog`),
      longestMs > BOT.deadAfterMs || `the table missed heartbeats for ${Math.round(longestMs)} ms only`,
      ['heartbeats that were refused', refused, 0],
      ['the state in the table', bot?.row.watch_state, 'disarmed'],
    ];
  },
);

const nothingTwice = checkThat(
  'DynamoDB back: the interrupted run is resumed and found complete, a repeated call does nothing',
  evidence => {
    const [resumed, again] = ['attempt 2', 'again'].map(call => callOf(evidence, call));
    const lastClose = ordersIn(evidence.journal).at(-1)?.receivedAtMs ?? 0;
    return [
      ['the state of "attempt 2"', resumed?.answer?.state, 'completed'],
      ['what it closed', resumed?.answer?.positions_closed, 0],
      ['the state of "again"', again?.answer?.state, 'completed'],
      ['what it closed', again?.answer?.positions_closed, 0],
      lastClose < (resumed?.startedAtMs ?? 0) || 'an order was sent afterwards',
    ];
  },
);

const asFarAsStored = checkThat(
  'the audit log verifies as far as it was stored, and shows where it was cut off',
  ({ incidents, calls }) => {
    const id = calls.find(({ call }) => call === 'halfway')?.correlationId;
    const incident = incidents.find(({ correlationId }) => correlationId === id);
    const kindOf = (writer: string) => incident?.chain.segments.find(one => one.writer === writer)?.kind;
    return [
      // The tables failed for a while, so records of the other calls may be missing.
      ...incidents
        .filter(({ chain }) => chain.segments.some(({ kind }) => kind === 'changed'))
        .map(({ correlationId }) => `${correlationId} was changed`),
      ['the part of attempt 1', kindOf('a1'), 'unsealed'],
      ['the part of attempt 2', kindOf('a2'), 'intact'],
      ['the state of the record', incident?.state, 'completed'],
    ];
  },
);

const BOT = { botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: 6_000 };

/** Heartbeats were not stored for longer than a bot may be silent. */
const missedTooLong = ({ nowMs, bots: [bot] }: Scene): boolean =>
  nowMs - (lastTakenAtMs(bot) ?? nowMs) > BOT.deadAfterMs;

/** The last two heartbeats were stored, after some that were not. */
const isStoredAgain = ({ bots: [bot] }: Scene): boolean => {
  const beats = bot?.beats ?? [];
  return beats.some(beat => !isTaken(beat)) && beats.slice(-2).every(isTaken);
};

const saysUnreadable = ({ level, fields }: FunctionLogLine): boolean =>
  level === 'CRITICAL' && fields.code === 'BOTS_UNREADABLE';

export const amnesia: Scenario = {
  name: 'amnesia',
  title: 'DynamoDB fails in the middle of a liquidation',
  promise:
    'If DynamoDB fails during a liquidation, the account still ends flat, no healthy bot is tripped, and nothing is done twice.',
  positions: { usual: 2, least: 1, most: 40 },
  // Short, because the drill waits for the end of the lease, which lasts three seconds longer.
  settings: { timeoutMs: 10_000 },
  bots: [BOT],
  prepare: openPortfolio,
  steps: [
    ...startWatched('the bot starts: a heartbeat each second, late after 3 s, dead after 6 s'),
    { kind: 'call', call: 'halfway', id: 'one', on: 'A' },
    FIRST_CLOSE_EXECUTED,
    { kind: 'tables', work: false, says: 'DynamoDB fails: every call is answered 500' },
    { kind: 'answered', calls: ['halfway'] },
    { kind: 'change', says: 'the bot trades on: its positions are open again', make: openPositions },
    { kind: 'tick' },
    ...callAndWait('without tables', 'two'),
    { kind: 'until', says: 'the watchdog reported it', holds: ({ logs }) => logs.some(saysUnreadable) },
    { kind: 'until', says: 'the table missed heartbeats for longer than a bot may be silent', holds: missedTooLong },
    { kind: 'tables', work: true, says: 'DynamoDB works again' },
    { kind: 'until', says: 'the heartbeats of the bot were stored again', holds: isStoredAgain },
    { kind: 'bot-leaves', says: 'the bot stops cleanly' },
    { kind: 'settled' },
    { kind: 'lease-end', id: 'one' },
    ...WATCHDOG_RUN,
    ...callAndWait('again', 'two'),
  ],
  checks: [
    bothFlat,
    namesMissing,
    alerted,
    notTripped,
    nothingTwice,
    ...flatByReducing(2),
    asFarAsStored,
    nothingLeaked,
  ],
};
