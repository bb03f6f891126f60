/**
 * Too many press the button.
 *
 *   bot, watchdog  two IDs at once on one account ── harmless
 *   first          one ID, still running ───────┬─── FLAT
 *   second         the same ID, elsewhere ──────┘    in progress
 *   third          the same ID, afterwards           the stored answer
 *
 * Second and third go to the other deployment, at whose address of the exchange nothing may be ordered. A look may be
 * taken: where the lock is slow to answer, a function does not wait for it with its first reads.
 */

import { type Answer, replayHeadline } from '../../lambda/contract.ts';
import { completedAndProven, flatByReducing } from './common-checks.ts';
import type { CallEvidence, Evidence } from './evidence.ts';
import { callOf, noAnswer, ORDER_PATH, unequal, whereTablesAnswered } from './expectations.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';

const twoAtOnce: Check = {
  sentence: 'two IDs at once on one account: both ended FLAT',
  judge: evidence =>
    ['bot', 'watchdog'].flatMap(call =>
      withAnswer(evidence, call, ({ answer }) => unequal([[`state of "${call}"`, answer.state, 'completed']])),
    ),
};

const refusedWhileRunning: Check = {
  sentence: 'the same ID again during the run: "in progress" at once, nothing done at the exchange',
  judge: evidence =>
    withAnswer(evidence, 'second', ({ answer, exchangeActions, endedAtMs }) => [
      ...unequal([
        ['state', answer.state, 'in_progress'],
        ['orders and cancels at the exchange', exchangeActions, 0],
      ]),
      ...(endedAtMs < (callOf(evidence, 'first')?.endedAtMs ?? 0) ? [] : ['the first call had ended by then']),
    ]),
};

const replayed: Check = {
  sentence: 'the same ID after the end: the stored answer with its time; nothing done at the exchange',
  judge: evidence =>
    withAnswer(evidence, 'third', ({ answer, exchangeActions }) => {
      const first = callOf(evidence, 'first')?.answer;
      return unequal([
        ['the answer', JSON.stringify(answer), JSON.stringify(first && replayOf(first))],
        ['orders and cancels at the exchange', exchangeActions, 0],
      ]);
    }),
};

/** Everything of it, and of when it is. */
const replayOf = (first: Answer): Answer => ({
  ...first,
  headline: replayHeadline(first.headline, first.finished_at.slice('yyyy-mm-ddT'.length, 'yyyy-mm-ddThh:mm:ss'.length)),
  replayed: true,
});

function withAnswer(
  evidence: Evidence,
  name: string,
  judge: (call: CallEvidence & { readonly answer: NonNullable<CallEvidence['answer']> }) => readonly string[],
): readonly string[] {
  const call = callOf(evidence, name);
  return call?.answer === undefined ? [noAnswer(evidence, name)] : judge({ ...call, answer: call.answer });
}

const threeAuditLogs: Check = {
  sentence: 'three correlation IDs, three audit logs, no record in another one',
  judge: ({ incidents }) => [
    ...unequal([['audit logs', incidents.length, 3]]),
    ...incidents.flatMap(({ correlationId, auditLog }) =>
      auditLog
        .filter(item => item.correlation_id !== correlationId)
        .map(item => `${item.event_type} is in the wrong audit log`),
    ),
  ],
};

export const duplicate: Scenario = {
  name: 'duplicate',
  title: 'The liquidator is called twice, and by two callers at once',
  promise: 'One ID acts once, a replay does nothing at the exchange, and two IDs at once do no harm.',
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
    {
      kind: 'hold',
      on: 'A',
      from: ORDER_PATH,
      says: 'from the next close on, the exchange sends no answers',
    },
    { kind: 'call', call: 'first', id: 'again', on: 'A' },
    { kind: 'held', on: 'A' },
    { kind: 'call', call: 'second', id: 'again', on: 'B' },
    { kind: 'answered', calls: ['second'] },
    { kind: 'release', on: 'A', says: 'the exchange answers again' },
    { kind: 'answered', calls: ['first'] },
    { kind: 'call', call: 'third', id: 'again', on: 'B' },
    { kind: 'answered', calls: ['third'] },
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
