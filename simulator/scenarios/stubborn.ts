/**
 * The exchange refuses every close of three attempts. The caller has its answer long before, and the function goes on
 * by itself, each time after a longer wait.
 *
 *   refusing  ──────────────────────────────────┐ accepts
 *   attempts  1 ─ 1 s ─ 2 ─── 2 s ─── 3 ─────── 4 s ─────── 4: FLAT
 *             └─ answer: NOT FLAT, RETRYING UNTIL …
 */

import { HEADLINES } from '../../lambda/contract.ts';
import { checkAnswer, checkThat } from './checks.ts';
import type { CallEvidence, Evidence } from './evidence.ts';
import { auditLogHas, flatByReducing, oneCorrelationId, ordersIn, proven } from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import { callAndWait, ORDERS_ACCEPTED_AGAIN, REFUSED, refuseOrders } from './steps.ts';

const refusedLong = checkThat('every close of at least two attempts was refused', ({ journal, calls }) => {
  const last = calls.at(-1)?.startedAtMs ?? 0;
  const refusals = ordersIn(journal).filter(({ code }) => code === REFUSED);
  const early = ordersIn(journal).filter(({ executed, receivedAtMs }) => executed && receivedAtMs < last);
  return [
    (refusals.length > 0 && calls.length > 2) || `${refusals.length} refusals, ${calls.length} attempts`,
    ...early.map(({ seq }) => `request ${seq} closed something before the last attempt`),
  ];
});

const honest = checkAnswer(
  'liquidate',
  'the first answer is correct: nothing closed, NOT FLAT, RETRYING UNTIL …',
  (answer, { before }) => [
    ['success', answer.success, false],
    ['positions_closed', answer.positions_closed, 0],
    ['positions that remain', answer.remaining.positions.length, before.positions.length],
    /^NOT FLAT, RETRYING UNTIL \d\d:\d\d:\d\d$/.test(answer.headline) || `it says ${answer.headline}`,
  ],
);

const FIRST_WAIT_MS = 1_000;

const waitedLonger = checkThat('it resumed itself repeatedly, after pauses of 1 s, 2 s, 4 s', evidence =>
  evidence.calls.slice(1).flatMap((next, index) => {
    const quietMs = quietAfter(evidence, evidence.calls[index]);
    const wantedMs = FIRST_WAIT_MS * 2 ** index;
    return [
      next.call === `attempt ${index + 2}` || `${next.call} is not attempt ${index + 2}`,
      quietMs >= wantedMs || `${next.call} came after ${Math.round(quietMs)} ms`,
    ];
  }),
);

/** From the last answer that an attempt had, after which it decided to wait, to the next request at the exchange. */
function quietAfter({ journal }: Evidence, attempt: CallEvidence | undefined): number {
  const endedAtMs = attempt?.endedAtMs ?? 0;
  const answeredAtMs = journal
    .filter(({ receivedAtMs }) => receivedAtMs <= endedAtMs)
    .map(entry => entry.answeredAtMs ?? Number.NaN);
  const next = journal.find(({ receivedAtMs }) => receivedAtMs > endedAtMs);
  return (next?.receivedAtMs ?? Number.NaN) - Math.max(...answeredAtMs);
}

const endedFlat = checkThat('the last attempt ended completed, FLAT', ({ calls }) => {
  const answer = calls.at(-1)?.answer;
  return [
    ['state', answer?.state, 'completed'],
    ['headline', answer?.headline, HEADLINES.flat],
    ['attempt', answer?.attempt, calls.length],
    ['remaining.verified', answer?.remaining.verified, true],
  ];
});

export const stubborn: Scenario = {
  name: 'stubborn',
  title: 'The exchange refuses every close of three attempts',
  promise:
    'If the exchange refuses every close, the caller gets the correct answer at once, and the function continues until flat.',
  positions: { usual: 2, least: 1, most: 40 },
  // Short attempts, so that the drill is short.
  settings: { maxRetries: 1, retryDelayMs: 100 },
  prepare: stage => {
    openPortfolio(stage);
    refuseOrders(stage);
  },
  steps: [
    ...callAndWait(),
    { kind: 'until', says: 'three attempts had ended', holds: ({ endedRuns }) => endedRuns >= 3 },
    ORDERS_ACCEPTED_AGAIN,
    { kind: 'settled' },
  ],
  checks: [
    refusedLong,
    honest,
    waitedLonger,
    endedFlat,
    ...flatByReducing(),
    auditLogHas(
      'liquidation_resumed',
      ({ calls }) => calls.length - 1,
      'the audit log has a resume event for each attempt but the first',
    ),
    auditLogHas('liquidation_completed', 1, 'the audit log says "completed" once'),
    oneCorrelationId,
    ...proven,
  ],
};
