/**
 * The bot is not dead. Its account was closed, and the answer said FLAT; then it opens its positions again. The
 * read that follows every FLAT finds them, closes them under the same correlation ID, and says so.
 *
 *   bot                                           opens again
 *   liquidator   read, cancel, close … FLAT      10 s     read, close … REOPENED AFTER FLAT, FLAT AGAIN
 */

import { HEADLINES } from '../../lambda/contract.ts';
import { checkAnswer, checkThat } from './checks.ts';
import { auditLogHas, flatByReducing, oneCorrelationId, ordersIn, proven } from './expectations.ts';
import { openPortfolio, openPositions } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

const CONFIRM_MS = 10_000;
/** As followInvocations names it. */
const CONFIRMS = 'attempt 2';

const saidFlat = checkAnswer(
  'liquidate',
  'the first answer is FLAT, and the account was flat then',
  (answer, { before }) => [
    ['headline', answer.headline, HEADLINES.flat],
    ['positions_closed', answer.positions_closed, before.positions.length],
  ],
);

const checkedAgain = checkThat(
  `no request was sent until ${CONFIRM_MS / 1_000} s after FLAT; then the account was read once more`,
  evidence => {
    const [first, second, ...more] = evidence.calls;
    const again = evidence.journal.find(({ receivedAtMs }) => receivedAtMs > (first?.endedAtMs ?? Number.NaN));
    // The wait begins with the first answer, by its own word.
    const waitedMs = (again?.receivedAtMs ?? Number.NaN) - Date.parse(first?.answer?.finished_at ?? '');
    return [
      ['the second run', second?.call, CONFIRMS],
      ['runs after it', more.length, 0],
      waitedMs >= CONFIRM_MS || `it was checked again after ${Math.round(waitedMs)} ms`,
    ];
  },
);

const reopened = checkAnswer(
  CONFIRMS,
  'the answer is REOPENED AFTER FLAT, FLAT AGAIN, and counts both runs',
  (answer, { before }) => [
    ['state', answer.state, 'completed'],
    ['headline', answer.headline, `${HEADLINES.reopened}, ${HEADLINES.flat} AGAIN`],
    ['positions_closed', answer.positions_closed, 2 * before.positions.length],
    ['remaining.verified', answer.remaining.verified, true],
  ],
);

const closedTwice = checkThat(
  'the reopened positions were closed by the second run alone',
  ({ journal, calls: [first], before }) => {
    const closes = ordersIn(journal).filter(({ executed }) => executed);
    const late = closes.filter(({ receivedAtMs }) => receivedAtMs > (first?.endedAtMs ?? Number.NaN));
    return [['closes after the first answer', late.length, before.positions.length]];
  },
);

export const confirmAfterFlat: Scenario = {
  name: 'confirm',
  title: 'The account reopens after FLAT',
  promise:
    'A read after FLAT finds positions that were opened again, closes them under the same ID, and answers REOPENED AFTER FLAT.',
  positions: { usual: 2, least: 1, most: 40 },
  settings: { confirmMs: CONFIRM_MS },
  prepare: openPortfolio,
  steps: [
    ...callAndWait(),
    { kind: 'change', says: 'the bot is not dead: it opens its positions again', make: openPositions },
    { kind: 'settled' },
  ],
  checks: [
    saidFlat,
    checkedAgain,
    reopened,
    closedTwice,
    ...flatByReducing(2),
    auditLogHas('liquidation_completed', 2, 'the audit log says "completed" twice, under one ID'),
    oneCorrelationId,
    ...proven,
  ],
};
