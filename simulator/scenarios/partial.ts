/** One symbol refuses every close. The others are closed all the same, and the one that stays keeps its protection. */

import type { Evidence } from './evidence.ts';
import {
  auditLogHas,
  chainProven,
  couldOnlyReduce,
  nothingLeaked,
  oneCorrelationId,
  oneFinalEvent,
  onlyReduced,
  unequal,
  withAnswer,
} from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { callAndWait, refuseOrders } from './steps.ts';

/** The third of the portfolio. */
const REFUSING = 'SOLUSDT';

const closable = ({ before }: Evidence): number => before.positions.filter(row => row.symbol !== REFUSING).length;

const othersClosed: Check = {
  sentence: `every position but ${REFUSING} is closed, and that one is as it was`,
  judge: ({ before, after }) => {
    const was = before.positions.filter(row => row.symbol === REFUSING);
    return JSON.stringify(after.positions) === JSON.stringify(was)
      ? []
      : [`open at the exchange: ${after.positions.map(row => `${row.symbol} ${row.amount}`).join(', ') || 'nothing'}`];
  },
};

const stopKept: Check = {
  sentence: `${REFUSING} still has its protective stop, and nothing else is open`,
  judge: ({ before, after }) => {
    const stop = before.conditionals.find(row => row.symbol === REFUSING && row.closePosition)?.algoId;
    const left = [...after.orders.map(row => row.orderId), ...after.conditionals.map(row => row.algoId)];
    return [
      ...(stop !== undefined && left.includes(stop) ? [] : ['its stop is gone']),
      ...left.filter(id => id !== stop).map(id => `order ${id} is left`),
    ];
  },
};

const answered: Check = {
  sentence: `the answer agrees: partial, one failed, and it names ${REFUSING}`,
  judge: withAnswer('liquidate', (answer, evidence) => {
    const [left] = answer.remaining.positions;
    return unequal([
      ['state', answer.state, 'partial'],
      ['positions_closed', answer.positions_closed, closable(evidence)],
      ['positions_failed', answer.positions_failed, 1],
      ['remaining', left?.symbol, REFUSING],
      ['its protective orders', left?.protective_orders, 1],
      ['the symbol of the error', answer.errors.find(error => error.symbol !== undefined)?.symbol, REFUSING],
    ]);
  }),
};

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
    chainProven,
    nothingLeaked,
  ],
};
