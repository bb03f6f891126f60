/** Open orders of a market that is not covered: seen by the margin that they need, on the pages of its positions. */

import { describe, expect, test } from 'vitest';
import { liquidated } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig, type RunChanges } from '../support/liquidation-rig.ts';

type Order = Parameters<LiquidationRig['account']['rest']>[0];
type Exchange = NonNullable<RunChanges['exchange']>;

const COIN: Order = { symbol: 'BTCUSD_PERP', side: 'BUY', type: 'LIMIT', quantity: '7', price: '50000' };
const USD: Order = { symbol: 'ETHUSDT', side: 'SELL', type: 'LIMIT', quantity: '2', price: '9000' };
const PORTFOLIO = { account: 'portfolio_margin' } as const;

const KINDS: readonly (readonly [string, Order, Exchange, headline: string, said: string])[] = [
  ['COIN-M', COIN, { markets: ['usdm'] }, 'FLAT (ONLY USD-M)', 'COIN-M holds open orders (BTCUSD_PERP) and is'],
  ['USDⓈ-M', USD, { markets: ['coinm'] }, 'FLAT (ONLY COIN-M)', 'USDⓈ-M holds open orders (ETHUSDT) and is'],
  [
    'portfolio margin CM',
    COIN,
    { ...PORTFOLIO, markets: ['usdm'] },
    'FLAT (ONLY PORTFOLIO MARGIN UM)',
    'portfolio margin CM holds open orders (BTCUSD_PERP) and is',
  ],
  [
    // Its page names the asset alone.
    'portfolio margin UM',
    USD,
    { ...PORTFOLIO, markets: ['coinm'] },
    'FLAT (ONLY PORTFOLIO MARGIN CM)',
    'portfolio margin UM holds open orders (margin in USDT) and is',
  ],
  [
    // No wallet holds the asset.
    'portfolio margin UM',
    { ...USD, symbol: 'BTCUSDC', price: '90000' },
    { ...PORTFOLIO, markets: ['coinm'] },
    'FLAT (ONLY PORTFOLIO MARGIN CM)',
    'portfolio margin UM holds open orders (margin in USDC) and is',
  ],
];

const rigOf = ({ account }: Exchange, hedgeMode = false) =>
  liquidationRig({ portfolioMargin: account === 'portfolio_margin', hedgeMode });

describe.each(KINDS)('open orders in %s, which is not covered,', (title, order, exchange, headline, said) => {
  test('are a warning, and FLAT is said of the others only', async () => {
    const rig = rigOf(exchange);
    rig.account.rest(order);
    const { answer } = await liquidated(rig, {}, { exchange });
    expect(answer).toMatchObject({
      headline,
      warnings: [{ code: 'MARKET_NOT_COVERED', message: expect.stringContaining(said) }],
    });
    expect(rig.account.truth().orders).toHaveLength(1);
  });

  test('are named beside positions', async () => {
    const rig = rigOf(exchange, true);
    rig.account.open(order.symbol, '30');
    rig.account.rest({ ...order, positionSide: order.side === 'BUY' ? 'LONG' : 'SHORT' });
    const { answer } = await liquidated(rig, {}, { exchange });
    expect(answer.warnings).toMatchObject([
      {
        code: 'MARKET_NOT_COVERED',
        message: expect.stringMatching(/^.* holds 1 open position \(.* 30[.0]*\) and open orders \(/),
      },
    ]);
  });

  test('are a warning of preflight, and none are said to be none', async () => {
    const rig = rigOf(exchange);
    const none = await rig.preflight({ exchange });
    expect(none.checks).toContainEqual(
      expect.objectContaining({
        ...{ name: 'other markets', status: 'ok' },
        detail: `not covered, and without positions and orders that need margin: ${title}`,
      }),
    );
    rig.account.rest(order);
    const { checks } = await rig.preflight({ exchange });
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'other markets', status: 'warning', detail: expect.stringContaining(said) }),
    );
  });

  test('that only reduce need no margin, so nothing is said of them', async () => {
    const rig = rigOf(exchange);
    rig.account.rest({ ...order, reduceOnly: true });
    const { answer } = await liquidated(rig, {}, { exchange });
    expect(answer).toMatchObject({ state: 'completed', warnings: [] });
  });
});

test('a position is reported although the page that shows orders is gone', async () => {
  const rig = rigOf(PORTFOLIO);
  rig.account.open('ETHUSDT', '2');
  const exchange = { ...PORTFOLIO, markets: ['coinm'] } as const;
  for (const kind of ['gone-404', '503-unavailable', 'key-refused'] as const) {
    rig.exchange.faults.add({ on: { path: '/papi/v2/um/account' }, fault: { kind } });
    const { answer } = await liquidated(rig, {}, { exchange });
    expect([kind, answer.headline, answer.warnings]).toMatchObject([
      kind,
      'FLAT (ONLY PORTFOLIO MARGIN CM)',
      [{ code: 'MARKET_NOT_COVERED', message: expect.stringContaining('ETHUSDT 2') }],
    ]);
  }
});

test('where the page that shows orders is gone, preflight says what is known of positions alone', async () => {
  const rig = rigOf(PORTFOLIO);
  rig.exchange.faults.add({ on: { path: '/papi/v2/um/account' }, fault: { kind: 'gone-404' } });
  const { checks } = await rig.preflight({ exchange: { ...PORTFOLIO, markets: ['coinm'] } });
  expect(checks).toContainEqual(
    expect.objectContaining({
      ...{ name: 'other markets', status: 'ok' },
      detail: 'not covered, and without positions: portfolio margin UM',
    }),
  );
});

test('a page that is refused for its overload is not taken for an empty one', async () => {
  const rig = rigOf(PORTFOLIO);
  rig.exchange.faults.add({ on: { path: '/papi/v2/um/account' }, fault: { kind: '503-unavailable' }, times: 9 });
  const { answer } = await liquidated(rig, {}, { exchange: { ...PORTFOLIO, markets: ['coinm'] } });
  expect(answer.warnings).toMatchObject([{ code: 'MARKET_NOT_READ' }]);
});

test.each(['/dapi/v1/account', '/dapi/v1/positionRisk'])(
  'a position that one page shows is reported although the other page is slow: %s',
  async path => {
    const rig = rigOf({});
    rig.account.open('BTCUSD_PERP', '25');
    rig.exchange.faults.add({ on: { path }, fault: { kind: 'delay', ms: 4_000 } });
    const { answer } = await liquidated(rig);
    expect(answer).toMatchObject({ headline: 'FLAT (ONLY USD-M)', warnings: [{ code: 'MARKET_NOT_COVERED' }] });
  },
);
