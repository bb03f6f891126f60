/** An account that trades USDⓈ-M and COIN-M: contracts, a delivery, stops in both lists where COIN-M has them. */

import { completedAndProven, flatByReducing } from './common-checks.ts';
import { answeredFlat, oneCorrelationId, withAnswer } from './expectations.ts';
import { openCoins, openPortfolio } from './portfolio.ts';
import type { Check, Scenario } from './scenario.ts';
import { callAndWait } from './steps.ts';

export const profitInCoins: Check = {
  sentence: 'the profit is reported per asset: USDT and BTC, never added',
  judge: withAnswer('liquidate', answer => {
    const assets = Object.keys(answer.realized_pnl).sort().join();
    return assets === 'BTC,USDT' && answer.total_realized_pnl === null ? [] : [`it is reported in ${assets}`];
  }),
};

export const coinm: Scenario = {
  name: 'coinm',
  title: 'An account with USDⓈ-M and COIN-M',
  promise: 'USDⓈ-M and COIN-M are flat after one run, perpetuals and deliveries, and the answer names both.',
  positions: { usual: 2, least: 1 },
  exchange: { account: 'futures', markets: ['usdm', 'coinm'] },
  prepare: stage => {
    openPortfolio(stage);
    openCoins(stage);
  },
  steps: callAndWait(),
  checks: [
    ...flatByReducing(),
    answeredFlat('liquidate', 'FLAT (USD-M, COIN-M)'),
    profitInCoins,
    oneCorrelationId,
    ...completedAndProven,
  ],
};
