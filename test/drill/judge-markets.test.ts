/** The judges of the two scenarios with several markets hold for a kept promise, and fail where a sentence is not true. */

import type { Answer } from '../../lambda/contract.ts';
import type { Evidence } from '../../simulator/scenarios/evidence.ts';
import { coinm, portfolioMargin } from '../../simulator/scenarios/one-call.ts';
import {
  answer,
  call,
  close,
  fill,
  normalEvidence,
  order,
  position,
  readOfPositions,
  request,
  stop,
} from './kept-promise.ts';
import {
  CLAIMS,
  CUT_OFF,
  LEAK,
  LEFT,
  LIMIT,
  NO_FLAG,
  OPENED,
  type PlantedFaults,
  TOO_MUCH,
  TWO_ENDS,
  TWO_IDS,
  theChecksOf,
} from './planted-faults.ts';

const PROFIT = { realized_pnl: { USDT: '12.5', BTC: '-0.002' }, total_realized_pnl: null };

/** A long in USDⓈ-M and a short of contracts, an order and a stop in each. */
function twoMarkets(headline: string, orderPaths: readonly [string, string]): Evidence {
  const good = normalEvidence();
  const [um, cm] = orderPaths;
  const closes = [
    { ...close('BTCUSDT', 'SELL', 100), path: um },
    { ...close('BTCUSD_PERP', 'BUY', 100), path: cm },
  ];
  const told = answer({ ...PROFIT, headline, orders_cancelled: 2 });
  return {
    ...good,
    before: {
      ...good.before,
      positions: [position('BTCUSDT', '0.5'), position('BTCUSD_PERP', '-4')],
      orders: [order('BTCUSDT', '11'), order('BTCUSD_PERP', '12')],
      conditionals: [stop('BTCUSDT', '21'), stop('BTCUSD_PERP', '22')],
    },
    after: { ...good.after, fills: [fill('BTCUSDT', 'SELL', '0.5'), fill('BTCUSD_PERP', 'BUY', '4')] },
    journal: [readOfPositions(20), ...closes, readOfPositions(140)],
    calls: [call('liquidate', { answer: told })],
  };
}

const COINM = () => twoMarkets('FLAT (USD-M, COIN-M)', ['/fapi/v1/order', '/dapi/v1/order']);
const PORTFOLIO = (): Evidence => {
  const good = twoMarkets('FLAT (PORTFOLIO MARGIN UM, PORTFOLIO MARGIN CM)', [
    '/papi/v1/um/order',
    '/papi/v1/cm/order',
  ]);
  return {
    ...good,
    journal: good.journal.map(one => ({ ...one, path: one.path.replace('/fapi/v3/', '/papi/v1/um/') })),
  };
};

const told = (good: Evidence, changes: Partial<Answer>): Partial<Evidence> => ({
  calls: good.calls.map(one => ({ ...one, answer: one.answer && { ...one.answer, ...changes } })),
});

/** An order that may open, in the market of contracts. */
const noFlagAt = (path: string): PlantedFaults[number] => [
  'could only reduce',
  good => ({
    journal: [
      ...good.journal,
      request('POST', path, 200, { symbol: 'BTCUSD_PERP', side: 'BUY', positionSide: 'BOTH' }),
    ],
  }),
];

const OF_BOTH: PlantedFaults = [
  LEFT,
  [
    'the exchange shows no position and no order of any kind',
    good => ({ after: { ...good.after, positions: [position('BTCUSD_PERP', '-1')] } }),
  ],
  [
    'the exchange shows no position and no order of any kind',
    good => ({ after: { ...good.after, conditionals: [stop('BTCUSD_PERP', '22')] } }),
  ],
  TOO_MUCH,
  [
    'each position was closed by the opposite side with exactly its quantity',
    good => ({ after: { ...good.after, fills: good.after.fills.slice(0, 1) } }),
  ],
  OPENED,
  LIMIT,
  CLAIMS,
  ['the answer agrees', good => told(good, { headline: 'FLAT' })],
  ['the answer agrees', good => told(good, { headline: 'FLAT (ONLY USD-M)' })],
  [
    'the profit is reported per asset: USDT and BTC, never added',
    good => told(good, { realized_pnl: { USDT: '12.5' } }),
  ],
  ['the profit is reported per asset: USDT and BTC, never added', good => told(good, { total_realized_pnl: '12.498' })],
  TWO_IDS,
  TWO_ENDS,
  CUT_OFF,
  LEAK,
];

theChecksOf(coinm, COINM, [...OF_BOTH, NO_FLAG, noFlagAt('/dapi/v1/order')]);
theChecksOf(portfolioMargin, PORTFOLIO, [
  ...OF_BOTH,
  noFlagAt('/papi/v1/um/order'),
  noFlagAt('/papi/v1/cm/order'),
  ['no private request', good => ({ journal: [...good.journal, request('GET', '/dapi/v1/positionRisk', 30)] })],
  [
    'no private request',
    good => ({ journal: [...good.journal, request('GET', '/fapi/v1/openOrders', 30, {}, { status: 401 })] }),
  ],
]);
