/** The main job: a long, a short and orders of every kind; one call; flat. */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, oneCorrelationId } from './expectations.ts';
import { openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

export const normal: Scenario = {
  name: 'normal',
  title: 'A bot shuts down and calls the liquidator',
  promise: 'One call closes every position and cancels every order, and the exchange confirms it.',
  positions: { usual: 2, least: 1 },
  prepare: openPortfolio,
  steps: callAndWait(),
  checks: [...flatByReducing(), answeredFlat('liquidate'), oneCorrelationId, ...completedAndProven],
};
