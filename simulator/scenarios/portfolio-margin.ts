/** A portfolio margin account, whose UM and CM are served by an API of its own and by no other. */

import { profitInCoins } from './coinm.ts';
import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, oneCorrelationId } from './expectations.ts';
import { openCoins, openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

const onlyPapi: Check = {
  sentence: 'no private request went to fapi or dapi, which refuse such a key',
  judge: ({ journal }) =>
    journal
      .filter(({ path }) => /^\/[fd]api\//.test(path) && !/\/(?:ping|time|exchangeInfo)$/.test(path))
      .map(({ seq, path }) => `request ${seq} went to ${path}`),
};

export const portfolioMargin: Scenario = {
  name: 'portfolio-margin',
  title: 'A portfolio margin account with UM and CM',
  promise: 'UM and CM are flat after one run, through the API of portfolio margin.',
  positions: { usual: 2, least: 1 },
  exchange: { account: 'portfolio_margin', markets: ['usdm', 'coinm'] },
  prepare: stage => {
    openPortfolio(stage);
    openCoins(stage);
  },
  steps: callAndWait(),
  checks: [
    ...flatByReducing(),
    onlyPapi,
    answeredFlat('liquidate', 'FLAT (PORTFOLIO MARGIN UM, PORTFOLIO MARGIN CM)'),
    profitInCoins,
    oneCorrelationId,
    ...completedAndProven,
  ],
};
