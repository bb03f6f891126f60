/**
 * DynamoDB fails in the middle of a liquidation, and stays away for longer than a bot may be silent.
 *
 *   DynamoDB   ─────────────┤ fails ──────────────────────────────├──────────────────────────────
 *   bot        beat  beat      beats are lost                       beat  beat  goodbye
 *   liquidator    halfway ──── FLAT    in the dark ── FLAT                              attempt 2
 *   watchdog   tick ───────────── cannot look ── tick: alerts ────── checks again         tick
 */

import { flatByReducing } from './common-checks.ts';
import type { BeatEvidence, Evidence, LogLine } from './evidence.ts';
import { answerTo, noAnswer, nothingLeaked, ordersIn, unequal } from './expectations.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import type { Check, Scenario, Scene } from './scenario.ts';

const flatAllTheSame: Check = {
  sentence: 'both liquidations during the failure ended FLAT',
  judge: evidence =>
    ['halfway', 'in the dark'].flatMap(call => {
      const answer = answerTo(evidence, call);
      if (answer === undefined) return [noAnswer(evidence, call)];
      return unequal([
        [`the state of "${call}"`, answer.state, 'completed'],
        [`what "${call}" closed`, answer.positions_closed, evidence.before.positions.length],
      ]);
    }),
};

const saysSo: Check = {
  sentence: 'their answers name what is missing: the stored result, the lock, the audit log',
  judge: evidence => [
    ...lacksWarnings(evidence, 'halfway', ['AUDIT_INCOMPLETE', 'RESULT_NOT_STORED']),
    ...lacksWarnings(evidence, 'in the dark', ['AUDIT_INCOMPLETE', 'LOCK_UNAVAILABLE']),
  ],
};

function lacksWarnings(evidence: Evidence, call: string, codes: readonly string[]): readonly string[] {
  const warnings = answerTo(evidence, call)?.warnings.map(({ code }) => code) ?? [];
  return codes.filter(code => !warnings.includes(code)).map(code => `"${call}" does not warn of ${code}`);
}

const alerted: Check = {
  sentence: 'the watchdog that could not read its table logged it as CRITICAL',
  judge: ({ logs, ticks }) => {
    const logged = logs.some(saysUnreadable);
    const blamed = ticks.some(({ report }) => report?.problems.some(problem => problem.startsWith('BOTS_UNREADABLE')));
    return [
      ...(logged ? [] : ['no such line of level CRITICAL was written']),
      ...(blamed ? [] : ['no tick reports it']),
    ];
  },
};

const notFired: Check = {
  sentence: 'it tripped no bot: the bot kept sending heartbeats, which could not be stored',
  judge: ({ bots: [bot], ticks, calls }) => {
    const beats = bot?.beats ?? [];
    const taken = beats.filter(isTaken).map(({ atMs }) => atMs);
    const longestMs = Math.max(0, ...taken.slice(1).map((atMs, index) => atMs - (taken[index] ?? atMs)));
    return [
      ...ticks.flatMap(({ report }) => (report?.fired ?? []).map(({ bot_id }) => `it fired at ${bot_id}`)),
      ...calls.filter(({ call }) => call === 'watchdog').map(({ correlationId }) => `${correlationId} by the watchdog`),
      ...(longestMs > BOT.deadAfterMs ? [] : [`the table missed beats for ${Math.round(longestMs)} ms only`]),
      ...unequal([
        ['beats that were refused', beats.filter(({ outcome }) => outcome === 'tripped').length, 0],
        ['the state in the table', bot?.row.watch_state, 'disarmed'],
      ]),
    ];
  },
};

const nothingTwice: Check = {
  sentence: 'DynamoDB back: the interrupted run is resumed and found complete, a repeated call does nothing',
  judge: evidence => {
    const [resumed, again] = ['attempt 2', 'again'].map(call => evidence.calls.find(one => one.call === call));
    const lastClose = ordersIn(evidence.journal).at(-1)?.receivedAtMs ?? 0;
    return [
      ...unequal([
        ['the state of "attempt 2"', resumed?.answer?.state, 'completed'],
        ['what it closed', resumed?.answer?.positions_closed, 0],
        ['the state of "again"', again?.answer?.state, 'completed'],
        ['what it closed', again?.answer?.positions_closed, 0],
      ]),
      ...(lastClose < (resumed?.startedAtMs ?? 0) ? [] : ['an order was sent afterwards']),
    ];
  },
};

const asFarAsStored: Check = {
  sentence: 'the audit log verifies as far as it was stored, and shows where it was cut off',
  judge: ({ incidents, calls }) => {
    const id = calls.find(({ call }) => call === 'halfway')?.correlationId;
    const incident = incidents.find(({ correlationId }) => correlationId === id);
    const kind = (writer: string): string =>
      incident?.chain.segments.find(one => one.writer === writer)?.kind ?? 'missing';
    return [
      ...incidents.filter(({ chain }) => !chain.ok).map(({ correlationId }) => `${correlationId} does not verify`),
      ...unequal([
        ['the part of attempt 1', kind('a1'), 'unsealed'],
        ['the part of attempt 2', kind('a2'), 'intact'],
        ['the state of the record', incident?.state, 'completed'],
      ]),
    ];
  },
};

const BOT = { botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: 6_000 };

/** Beats cannot be stored for longer than a bot may be silent. */
const missedTooLong = ({ nowMs, bots: [bot] }: Scene): boolean =>
  nowMs - (bot?.beats.findLast(isTaken)?.atMs ?? nowMs) > BOT.deadAfterMs;

/** The bot is heard again, and not only once. */
const isHeardAgain = ({ bots: [bot] }: Scene): boolean => {
  const beats = bot?.beats ?? [];
  return beats.some(beat => !isTaken(beat)) && beats.length > 1 && beats.slice(-2).every(isTaken);
};

const isTaken = ({ outcome }: BeatEvidence): boolean => outcome === 'taken';
const saysUnreadable = ({ level, fields }: LogLine): boolean =>
  level === 'CRITICAL' && fields.code === 'BOTS_UNREADABLE';

export const amnesia: Scenario = {
  name: 'amnesia',
  title: 'DynamoDB fails in the middle of a liquidation',
  promise: 'The account still ends flat, no healthy bot is tripped, nothing is done twice.',
  positions: { usual: 2, least: 1, most: 40 },
  // The lease lasts three seconds longer than this, and somebody is watching.
  settings: { timeoutMs: 10_000 },
  bots: [BOT],
  prepare: openPortfolio,
  steps: [
    { kind: 'bot-lives', says: 'the bot starts: a heartbeat each second, late after 3 s, dead after 6 s' },
    { kind: 'tick' },
    { kind: 'ticked' },
    { kind: 'call', call: 'halfway', id: 'one', on: 'A' },
    {
      kind: 'until',
      says: 'the exchange has executed the first close',
      holds: ({ exchange }) => ordersIn(exchange.journal).some(({ executed }) => executed),
    },
    { kind: 'tables', work: false, says: 'DynamoDB fails: every call is answered 500' },
    { kind: 'answered', calls: ['halfway'] },
    { kind: 'change', says: 'the bot trades on: its positions are open again', make: openPositions },
    { kind: 'tick' },
    { kind: 'call', call: 'in the dark', id: 'two', on: 'A' },
    { kind: 'answered', calls: ['in the dark'] },
    { kind: 'until', says: 'the watchdog reported it', holds: ({ logs }) => logs.some(saysUnreadable) },
    { kind: 'until', says: 'the table missed beats for longer than a bot may be silent', holds: missedTooLong },
    { kind: 'tables', work: true, says: 'DynamoDB works again' },
    { kind: 'until', says: 'the bot is heard again', holds: isHeardAgain },
    { kind: 'bot-leaves', says: 'the bot says goodbye' },
    { kind: 'settled' },
    { kind: 'lease-end', id: 'one' },
    { kind: 'tick' },
    { kind: 'settled' },
    { kind: 'call', call: 'again', id: 'two', on: 'A' },
    { kind: 'answered', calls: ['again'] },
  ],
  checks: [flatAllTheSame, saysSo, alerted, notFired, nothingTwice, ...flatByReducing(2), asFarAsStored, nothingLeaked],
};
