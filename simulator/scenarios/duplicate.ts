/**
 * The liquidator is called several times: by two callers at once, and again under the same ID.
 *
 *   bot, watchdog  two IDs at once on one account ── harmless
 *   first          one ID, still running ───────┬─── FLAT
 *   second         the same ID, elsewhere ──────┘    in progress
 *   third          the same ID, afterwards           the stored answer
 *
 * Second and third go to the other deployment, at whose address of the exchange nothing may be ordered. Reads
 * are allowed: where the lock is slow to answer, a function reads the account meanwhile.
 */

import { type Answer, replayHeadline } from '../../lambda/contract.ts';
import { answerOfCall, callOf, checkAnswer, checkThat } from './checks.ts';
import { completedAndProven, flatByReducing, ORDER_PATH, whereTablesAnswered } from './expectations.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

const twoAtOnce = checkThat('two IDs at once on one account: both ended FLAT', evidence => [
  ['the state of "bot"', answerOfCall(evidence, 'bot')?.state, 'completed'],
  ['the state of "watchdog"', answerOfCall(evidence, 'watchdog')?.state, 'completed'],
]);

const refusedWhileRunning = checkAnswer(
  'second',
  'the same ID again during the run: "in progress" at once, nothing done at the exchange',
  ({ state }, evidence, { exchangeActions, endedAtMs }) => [
    ['state', state, 'in_progress'],
    ['orders and cancels at the exchange', exchangeActions, 0],
    endedAtMs < (callOf(evidence, 'first')?.endedAtMs ?? 0) || 'the first call had ended by then',
  ],
);

const replayed = checkAnswer(
  'third',
  'the same ID after the end: the stored answer with its time; nothing done at the exchange',
  (answer, evidence, { exchangeActions }) => {
    const first = answerOfCall(evidence, 'first');
    return [
      ['the answer', JSON.stringify(answer), JSON.stringify(first && replayOf(first))],
      ['orders and cancels at the exchange', exchangeActions, 0],
    ];
  },
);

/** The same answer, with the time that it is from. */
const replayOf = (first: Answer): Answer => ({
  ...first,
  headline: replayHeadline(first.headline, first.finished_at.slice('yyyy-mm-ddT'.length, 'yyyy-mm-ddThh:mm:ss'.length)),
  replayed: true,
});

const threeAuditLogs = checkThat(
  'three correlation IDs, three audit logs, no record in another one',
  ({ incidents }) => [
    ['audit logs', incidents.length, 3],
    ...incidents.flatMap(({ correlationId, auditLog }) =>
      auditLog
        .filter(item => item.correlation_id !== correlationId)
        .map(item => `${item.event_type} is in the wrong audit log`),
    ),
  ],
);

export const duplicate: Scenario = {
  name: 'duplicate',
  title: 'The liquidator is called twice, and by two callers at once',
  promise: 'Calls with one ID liquidate once, a replay sends nothing to the exchange, and two IDs at once do no harm.',
  // Three liquidations of one account share the exchange's limits of one minute.
  positions: { usual: 2, least: 1, most: 40 },
  // The first call must not run out of time while the second comes and goes.
  settings: { timeoutMs: 20_000 },
  prepare: openPortfolio,
  steps: [
    { kind: 'call', call: 'bot', id: 'bot', on: 'A' },
    { kind: 'call', call: 'watchdog', id: 'watchdog', on: 'B' },
    { kind: 'answered', calls: ['bot', 'watchdog'] },
    { kind: 'change', says: 'the bot trades on: its positions are open again', make: openPositions },
    { kind: 'hold', on: 'A', from: ORDER_PATH, says: 'from the next close on, the exchange sends no answers' },
    { kind: 'call', call: 'first', id: 'again', on: 'A' },
    { kind: 'held', on: 'A' },
    ...callAndWait('second', 'again', 'B'),
    { kind: 'release', on: 'A', says: 'the exchange answers again' },
    { kind: 'answered', calls: ['first'] },
    ...callAndWait('third', 'again', 'B'),
  ],
  checks: [
    twoAtOnce,
    whereTablesAnswered(refusedWhileRunning),
    whereTablesAnswered(replayed),
    ...flatByReducing(2),
    threeAuditLogs,
    ...completedAndProven,
  ],
};
