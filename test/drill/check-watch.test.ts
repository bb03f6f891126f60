/** The scenarios in which the watchdog has worse to see than one dead bot: each check holds, and fails when it should. */

import { expect, test } from 'vitest';
import { checkScenario } from '../../bin/commands/drill/check-scenario.ts';
import { amnesia } from '../../simulator/scenarios/amnesia.ts';
import { blind } from '../../simulator/scenarios/blind.ts';
import type { BotEvidence, Evidence } from '../../simulator/scenarios/evidence.ts';
import { relapse } from '../../simulator/scenarios/relapse.ts';
import { storm } from '../../simulator/scenarios/storm.ts';
import {
  answer,
  call,
  close,
  deadItem,
  fill,
  ID,
  incident,
  intact,
  item,
  NOTHING,
  normalEvidence,
  position,
  readOfPositions,
  refused,
  stop,
  T0,
  taken,
  tick,
} from './kept-promise.ts';
import { CUT_OFF, LEAK, LEFT, LIMIT, NO_FLAG, OPENED, TOO_MUCH, TWO_ENDS, theChecksOf } from './planted-faults.ts';

const SECOND = 'liq_20240229_120100_def456';
const flat = (name: string, changes: Parameters<typeof call>[1] = {}, said: Parameters<typeof answer>[0] = {}) =>
  call(name, { ...changes, answer: answer(said) });
const withoutItem = (good: Evidence, type: string): Partial<Evidence> => ({
  incidents: good.incidents.map(one => ({
    ...one,
    auditLog: one.auditLog.filter(({ event_type }) => event_type !== type),
  })),
});
const withBot = (good: Evidence, changes: Partial<BotEvidence>): Partial<Evidence> => ({
  bots: good.bots.map((bot, index) => (index === 0 ? { ...bot, ...changes } : bot)),
});
const withCall = (good: Evidence, changed: Evidence['calls'][number]): Partial<Evidence> => ({
  calls: good.calls.map(one => (one.call === changed.call ? changed : one)),
});

const twice = {
  ...NOTHING,
  fills: [fill('BTCUSDT', 'SELL', '0.5'), fill('ETHUSDT', 'BUY', '4')].flatMap(one => [one, one]),
};
const relapseCalls = [
  flat('watchdog', { startedAtMs: T0 + 6_000 }, { trigger: 'watchdog' }),
  flat('sentinel', { startedAtMs: T0 + 8_000, correlationId: SECOND }, { trigger: 'sentinel' }),
] as const;
const relapseEvidence = (): Evidence => ({
  ...normalEvidence(),
  after: twice,
  journal: [6_100, 8_100].flatMap(at => [close('BTCUSDT', 'SELL', at), close('ETHUSDT', 'BUY', at)]),
  calls: relapseCalls,
  incidents: [
    incident({ auditLog: [deadItem, item('liquidation_completed')] }),
    incident({ correlationId: SECOND, auditLog: [item('liquidation_completed', { correlation_id: SECOND })] }),
  ],
  bots: [{ botId: 'drill', beats: [taken(0), refused, refused], row: { watch_state: 'tripped' } }],
  ticks: [tick(), tick(), tick({ sentinels: 1 })],
});

theChecksOf(relapse, relapseEvidence, [
  [
    'it was liquidated once, then checked each minute; the first check closed everything again, and each ended FLAT',
    good => ({ calls: good.calls.slice(0, 1) }),
  ],
  [
    'it was liquidated once, then checked each minute; the first check closed everything again, and each ended FLAT',
    good => ({ calls: [...good.calls, flat('sentinel', {}, { trigger: 'sentinel' })] }),
  ],
  [
    'it was liquidated once, then checked each minute; the first check closed everything again, and each ended FLAT',
    good => withCall(good, flat('sentinel', {}, { trigger: 'manual' })),
  ],
  [
    'it was liquidated once, then checked each minute; the first check closed everything again, and each ended FLAT',
    good => withCall(good, flat('watchdog', {}, { trigger: 'watchdog', state: 'partial' })),
  ],
  [
    'the reopened positions were closed by the lock-out check of the same watchdog run',
    good => ({ journal: good.journal.slice(0, 3) }),
  ],
  ['the reopened positions were closed by the lock-out check of the same watchdog run', () => ({ ticks: [tick()] })],
  [
    'the reopened positions were closed by the lock-out check of the same watchdog run',
    good => ({ calls: good.calls.map(one => ({ ...one, correlationId: ID })) }),
  ],
  [
    'every heartbeat after the trip is refused, and each refusal names the liquidation',
    good => withBot(good, { beats: [taken(0), refused, taken(9_000)] }),
  ],
  [
    'every heartbeat after the trip is refused, and each refusal names the liquidation',
    good => withBot(good, { beats: [taken(0), refused, { ...refused, correlationId: SECOND }] }),
  ],
  [
    'every heartbeat after the trip is refused, and each refusal names the liquidation',
    good => withBot(good, { row: { watch_state: 'armed' } }),
  ],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  LIMIT,
  ['the trip, once', good => withoutItem(good, 'bot_dead')],
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

const steadyStop = stop('BTCUSDT', '21');
const blindEvidence = (): Evidence => ({
  ...normalEvidence(),
  before: {
    ...NOTHING,
    positions: [position('BTCUSDT', '0.5'), position('ETHUSDT', '-4')],
    conditionals: [steadyStop, stop('ETHUSDT', '22')],
  },
  after: { ...NOTHING, positions: [position('BTCUSDT', '0.5')], conditionals: [steadyStop] },
  journal: [{ ...readOfPositions(3_500), account: 'gone' }],
  calls: [flat('watchdog', { startedAtMs: T0 + 3_200 }, { bot_id: 'gone' })],
  incidents: [incident({ auditLog: [deadItem, item('liquidation_completed')] })],
  bots: [
    { botId: 'steady', beats: [taken(-180_000), taken(2_500)], row: { watch_state: 'disarmed' } },
    { botId: 'gone', beats: [taken(-180_000)], row: { watch_state: 'tripped' } },
  ],
  ticks: [tick(), { ...tick({ fired: [{ bot_id: 'gone', correlation_id: ID }] }), endedAtMs: T0 + 3_200 }],
});

theChecksOf(blind, blindEvidence, [
  ['and not before', () => ({ journal: [{ ...readOfPositions(3_009), account: 'gone' }] })],
  ['and not before', good => ({ calls: good.calls.map(one => ({ ...one, startedAtMs: T0 + 3_201 })) })],
  ['and not before', () => ({ journal: [] })],
  ['one liquidation, of the silent bot', () => ({ calls: [flat('watchdog', {}, { bot_id: 'steady' })] })],
  ['one liquidation, of the silent bot', () => ({ ticks: [tick(), tick()] })],
  ['its account is flat', good => ({ after: { ...good.after, conditionals: good.before.conditionals } })],
  [
    'the healthy bot keeps trading: its account was not changed, its heartbeats were accepted',
    good => ({ after: { ...good.after, positions: [position('BTCUSDT', '0.4')] } }),
  ],
  [
    'the healthy bot keeps trading: its account was not changed, its heartbeats were accepted',
    good => withBot(good, { row: { watch_state: 'tripped' } }),
  ],
  [
    'the healthy bot keeps trading: its account was not changed, its heartbeats were accepted',
    good => withBot(good, { beats: [taken(0), refused] }),
  ],
  [
    'the healthy bot keeps trading: its account was not changed, its heartbeats were accepted',
    good => ({ journal: [...good.journal, { ...readOfPositions(8_600), account: 'steady' }] }),
  ],
  OPENED,
  NO_FLAG,
  LIMIT,
  ['one trip', good => withoutItem(good, 'bot_dead')],
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

const warned = (...codes: readonly string[]) => ({
  warnings: codes.map(code => ({ code, message: code, heading: code })),
});
const UNREADABLE = 'BOTS_UNREADABLE: …';
const critical = { level: 'CRITICAL', message: 'Shard 2 …', fields: { code: 'BOTS_UNREADABLE' } };
const amnesiaEvidence = (): Evidence => ({
  ...normalEvidence(),
  after: twice,
  calls: [
    flat('halfway', {}, warned('AUDIT_INCOMPLETE', 'RESULT_NOT_STORED')),
    flat('without tables', { correlationId: SECOND }, warned('LOCK_UNAVAILABLE', 'AUDIT_INCOMPLETE')),
    flat('attempt 2', { startedAtMs: T0 + 9_000 }, { positions_closed: 0, attempt: 2 }),
    flat('again', { startedAtMs: T0 + 9_500, correlationId: SECOND }, { positions_closed: 0 }),
  ],
  incidents: [
    incident({
      attempts: 2,
      chain: { ok: true, sealed: false, segments: [{ ...intact('a1'), kind: 'unsealed' }, intact('a2')] },
    }),
    incident({ correlationId: SECOND, auditLog: [] }),
  ],
  bots: [
    {
      ...{ botId: 'drill', row: { watch_state: 'disarmed' } },
      beats: [taken(0), { ...taken(1_000), outcome: 'not stored' }, taken(6_001)],
    },
  ],
  ticks: [tick(), tick({ problems: [UNREADABLE] })],
  logs: [critical],
});
const halfway = (...codes: readonly string[]) => flat('halfway', {}, warned(...codes));

theChecksOf(amnesia, amnesiaEvidence, [
  ['ended FLAT', good => withCall(good, flat('without tables', {}, { state: 'partial' }))],
  ['ended FLAT', good => withCall(good, flat('halfway', {}, { positions_closed: 1 }))],
  ['what is missing', good => withCall(good, halfway('RESULT_NOT_STORED'))],
  ['what is missing', good => withCall(good, halfway('AUDIT_INCOMPLETE'))],
  ['what is missing', good => withCall(good, flat('without tables', {}, warned('AUDIT_INCOMPLETE')))],
  [
    'the watchdog that could not read its table logged it as CRITICAL',
    () => ({ logs: [{ ...critical, level: 'ERROR' }] }),
  ],
  ['the watchdog that could not read its table logged it as CRITICAL', () => ({ ticks: [tick()] })],
  [
    'it tripped no bot: the bot kept sending heartbeats, which could not be stored',
    good => ({ ticks: [...good.ticks, tick({ fired: [{ bot_id: 'drill', correlation_id: ID }] })] }),
  ],
  [
    'it tripped no bot: the bot kept sending heartbeats, which could not be stored',
    good => ({ calls: [...good.calls, call('watchdog')] }),
  ],
  [
    'it tripped no bot: the bot kept sending heartbeats, which could not be stored',
    good => withBot(good, { beats: [taken(0), taken(6_000)] }),
  ],
  [
    'it tripped no bot: the bot kept sending heartbeats, which could not be stored',
    good => withBot(good, { beats: [taken(0), taken(6_001), refused] }),
  ],
  [
    'it tripped no bot: the bot kept sending heartbeats, which could not be stored',
    good => withBot(good, { row: { watch_state: 'tripped' } }),
  ],
  [
    'DynamoDB back: the interrupted run is resumed and found complete, a repeated call does nothing',
    good => withCall(good, flat('attempt 2', { startedAtMs: T0 + 9_000 })),
  ],
  [
    'DynamoDB back: the interrupted run is resumed and found complete, a repeated call does nothing',
    good => withCall(good, flat('again', {}, { state: 'failed', positions_closed: 0 })),
  ],
  [
    'DynamoDB back: the interrupted run is resumed and found complete, a repeated call does nothing',
    good => ({ calls: good.calls.filter(one => one.call !== 'attempt 2') }),
  ],
  [
    'DynamoDB back: the interrupted run is resumed and found complete, a repeated call does nothing',
    good => ({ journal: [...good.journal, close('BTCUSDT', 'SELL', 9_100)] }),
  ],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  LIMIT,
  ['as far as it was stored', good => ({ incidents: good.incidents.map(one => ({ ...one, state: 'in_progress' })) })],
  ['as far as it was stored', () => ({ incidents: [incident()] })],
  [
    'as far as it was stored',
    good => ({ incidents: [...good.incidents, incident({ correlationId: 'two', chain: brokenBy('changed') })] }),
  ],
  LEAK,
]);

test('amnesia accepts that records of a call without tables are missing', () => {
  const good = amnesiaEvidence();
  const incidents = [...good.incidents, incident({ correlationId: 'two', chain: brokenBy('missing') })];
  expect(checkScenario(amnesia.checks, { ...good, incidents }).verified).toBe(true);
});

function brokenBy(kind: string) {
  return { ok: false, sealed: false, segments: [{ ...intact('u-1'), kind }] };
}

/** Two of the two hundred; the deadlines are at 0.0 and 0.5 s. */
const stormBots = ['a0', 'a1'].map((botId, index) => ({
  ...{ botId, row: { watch_state: 'tripped', correlation_id: index === 0 ? ID : SECOND } },
  beats: [taken(-120_000 + 500 * index)],
}));
const shot = (bot: string) => ({ bot_id: bot, correlation_id: bot === 'a0' ? ID : SECOND });
const stormEvidence = (): Evidence => ({
  ...normalEvidence(),
  journal: [
    { ...readOfPositions(0), account: 'a0' },
    { ...close('BTCUSDT', 'SELL', 100), account: 'a0' },
    { ...close('ETHUSDT', 'BUY', 600), account: 'a1' },
  ],
  calls: [
    flat('watchdog', {}, { bot_id: 'a0' }),
    flat('watchdog', { correlationId: SECOND }, { bot_id: 'a1', correlation_id: SECOND }),
    // Repeated, and found to be done or under way: not a second one.
    flat('watchdog', {}, { bot_id: 'a0', replayed: true }),
    flat('watchdog', {}, { bot_id: 'a0', state: 'in_progress' }),
    // A minute later: a check of the lock-out, and one that could not read whether its trip stands.
    flat('sentinel', { correlationId: 'liq_x' }, { bot_id: 'a0', trigger: 'sentinel' }),
    flat('attempt 2', {}, { bot_id: 'a1', state: 'failed', headline: 'REFUSED, NOTHING DONE' }),
  ],
  incidents: [ID, SECOND].map(id =>
    incident({ correlationId: id, auditLog: [deadItem, item('liquidation_completed', { correlation_id: id })] }),
  ),
  bots: stormBots,
  ticks: [
    tick({ due: 2 }),
    { ...tick({ due: 2, fired: [shot('a1')] }), endedAtMs: T0 + 1_000 },
    { ...tick({ due: 2, fired: [shot('a0')] }), startedAtMs: T0 + 300 },
  ],
});
const withTick = (good: Evidence, changed: Partial<Evidence['ticks'][number]>): Partial<Evidence> => ({
  ticks: good.ticks.map((one, index) => (index === 2 ? { ...one, ...changed } : one)),
});

theChecksOf(storm, stormEvidence, [
  ['two watchdog runs overlapped, and both had bots to check', good => withTick(good, { startedAtMs: T0 + 1_000 })],
  [
    'two watchdog runs overlapped, and both had bots to check',
    good => ({ ticks: [...good.ticks.slice(0, 2), tick({ due: 0, fired: [shot('a0')] })] }),
  ],
  [
    'two watchdog runs overlapped, and both had bots to check',
    good => ({ ticks: [tick(), tick({ due: 1 }), ...good.ticks.slice(2)] }),
  ],
  ['claimed exactly once', good => ({ ticks: good.ticks.slice(0, 2) })],
  [
    'claimed exactly once',
    good => ({ ticks: [...good.ticks, tick({ fired: [{ bot_id: 'a0', correlation_id: SECOND }] })] }),
  ],
  ['claimed exactly once', good => withBot(good, { row: { watch_state: 'tripped', correlation_id: 'liq_x' } })],
  ['claimed exactly once', good => withBot(good, { row: { watch_state: 'armed' } })],
  ['exactly one liquidation', good => ({ calls: good.calls.slice(1) })],
  ['ended FLAT', good => ({ calls: good.calls.slice(1) })],
  ['exactly one liquidation', good => ({ calls: [...good.calls, flat('watchdog', {}, { bot_id: 'a1' })] })],
  [
    'ended FLAT',
    good => ({ calls: good.calls.map(one => ({ ...one, answer: one.answer && { ...one.answer, state: 'failed' } })) }),
  ],
  ['before its own deadline', good => ({ journal: [{ ...readOfPositions(499), account: 'a1' }, ...good.journal] })],
  ['before its own deadline', good => ({ journal: good.journal.slice(0, 2) })],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  LIMIT,
  ['a trip for each', good => withoutItem(good, 'bot_dead')],
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

test.each([
  [
    'a second liquidation',
    (good: Evidence) => ({ calls: [...good.calls, flat('watchdog', {}, { bot_id: 'a1' })] }),
    true,
  ],
  ['an audit log that is not whole', (good: Evidence) => withoutItem(good, 'bot_dead'), true],
  ['a bot that is claimed twice', (good: Evidence) => withBot(good, { row: { watch_state: 'tripped' } }), false],
  [
    'a request before the deadline',
    (good: Evidence) => ({ journal: [{ ...readOfPositions(-1), account: 'a0' }, ...good.journal] }),
    false,
  ],
  ['an account that is not flat', (good: Evidence) => ({ after: good.before }), false],
])('storm on a machine whose DynamoDB did not answer in time: %s', (_name, plant, excused) => {
  const why = 'The table audit did not write within 500 ms; it may have been done.';
  const logs = [{ level: 'ERROR', message: 'An audit record was not stored', fields: { why } }];
  const good = { ...stormEvidence(), logs };
  expect(checkScenario(storm.checks, good).verified).toBe(true);
  expect(checkScenario(storm.checks, { ...good, ...plant(good) }).verified).toBe(excused);
});

test('a table that answered too late is excused if an answer warns of it, and for no other warning', () => {
  const good = stormEvidence();
  const warned = (code: string): Evidence => ({
    ...good,
    ...withoutItem(good, 'bot_dead'),
    calls: good.calls.map(one => ({
      ...one,
      answer: one.answer && { ...one.answer, warnings: [{ code, message: 'late', heading: 'late' }] },
    })),
  });
  for (const code of ['AUDIT_INCOMPLETE', 'LOCK_UNAVAILABLE', 'RESULT_NOT_STORED']) {
    expect([code, checkScenario(storm.checks, warned(code)).verified]).toEqual([code, true]);
  }
  expect(checkScenario(storm.checks, warned('DUST')).verified).toBe(false);
});
