/**
 * One call of the liquidator, and its answer: the main job, and what may differ about the account, the configuration and
 * the exchange.
 */

import { ENV } from '../../lambda/contract.ts';
import { checkAnswer, checkThat } from './checks.ts';
import {
  answeredFlat,
  answeredState,
  auditLogHas,
  completedAndProven,
  flatByReducing,
  noRequests,
  oneCorrelationId,
  oneFinalEvent,
  onlyReduced,
  ordersIn,
  proven,
  saidCritical,
  untouched,
} from './expectations.ts';
import { openCoins, openPortfolio } from './portfolio.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioStage } from './stage.ts';
import { callAndWait, USUAL_ACCOUNT } from './steps.ts';

const ONE_CALL = { ...USUAL_ACCOUNT, steps: callAndWait() } as const;

/** A long, a short and orders of every kind. */
export const normal: Scenario = {
  ...ONE_CALL,
  name: 'normal',
  title: 'A bot shuts down and calls the liquidator',
  promise: 'One call closes every position and cancels every order, and the exchange confirms it.',
  checks: [...flatByReducing(), answeredFlat('liquidate'), oneCorrelationId, ...completedAndProven],
};

/** The documented rollback, in the environment. Danger must be loud, and nothing is touched. */
export const disabled: Scenario = {
  ...ONE_CALL,
  name: 'disabled',
  title: 'Liquidation is switched off by the operator',
  promise: 'While liquidation is switched off, a call sends nothing to the exchange, and the log has a CRITICAL line.',
  env: { [ENV.disabled]: 'true' },
  checks: [
    noRequests,
    untouched,
    answeredState('liquidate', ['skipped']),
    saidCritical(/SECURITY WARNING.{0,200}HIGH-RISK/, 'the log says so as CRITICAL: SECURITY WARNING … HIGH-RISK'),
    oneCorrelationId,
    oneFinalEvent('liquidation_skipped'),
    ...proven,
  ],
};

const inTime = checkAnswer(
  'liquidate',
  'the caller had its answer before the exchange had given one, by the caller’s own clock',
  (_, { journal }, { startedAtMs, endedAtMs }) =>
    journal
      .filter(({ answeredAtMs = Number.POSITIVE_INFINITY }) => answeredAtMs <= endedAtMs)
      .map(
        ({ seq }) => `request ${seq} had an answer, the caller only after ${Math.round(endedAtMs - startedAtMs)} ms`,
      ),
);

const claimsNothing = checkAnswer(
  'liquidate',
  'the answer is not successful, and its remaining positions are not verified',
  ({ success, remaining, headline }) => [(!success && !remaining.verified) || `it says ${headline}`],
);

/** The caller still has an answer in time, and it claims nothing it cannot know. */
export const timeout: Scenario = {
  ...ONE_CALL,
  name: 'timeout',
  title: 'The exchange takes half a minute for every answer',
  promise: 'With a timeout of 3 s the caller has a correct answer before a slow exchange has given one.',
  settings: { fixedTimeoutMs: 3_000 },
  prepare: stage => {
    openPortfolio(stage);
    stage.exchange.faults.add({ on: {}, times: Number.POSITIVE_INFINITY, fault: { kind: 'delay', ms: 30_000 } });
  },
  steps: [{ kind: 'warm', on: 'A' }, ...callAndWait()],
  checks: [
    inTime,
    answeredState('liquidate', ['partial', 'failed']),
    claimsNothing,
    untouched,
    onlyReduced,
    auditLogHas('liquidation_timeout', 'some', 'the audit log says that time was up'),
    oneCorrelationId,
    ...proven,
  ],
};

const bothSides = checkThat('a symbol was held long and short, and both sides were closed', ({ before, after }) => {
  const sides = before.positions.filter(row => row.symbol === 'BTCUSDT').map(row => row.positionSide);
  const closed = new Set(after.fills.filter(fill => fill.symbol === 'BTCUSDT').map(fill => fill.positionSide));
  return [(sides.length === 2 && sides.every(side => closed.has(side))) || `closed: ${[...closed].join(', ')}`];
});

const noFlag = checkThat('no order carried the flag reduceOnly, which hedge mode refuses (-1106)', ({ journal }) =>
  ordersIn(journal)
    .filter(({ params }) => params.reduceOnly !== undefined)
    .map(({ seq, params }) => `request ${seq}: ${params.symbol} had it`),
);

export const hedge: Scenario = {
  ...ONE_CALL,
  name: 'hedge',
  title: 'The account holds a symbol long and short at once',
  promise: 'Both sides of a symbol are closed, each by its own order, and neither order can open the other side.',
  alwaysHedge: true,
  checks: [...flatByReducing(), bothSides, noFlag, answeredFlat('liquidate'), oneCorrelationId, ...completedAndProven],
};

function openBothMarkets(stage: ScenarioStage): void {
  openPortfolio(stage);
  openCoins(stage);
}

const profitInCoins = checkAnswer(
  'liquidate',
  'the profit is reported per asset: USDT and BTC, never added',
  answer => [
    ['the assets', Object.keys(answer.realized_pnl).sort().join(), 'BTC,USDT'],
    ['their sum', answer.total_realized_pnl, null],
  ],
);

/** Contracts, a delivery, stops in both lists where COIN-M has them. */
export const coinm: Scenario = {
  ...ONE_CALL,
  name: 'coinm',
  title: 'An account with USDⓈ-M and COIN-M',
  promise: 'USDⓈ-M and COIN-M are flat after one run, perpetuals and deliveries, and the answer names both.',
  exchange: { account: 'futures', markets: ['usdm', 'coinm'] },
  prepare: openBothMarkets,
  checks: [
    ...flatByReducing(),
    answeredFlat('liquidate', 'FLAT (USD-M, COIN-M)'),
    profitInCoins,
    oneCorrelationId,
    ...completedAndProven,
  ],
};

const onlyPapi = checkThat('no private request went to fapi or dapi, which refuse such a key', ({ journal }) =>
  journal
    .filter(({ path }) => /^\/[fd]api\//.test(path) && !/\/(?:ping|time|exchangeInfo)$/.test(path))
    .map(({ seq, path }) => `request ${seq} went to ${path}`),
);

export const portfolioMargin: Scenario = {
  ...ONE_CALL,
  name: 'portfolio-margin',
  title: 'A portfolio margin account with UM and CM',
  promise: 'UM and CM are flat after one run, through the API of portfolio margin.',
  exchange: { account: 'portfolio_margin', markets: ['usdm', 'coinm'] },
  prepare: openBothMarkets,
  checks: [
    ...flatByReducing(),
    onlyPapi,
    answeredFlat('liquidate', 'FLAT (PORTFOLIO MARGIN UM, PORTFOLIO MARGIN CM)'),
    profitInCoins,
    oneCorrelationId,
    ...completedAndProven,
  ],
};
