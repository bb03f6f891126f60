/** The main job: a long, a short and orders of every kind; one call; flat. */

import {
  answeredFlat,
  chainProven,
  closedInFull,
  couldOnlyReduce,
  noLimitHit,
  nothingLeaked,
  nothingLeft,
  oneCorrelationId,
  oneFinalEvent,
  onlyReduced,
} from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';

export const normal: Scenario = {
  name: 'normal',
  title: 'A bot shuts down and calls the liquidator',
  promise: 'One call closes every position and cancels every order, and the exchange confirms it.',
  positions: { usual: 2, least: 1 },
  prepare: stage => {
    openPortfolio(stage);
  },
  steps: [
    { kind: 'call', call: 'liquidate', id: 'one', on: 'A' },
    { kind: 'answered', calls: ['liquidate'] },
  ],
  checks: [
    nothingLeft,
    closedInFull(),
    onlyReduced,
    couldOnlyReduce,
    noLimitHit,
    answeredFlat('liquidate'),
    oneCorrelationId,
    oneFinalEvent('liquidation_completed'),
    chainProven,
    nothingLeaked,
  ],
};
