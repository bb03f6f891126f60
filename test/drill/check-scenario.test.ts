/** Each check of each scenario holds for a promise that was kept, and fails when its own sentence is not true. */

import { describe, expect, test } from 'vitest';
import { checkScenario } from '../../bin/commands/drill/check-scenario.ts';
import type { Answer } from '../../lambda/contract.ts';
import { crash } from '../../simulator/scenarios/crash.ts';
import { duplicate } from '../../simulator/scenarios/duplicate.ts';
import type { BotEvidence, Evidence } from '../../simulator/scenarios/evidence.ts';
import { disabled, hedge, normal, timeout } from '../../simulator/scenarios/one-call.ts';
import { late, watchdog } from '../../simulator/scenarios/one-silent-bot.ts';
import { overload } from '../../simulator/scenarios/overload.ts';
import { partial } from '../../simulator/scenarios/partial.ts';
import type { Check } from '../../simulator/scenarios/scenario.ts';
import { stubborn } from '../../simulator/scenarios/stubborn.ts';
import { remainingOf } from '../support/stored-records.ts';
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
  lateItem,
  NOTHING,
  normalEvidence,
  order,
  position,
  readOfPositions,
  refused,
  request,
  stop,
  T0,
  taken,
  tick,
} from './kept-promise.ts';
import {
  CLAIMS,
  CUT_OFF,
  LEAK,
  LEFT,
  LIMIT,
  NO_FLAG,
  OPENED,
  TOO_MUCH,
  TWO_ENDS,
  TWO_IDS,
  theChecksOf,
} from './planted-faults.ts';

theChecksOf(normal, normalEvidence, [
  LEFT,
  [
    'the exchange shows no position and no order of any kind',
    good => ({ after: { ...good.after, positions: [position('ETHUSDT', '-1')] } }),
  ],
  [
    'the exchange shows no position and no order of any kind',
    good => ({ after: { ...good.after, orders: [order('BTCUSDT', '11')] } }),
  ],
  TOO_MUCH,
  [
    'each position was closed by the opposite side with exactly its quantity',
    good => ({ after: { ...good.after, fills: good.after.fills.slice(0, 1) } }),
  ],
  [
    'opposite side',
    good => ({ after: { ...good.after, fills: [fill('BTCUSDT', 'BUY', '0.5'), fill('ETHUSDT', 'BUY', '4')] } }),
  ],
  OPENED,
  NO_FLAG,
  LIMIT,
  CLAIMS,
  ['the answer agrees', () => ({ calls: [call('liquidate', { answer: undefined, outcome: 'ended by SIGKILL' })] })],
  ['the answer agrees', () => ({ calls: [call('liquidate', { answer: answer({ orders_cancelled: 0 }) })] })],
  ['the answer agrees', () => ({ calls: [call('liquidate', { answer: answer({ orders_cancelled: 3 }) })] })],
  TWO_IDS,
  TWO_ENDS,
  ['exactly one final event', () => ({ incidents: [incident({ auditLog: [item('liquidation_started')] })] })],
  CUT_OFF,
  LEAK,
]);

const disabledEvidence = (): Evidence => ({
  ...normalEvidence(),
  after: normalEvidence().before,
  journal: [],
  calls: [call('liquidate', { answer: answer({ state: 'skipped' }) })],
  incidents: [incident({ auditLog: [item('liquidation_skipped')] })],
  logs: [{ level: 'CRITICAL', message: 'SECURITY WARNING: … This is a HIGH-RISK setting', fields: {} }],
});

theChecksOf(disabled, disabledEvidence, [
  ['no request reached the exchange', () => ({ journal: [readOfPositions(10)] })],
  ['exactly as they were', () => ({ after: NOTHING })],
  ['says skipped', () => ({ calls: [call('liquidate')] })],
  ['as CRITICAL', good => ({ logs: good.logs.map(line => ({ ...line, level: 'WARN' })) })],
  TWO_IDS,
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

const timeoutEvidence = (): Evidence => ({
  ...disabledEvidence(),
  journal: [
    { ...readOfPositions(10), answeredAtMs: undefined },
    { ...readOfPositions(10), answeredAtMs: T0 + 10_010 },
  ],
  calls: [
    call('liquidate', {
      endedAtMs: T0 + 10_009,
      answer: answer({ state: 'failed', success: false, remaining: remainingOf({ verified: false }) }),
    }),
  ],
  incidents: [incident({ auditLog: [item('liquidation_timeout'), item('liquidation_failed')] })],
});

theChecksOf(timeout, timeoutEvidence, [
  ['before the exchange', good => ({ calls: good.calls.map(one => ({ ...one, endedAtMs: T0 + 10_010 })) })],
  ['before the exchange', () => ({ calls: [] })],
  ['partial or failed', () => ({ calls: [call('liquidate')] })],
  [
    'the answer is not successful, and its remaining positions are not verified',
    () => ({ calls: [call('liquidate')] }),
  ],
  ['exactly as they were', () => ({ after: NOTHING })],
  OPENED,
  ['time was up', () => ({ incidents: [incident({ auditLog: [item('liquidation_failed')] })] })],
  TWO_IDS,
  CUT_OFF,
  LEAK,
]);

const partialAnswer = answer({
  ...{ state: 'partial', success: false, positions_closed: 1, positions_failed: 1 },
  errors: [{ code: 'CLOSE_REFUSED', message: 'refused', heading: 'A close was refused', symbol: 'SOLUSDT' }],
  remaining: remainingOf({
    orders: 1,
    positions: [{ symbol: 'SOLUSDT', position_side: 'BOTH', amount: '120', notional: '18000', protective_orders: 1 }],
  }),
});
const partialEvidence = (): Evidence => ({
  ...normalEvidence(),
  before: {
    ...NOTHING,
    positions: [position('BTCUSDT', '0.5'), position('SOLUSDT', '120')],
    orders: [order('SOLUSDT', '12')],
    conditionals: [stop('SOLUSDT', '23'), stop('SOLUSDT', '24', { side: 'BUY', closePosition: false })],
  },
  after: {
    ...NOTHING,
    positions: [position('SOLUSDT', '120')],
    conditionals: [stop('SOLUSDT', '23')],
    fills: [fill('BTCUSDT', 'SELL', '0.5')],
  },
  calls: [call('liquidate', { answer: partialAnswer })],
  incidents: [
    incident({
      auditLog: [
        item('liquidation_position_close_failed', { symbol: 'SOLUSDT' }),
        item('liquidation_position_closed', { symbol: 'BTCUSDT' }),
        item('liquidation_partial'),
      ],
    }),
  ],
});

theChecksOf(partial, partialEvidence, [
  ['every position but SOLUSDT', good => ({ after: { ...good.after, positions: [position('SOLUSDT', '60')] } })],
  ['every position but SOLUSDT', good => ({ after: { ...good.after, positions: good.before.positions } })],
  ['its protective stop', good => ({ after: { ...good.after, conditionals: [] } })],
  ['its protective stop', good => ({ after: { ...good.after, conditionals: good.before.conditionals } })],
  ['its protective stop', good => ({ after: { ...good.after, orders: good.before.orders } })],
  OPENED,
  NO_FLAG,
  CLAIMS,
  ['record of each close', () => ({ incidents: [incident({ auditLog: [item('liquidation_partial')] })] })],
  ['record of the failed close', () => ({ incidents: [incident({ auditLog: [item('liquidation_partial')] })] })],
  TWO_IDS,
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

const crashChain = {
  ...{ ok: true, sealed: false },
  segments: [{ writer: 'a1', kind: 'unsealed', items: 1, sentence: 'a1: no seal.' }, intact('a2'), intact('d-0f')],
};
const crashAuditLog = [
  item('liquidation_started'),
  item('liquidation_duplicate', { writer: 'd-0f' }),
  item('liquidation_resumed', { writer: 'a2' }),
  item('liquidation_completed', { writer: 'a2' }),
];
const inProgress = answer({ state: 'in_progress', success: false });
const crashEvidence = (): Evidence => ({
  ...normalEvidence(),
  after: { ...NOTHING, fills: [fill('BTCUSDT', 'SELL', '0.5'), fill('ETHUSDT', 'BUY', '4', { atMs: T0 + 7_000 })] },
  calls: [
    call('first', { endedAtMs: T0 + 200, answer: undefined, outcome: 'ended by SIGKILL' }),
    call('at once', { answer: inProgress, exchangeActions: 0 }),
    call('takeover', { answer: answer({ attempt: 2, positions_closed: 1 }) }),
  ],
  incidents: [incident({ attempts: 2, auditLog: crashAuditLog, chain: crashChain })],
});
const crashCalls = (changed: Evidence['calls'][number]) => (good: Evidence) => ({
  calls: good.calls.map(one => (one.call === changed.call ? changed : one)),
});

theChecksOf(crash, crashEvidence, [
  ['killed in the middle', crashCalls(call('first', { endedAtMs: T0 + 200 }))],
  ['killed in the middle', crashCalls(call('first', { endedAtMs: T0 + 100, answer: undefined }))],
  ['killed in the middle', crashCalls(call('first', { endedAtMs: T0 + 8_000, answer: undefined }))],
  [
    'a call at once got "in progress" and did nothing at the exchange',
    crashCalls(call('at once', { answer: inProgress, exchangeActions: 1 })),
  ],
  [
    'a call at once got "in progress" and did nothing at the exchange',
    crashCalls(call('at once', { answer: answer(), exchangeActions: 0 })),
  ],
  ['took over', crashCalls(call('takeover'))],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  [
    'attempt 2 resumed',
    () => ({ incidents: [incident({ auditLog: crashAuditLog.toSpliced(2, 1), chain: crashChain })] }),
  ],
  TWO_IDS,
  [
    'exactly one final event',
    () => ({ incidents: [incident({ auditLog: crashAuditLog.slice(0, 3), chain: crashChain })] }),
  ],
  [
    'the audit log is complete: both attempts wrote to it, and the hash chain verifies',
    () => ({ incidents: [incident({ auditLog: crashAuditLog })] }),
  ],
  [
    'the audit log is complete: both attempts wrote to it, and the hash chain verifies',
    () => ({ incidents: [incident({ auditLog: crashAuditLog, chain: { ...crashChain, ok: false } })] }),
  ],
  LEAK,
]);

const hedgeClose = (side: 'BUY' | 'SELL', positionSide: string, more: Readonly<Record<string, string>> = {}) =>
  request('POST', '/fapi/v1/order', 100, { symbol: 'BTCUSDT', side, positionSide, ...more });
const hedgeEvidence = (): Evidence => ({
  ...normalEvidence(),
  stage: { positions: 1, hedge: true, rttMs: 20 },
  before: { ...NOTHING, positions: [position('BTCUSDT', '0.5', 'LONG'), position('BTCUSDT', '-0.2', 'SHORT')] },
  after: {
    ...NOTHING,
    fills: [
      fill('BTCUSDT', 'SELL', '0.5', { positionSide: 'LONG' }),
      fill('BTCUSDT', 'BUY', '0.2', { positionSide: 'SHORT' }),
    ],
  },
  journal: [readOfPositions(20), hedgeClose('SELL', 'LONG'), hedgeClose('BUY', 'SHORT')],
  calls: [call('liquidate', { answer: answer({ orders_cancelled: 0 }) })],
});

theChecksOf(hedge, hedgeEvidence, [
  LEFT,
  ['both sides were closed', good => ({ after: { ...good.after, fills: good.after.fills.slice(0, 1) } })],
  ['both sides were closed', good => ({ before: { ...good.before, positions: good.before.positions.slice(0, 1) } })],
  [
    'each position was closed by the opposite side with exactly its quantity',
    good => ({ after: { ...good.after, fills: good.after.fills.slice(0, 1) } }),
  ],
  OPENED,
  ['could only reduce', good => ({ journal: [...good.journal, hedgeClose('BUY', 'LONG')] })],
  ['flag reduceOnly', good => ({ journal: [...good.journal, hedgeClose('SELL', 'LONG', { reduceOnly: 'true' })] })],
  LIMIT,
  CLAIMS,
  TWO_IDS,
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

const unknown = { status: 503, executed: false, fault: '503-unknown' };
const misfortunes = ['503-unavailable', 'html-503', '503-no-code', '503-internal', '503-throttled'].map(
  (fault, index) => request('GET', '/fapi/v1/openOrders', index, {}, { status: 503, executed: false, fault }),
);
const limited = request('GET', '/fapi/v1/openOrders', 400, {}, { status: 429, executed: false, fault: 'limited-429' });
const overloadEvidence = (): Evidence => ({
  ...normalEvidence(),
  journal: [
    ...misfortunes,
    close('BTCUSDT', 'SELL', 20, unknown),
    close('ETHUSDT', 'BUY', 20, { status: undefined, answeredAtMs: undefined, fault: 'hang-after' }),
    readOfPositions(60),
    close('BTCUSDT', 'SELL', 100),
    limited,
    readOfPositions(4_420),
  ],
});

theChecksOf(overload, overloadEvidence, [
  ['all of it happened', good => ({ journal: good.journal.filter(({ fault }) => fault !== '503-no-code') })],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  [
    'an order with an unknown outcome was read before another was sent',
    good => ({ journal: good.journal.filter(({ seq }) => seq !== good.journal[7]?.seq) }),
  ],
  ['after the 429', good => ({ journal: [...good.journal, close('BTCUSDT', 'SELL', 4_300)] })],
  ['after the 429', good => ({ journal: [...good.journal, close('BTCUSDT', 'SELL', 1_500)] })],
  CLAIMS,
  TWO_IDS,
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

const replay = (changed: Partial<Answer> = {}) =>
  call('third', {
    answer: answer({ headline: 'FLAT, REPLAY OF 12:00:00Z', replayed: true, ...changed }),
    exchangeActions: 0,
  });
const duplicateIds = ['liq_a', 'liq_b', 'liq_c'];
const duplicateEvidence = (): Evidence => ({
  ...normalEvidence(),
  after: {
    ...NOTHING,
    fills: ['0.3', '0.2', '0.5'].map(part => fill('BTCUSDT', 'SELL', part)).concat(fill('ETHUSDT', 'BUY', '8')),
  },
  calls: [
    call('bot'),
    call('watchdog'),
    call('first', { endedAtMs: T0 + 900 }),
    call('second', { endedAtMs: T0 + 899, answer: inProgress, exchangeActions: 0 }),
    replay(),
  ],
  incidents: duplicateIds.map(id =>
    incident({ correlationId: id, auditLog: [item('liquidation_completed', { correlation_id: id })] }),
  ),
});

theChecksOf(duplicate, duplicateEvidence, [
  ['two IDs at once', crashCalls(call('watchdog', { answer: answer({ state: 'partial' }) }))],
  [
    'the same ID again during the run: "in progress" at once, nothing done at the exchange',
    crashCalls(call('second', { answer: inProgress, exchangeActions: 3 })),
  ],
  [
    'the same ID again during the run: "in progress" at once, nothing done at the exchange',
    crashCalls(call('second', { endedAtMs: T0 + 900, answer: inProgress, exchangeActions: 0 })),
  ],
  ['after the end', crashCalls({ ...replay(), exchangeActions: 1 })],
  ['after the end', crashCalls(call('third', { exchangeActions: 0 }))],
  ['after the end', crashCalls(replay({ replayed: false }))],
  ['after the end', crashCalls(replay({ rounds: 9 }))],
  ['after the end', crashCalls(replay({ headline: 'FLAT' }))],
  ['after the end', crashCalls(replay({ headline: 'FLAT, REPLAY OF 12:00:01Z' }))],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  LIMIT,
  ['three correlation IDs', good => ({ incidents: good.incidents.slice(1) })],
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

/** The last heartbeat at 2.0 s, so the deadline is at 8.0 s. */
const watchdogEvidence = (): Evidence => ({
  ...normalEvidence(),
  journal: [
    readOfPositions(8_400),
    close('BTCUSDT', 'SELL', 8_500),
    close('ETHUSDT', 'BUY', 8_500),
    readOfPositions(8_600),
  ],
  calls: [call('watchdog', { startedAtMs: T0 + 8_100, answer: answer({ trigger: 'watchdog', bot_id: 'drill' }) })],
  incidents: [
    incident({
      auditLog: [lateItem, deadItem, item('liquidation_started'), item('liquidation_completed')],
      chain: { ok: true, sealed: true, segments: [intact('a1'), intact('w-1'), intact('w-2')] },
    }),
  ],
  bots: [{ botId: 'drill', beats: [taken(0), taken(1_000), taken(2_000), refused], row: { watch_state: 'tripped' } }],
  ticks: [{ ...tick({ fired: [{ bot_id: 'drill', correlation_id: ID }] }), endedAtMs: T0 + 8_100 }],
});

const withBot = (good: Evidence, changes: Partial<BotEvidence>): Partial<Evidence> => ({
  bots: [{ ...{ botId: 'drill', beats: [], row: {} }, ...good.bots[0], ...changes }],
});
const withoutItem = (good: Evidence, type: string): Partial<Evidence> => ({
  incidents: good.incidents.map(one => ({
    ...one,
    auditLog: one.auditLog.filter(({ event_type }) => event_type !== type),
  })),
});
const watchdogCall = (changes: Parameters<typeof answer>[0]) =>
  call('watchdog', { answer: answer({ trigger: 'watchdog', bot_id: 'drill', ...changes }) });

theChecksOf(watchdog, watchdogEvidence, [
  ['before the deadline', good => ({ journal: [readOfPositions(7_999), ...good.journal] })],
  ['before the deadline', good => withBot(good, { beats: [] })],
  [
    'the watchdog run at the deadline called the liquidator, not the one a minute later',
    good => ({ calls: good.calls.map(one => ({ ...one, startedAtMs: T0 + 8_101 })) }),
  ],
  [
    'the watchdog run at the deadline called the liquidator, not the one a minute later',
    good => ({ ticks: good.ticks.map(one => ({ ...one, startedAtMs: T0 + 8_001 })) }),
  ],
  ['the watchdog run at the deadline called the liquidator, not the one a minute later', () => ({ journal: [] })],
  ['there was exactly one liquidation, called by the watchdog', good => ({ calls: [...good.calls, call('sentinel')] })],
  ['there was exactly one liquidation, called by the watchdog', () => ({ calls: [] })],
  [
    'there was exactly one liquidation, called by the watchdog',
    () => ({ calls: [watchdogCall({ trigger: 'manual' })] }),
  ],
  [
    'there was exactly one liquidation, called by the watchdog',
    () => ({ calls: [watchdogCall({ bot_id: 'default' })] }),
  ],
  ['there was exactly one liquidation, called by the watchdog', () => ({ ticks: [tick()] })],
  [
    'the bot’s next heartbeat is refused: it is tripped, and the refusal names the liquidation',
    good => withBot(good, { beats: [...(good.bots[0]?.beats ?? []), taken(7_000)] }),
  ],
  [
    'the bot’s next heartbeat is refused: it is tripped, and the refusal names the liquidation',
    good => withBot(good, { beats: [taken(2_000), { ...refused, correlationId: 'liq_x' }] }),
  ],
  [
    'the bot’s next heartbeat is refused: it is tripped, and the refusal names the liquidation',
    good => withBot(good, { row: { watch_state: 'armed' } }),
  ],
  ['the warning, once', good => withoutItem(good, 'bot_late')],
  ['the trip, once', good => withoutItem(good, 'bot_dead')],
  ['the answer agrees', () => ({ calls: [watchdogCall({ state: 'partial' })] })],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  LIMIT,
  TWO_IDS,
  TWO_ENDS,
  CUT_OFF,
  LEAK,
]);

const lateEvidence = (): Evidence => {
  const { before } = normalEvidence();
  return {
    ...normalEvidence(),
    ...{ before, after: before, journal: [], calls: [] },
    incidents: [
      incident({ auditLog: [lateItem], chain: { ok: true, sealed: true, segments: [intact('w-1')] }, state: 'idle' }),
    ],
    bots: [
      {
        ...{ botId: 'drill', row: { watch_state: 'disarmed' } },
        beats: [taken(0), taken(1_000), taken(2_000), taken(6_500), taken(7_500)],
      },
    ],
    ticks: [tick()],
  };
};

theChecksOf(late, lateEvidence, [
  ['was silent for longer', good => withBot(good, { beats: [taken(0), taken(1_000), taken(4_999)] })],
  ['was silent for longer', good => withBot(good, { beats: [taken(0), taken(10_000)] })],
  ['was silent for longer', good => withBot(good, { beats: [taken(0), taken(4_500), taken(9_000)] })],
  [
    'every heartbeat was accepted, and its disarm too',
    good => withBot(good, { beats: [taken(0), taken(4_500), refused] }),
  ],
  ['every heartbeat was accepted, and its disarm too', good => withBot(good, { row: { watch_state: 'armed' } })],
  ['no request reached the exchange', () => ({ journal: [readOfPositions(4_100)] })],
  ['exactly as they were', good => ({ after: { ...good.after, positions: [] } })],
  ['the watchdog found it late, and did not call the liquidator', () => ({ ticks: [] })],
  [
    'the watchdog found it late, and did not call the liquidator',
    () => ({ ticks: [tick({ fired: [{ bot_id: 'drill', correlation_id: ID }] })] }),
  ],
  [
    'the watchdog found it late, and did not call the liquidator',
    () => ({ ticks: [tick({ problems: ['BOT_NOT_JUDGED: …'] })] }),
  ],
  ['the watchdog found it late, and did not call the liquidator', () => ({ calls: [call('watchdog')] })],
  ['the warning, once', good => withoutItem(good, 'bot_late')],
  [
    'the audit log has no trip',
    good => ({ incidents: good.incidents.map(one => ({ ...one, auditLog: [...one.auditLog, deadItem] })) }),
  ],
  CUT_OFF,
  LEAK,
]);

const remaining = (symbol: string): Answer['remaining']['positions'][number] => ({
  ...{ symbol, position_side: 'BOTH', amount: '1', notional: '1', protective_orders: 0 },
});

/** Three attempts, ended at 0.7, 2.3 and 5.0 s, with 1 s and 2 s of silence between them. */
const NOT_FLAT = answer({
  ...{ headline: 'NOT FLAT, RETRYING UNTIL 12:15:00', state: 'failed', success: false, positions_closed: 0 },
  remaining: remainingOf({ positions: [remaining('BTCUSDT'), remaining('ETHUSDT')] }),
});
const attempts = (...last: Parameters<typeof call>) => [
  call('liquidate', { endedAtMs: T0 + 700, answer: NOT_FLAT }),
  call('attempt 2', { startedAtMs: T0 + 690, endedAtMs: T0 + 2_300, answer: NOT_FLAT }),
  call(last[0], { startedAtMs: T0 + 2_290, endedAtMs: T0 + 5_000, answer: answer({ attempt: 3 }), ...last[1] }),
];
const refusal = (symbol: string, side: 'BUY' | 'SELL', atMs: number) =>
  close(symbol, side, atMs, { status: 400, code: -2010, executed: false });
const stubbornEvidence = (): Evidence => ({
  ...normalEvidence(),
  journal: [
    ...[readOfPositions(200), refusal('BTCUSDT', 'SELL', 300), refusal('ETHUSDT', 'BUY', 300)],
    ...[readOfPositions(1_700), refusal('BTCUSDT', 'SELL', 1_800), refusal('ETHUSDT', 'BUY', 1_800)],
    ...[
      readOfPositions(4_300),
      close('BTCUSDT', 'SELL', 4_400),
      close('ETHUSDT', 'BUY', 4_400),
      readOfPositions(4_500),
    ],
  ],
  calls: attempts('attempt 3'),
  incidents: [
    incident({
      attempts: 3,
      auditLog: [
        ...[item('liquidation_failed'), item('liquidation_resumed'), item('liquidation_failed')],
        ...[item('liquidation_resumed'), item('liquidation_completed')],
      ],
      chain: { ok: true, sealed: true, segments: ['a1', 'a2', 'a3'].map(intact) },
    }),
  ],
});
const firstAnswer = (changes: Parameters<typeof answer>[0]) => [
  call('liquidate', { endedAtMs: T0 + 700, answer: { ...NOT_FLAT, ...changes } }),
  ...attempts('attempt 3').slice(1),
];

theChecksOf(stubborn, stubbornEvidence, [
  ['was refused', good => ({ journal: good.journal.filter(({ code }) => code === undefined) })],
  ['was refused', good => ({ journal: [close('BTCUSDT', 'SELL', 1_900), ...good.journal] })],
  [
    'the first answer is correct: nothing closed, NOT FLAT, RETRYING UNTIL …',
    () => ({ calls: firstAnswer({ success: true }) }),
  ],
  [
    'the first answer is correct: nothing closed, NOT FLAT, RETRYING UNTIL …',
    () => ({ calls: firstAnswer({ headline: 'NOT FLAT, CHECK BY HAND' }) }),
  ],
  [
    'the first answer is correct: nothing closed, NOT FLAT, RETRYING UNTIL …',
    () => ({ calls: firstAnswer({ positions_closed: 1 }) }),
  ],
  ['the first answer is correct: nothing closed, NOT FLAT, RETRYING UNTIL …', good => ({ calls: good.calls.slice(1) })],
  [
    'it resumed itself repeatedly, after pauses of 1 s, 2 s, 4 s',
    good => ({ journal: good.journal.toSpliced(6, 0, readOfPositions(3_800)) }),
  ],
  ['it resumed itself repeatedly, after pauses of 1 s, 2 s, 4 s', () => ({ calls: attempts('manual') })],
  ['the last attempt ended completed, FLAT', () => ({ calls: attempts('attempt 3', { answer: NOT_FLAT }) })],
  [
    'the last attempt ended completed, FLAT',
    () => ({ calls: attempts('attempt 3', { answer: undefined, outcome: 'timed-out' }) }),
  ],
  [
    'the last attempt ended completed, FLAT',
    () => ({ calls: attempts('attempt 3', { answer: answer({ attempt: 2 }) }) }),
  ],
  ['a resume event', good => withoutItem(good, 'liquidation_resumed')],
  ['says "completed" once', good => withoutItem(good, 'liquidation_completed')],
  LEFT,
  TOO_MUCH,
  OPENED,
  NO_FLAG,
  LIMIT,
  TWO_IDS,
  CUT_OFF,
  LEAK,
]);

describe('the judge itself', () => {
  test('steps that could not be played to the end verify nothing, whatever the checks say', () => {
    const verdict = checkScenario(normal.checks, normalEvidence(), 'this did not happen: …');
    expect(verdict.verified).toBe(false);
    expect(verdict.checks[0]).toMatchObject({ holds: false, complaints: ['this did not happen: …'] });
  });

  test('no checks, nothing verified', () => {
    expect(checkScenario([], normalEvidence()).verified).toBe(false);
  });

  test('a check that breaks has not been shown, and the others are still judged', () => {
    const broken = {
      sentence: 'broken',
      judge: () => {
        throw new Error('no such row');
      },
    };
    const { checks } = checkScenario([broken, ...normal.checks], normalEvidence());
    expect(checks[0]).toMatchObject({
      holds: false,
      complaints: ['the check could not be evaluated: Error: no such row'],
    });
    expect(checks.slice(1).every(({ holds }) => holds)).toBe(true);
  });

  test('a check that is excused does not count as failed; a check that holds needs no excuse', () => {
    const late: Check = { sentence: 'late', judge: () => ['7 ms late'], excuse: () => 'the machine slept' };
    const fine: Check = { sentence: 'fine', judge: () => [], excuse: () => 'the machine slept' };
    expect(checkScenario([late, fine], normalEvidence())).toEqual({
      verified: true,
      checks: [
        { sentence: 'late', holds: false, complaints: ['7 ms late'], excuse: 'the machine slept' },
        { sentence: 'fine', holds: true, complaints: [] },
      ],
    });
    expect(checkScenario([{ ...late, excuse: () => undefined }], normalEvidence()).verified).toBe(false);
  });
});
