/** One symbol refuses every close. The others are closed all the same, and the one that stays keeps its protection. */

import { checkAnswer, checkThat } from './checks.ts';
import type { Evidence } from './evidence.ts';
import { auditLogHas, couldOnlyReduce, oneCorrelationId, oneFinalEvent, onlyReduced, proven } from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import { callAndWait, refuseOrders } from './steps.ts';

/** The third of the portfolio. */
const REFUSING = 'SOLUSDT';

const closable = ({ before }: Evidence): number => before.positions.filter(row => row.symbol !== REFUSING).length;

const othersClosed = checkThat(
  `every position but ${REFUSING} is closed, and that one is as it was`,
  ({ before, after }) => {
    const was = before.positions.filter(row => row.symbol === REFUSING);
    return [['what is open at the exchange', JSON.stringify(after.positions), JSON.stringify(was)]];
  },
);

const stopKept = checkThat(
  `${REFUSING} still has its protective stop, and nothing else is open`,
  ({ before, after }) => {
    const stop = before.conditionals.find(row => row.symbol === REFUSING && row.closePosition)?.algoId;
    const left = [...after.orders.map(row => row.orderId), ...after.conditionals.map(row => row.algoId)];
    return [
      (stop !== undefined && left.includes(stop)) || 'its stop is gone',
      ...left.filter(id => id !== stop).map(id => `order ${id} is left`),
    ];
  },
);

const answered = checkAnswer(
  'liquidate',
  `the answer agrees: partial, one failed, and it names ${REFUSING}`,
  (answer, evidence) => {
    const [left] = answer.remaining.positions;
    return [
      ['state', answer.state, 'partial'],
      ['positions_closed', answer.positions_closed, closable(evidence)],
      ['positions_failed', answer.positions_failed, 1],
      ['remaining', left?.symbol, REFUSING],
      ['its protective orders', left?.protective_orders, 1],
      ['the symbol of the error', answer.errors.find(error => error.symbol !== undefined)?.symbol, REFUSING],
    ];
  },
);

export const partial: Scenario = {
  name: 'partial',
  title: 'One of the positions cannot be closed',
  promise: 'If one position cannot be closed, the others are closed; that one keeps its stop, and the answer names it.',
  positions: { usual: 3, least: 3, most: 40 },
  // Four closes of the one that refuses, and a read after each.
  settings: { retryDelayMs: 100, roundTrips: 14 },
  prepare: stage => {
    openPortfolio(stage);
    refuseOrders(stage, REFUSING);
  },
  steps: callAndWait(),
  checks: [
    othersClosed,
    stopKept,
    onlyReduced,
    couldOnlyReduce,
    answered,
    auditLogHas('liquidation_position_closed', closable, 'the audit log has a record of each close'),
    auditLogHas('liquidation_position_close_failed', 'some', 'the audit log has a record of the failed close'),
    oneCorrelationId,
    oneFinalEvent('liquidation_partial'),
    ...proven,
  ],
};
