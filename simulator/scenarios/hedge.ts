/** An account in hedge mode, one symbol held both ways. The flag reduceOnly must not be sent there (-1106). */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, oneCorrelationId, ordersIn } from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

const bothSides: Check = {
  sentence: 'a symbol was held long and short, and both sides were closed',
  judge: ({ before, after }) => {
    const sides = before.positions.filter(row => row.symbol === 'BTCUSDT').map(row => row.positionSide);
    const closed = new Set(after.fills.filter(fill => fill.symbol === 'BTCUSDT').map(fill => fill.positionSide));
    return sides.length === 2 && sides.every(side => closed.has(side)) ? [] : [`closed: ${[...closed].join(', ')}`];
  },
};

const noFlag: Check = {
  sentence: 'no order carried the flag reduceOnly, which hedge mode refuses (-1106)',
  judge: ({ journal }) =>
    ordersIn(journal)
      .filter(({ params }) => params.reduceOnly !== undefined)
      .map(({ seq, params }) => `request ${seq}: ${params.symbol} had it`),
};

export const hedge: Scenario = {
  name: 'hedge',
  title: 'The account holds a symbol long and short at once',
  promise: 'Both sides of a symbol are closed, each by its own order, and neither order can open the other side.',
  positions: { usual: 2, least: 1 },
  alwaysHedge: true,
  prepare: openPortfolio,
  steps: callAndWait(),
  checks: [...flatByReducing(), bothSides, noFlag, answeredFlat('liquidate'), oneCorrelationId, ...completedAndProven],
};
