/** COIN-M, from the configuration to the answer: contracts, deliveries, stops in both of their lists, profit in coins. */

import { describe, expect, test } from 'vitest';
import { liquidated, requestsOf } from '../support/bad-day.ts';
import { liquidationRig, type RigOptions, type RunChanges } from '../support/liquidation-rig.ts';

const COINM: RunChanges = { exchange: { markets: ['coinm'] } };
const BOTH: RunChanges = { exchange: { markets: ['usdm', 'coinm'] } };

const rigWith = (options: RigOptions = {}) => liquidationRig(options);

describe('an account with COIN-M', () => {
  test('goes flat: contracts closed whole, its orders cancelled, its profit in coins', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSD_PERP', '250', { entryPrice: '60000' });
    rig.account.open('ETHUSD_PERP', '-40');
    rig.account.rest({ symbol: 'BTCUSD_PERP', side: 'SELL', type: 'LIMIT', quantity: '250', price: '70000' });
    rig.account.arm({ symbol: 'ETHUSD_PERP', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '4000', quantity: '40' });
    const { answer } = await liquidated(rig, {}, COINM);
    expect(answer).toMatchObject({
      headline: 'FLAT (COIN-M)',
      state: 'completed',
      positions_closed: 2,
      orders_cancelled: 2,
      errors: [],
      warnings: [],
      markets: [
        { market: 'coinm', covered: true, flat: true, positions: 0, orders: 0 },
        { market: 'usdm', covered: false, flat: null, positions: 0, orders: null },
      ],
    });
    // 250 contracts of 100 USD: 25,000 × (1/60,000 − 1/67,000).
    expect(Number(answer.realized_pnl.BTC)).toBeCloseTo(25_000 / 60_000 - 25_000 / 67_000, 7);
    expect(Object.keys(answer.commissions).sort()).toEqual(['BTC', 'ETH']);
    expect(rig.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    expect(rig.account.violations).toEqual([]);
  });

  test('closes both sides of a symbol in hedge mode', async () => {
    const rig = rigWith({ hedgeMode: true });
    rig.account.open('BTCUSD_PERP', '30');
    rig.account.open('BTCUSD_PERP', '-20');
    const { answer } = await liquidated(rig, {}, COINM);
    expect(answer).toMatchObject({ headline: 'FLAT (COIN-M)', positions_closed: 2 });
    expect(rig.account.violations).toEqual([]);
  });

  test('splits what a delivery contract takes at market only in small orders', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSD_261225', '4500');
    const { answer } = await liquidated(rig, {}, COINM);
    expect(answer).toMatchObject({ headline: 'FLAT (COIN-M)', positions_closed: 1 });
    expect(rig.account.truth().positions).toEqual([]);
    expect(rig.account.violations).toEqual([]);
  });

  test('beside USDⓈ-M goes flat in the time of one market and a fifth', async () => {
    const fill = (rig: ReturnType<typeof rigWith>, markets: readonly ('usdm' | 'coinm')[]): void => {
      if (markets.includes('usdm')) {
        rig.account.open('BTCUSDT', '1.5');
        rig.account.arm({
          symbol: 'BTCUSDT',
          side: 'SELL',
          type: 'STOP_MARKET',
          triggerPrice: '60000',
          closePosition: true,
        });
      }
      if (markets.includes('coinm')) {
        rig.account.open('BTCUSD_PERP', '250');
        rig.account.arm({
          symbol: 'BTCUSD_PERP',
          side: 'SELL',
          type: 'STOP_MARKET',
          triggerPrice: '60000',
          closePosition: true,
        });
      }
    };
    const timeOf = async (markets: readonly ('usdm' | 'coinm')[]): Promise<number> => {
      const rig = rigWith({ rttMs: 80 });
      fill(rig, markets);
      const day = await liquidated(rig, {}, { exchange: { markets } });
      expect(day.answer.success).toBe(true);
      expect(rig.account.truth()).toMatchObject({ positions: [], conditionals: [] });
      return day.answeredAfterMs;
    };
    const one = await timeOf(['usdm']);
    expect(await timeOf(['coinm'])).toBeLessThanOrEqual(one * 1.2);
    expect(await timeOf(['usdm', 'coinm'])).toBeLessThanOrEqual(one * 1.2);
  });

  test('names each market in the headline, and a position that is left by its market', async () => {
    const rig = rigWith();
    rig.account.open('ETHUSDT', '2');
    rig.account.open('ADAUSD_PERP', '70');
    rig.exchange.setStatus('ADAUSD_PERP', 'TRADING_HALT');
    const { answer } = await liquidated(rig, {}, BOTH);
    expect(answer).toMatchObject({
      state: 'partial',
      positions_closed: 1,
      positions_failed: 1,
      remaining: { positions: [{ symbol: 'ADAUSD_PERP', amount: '70', market: 'coinm' }] },
      markets: [
        { market: 'usdm', flat: true, positions: 0 },
        { market: 'coinm', flat: false, positions: 1 },
      ],
    });
    expect(answer.errors.every(({ market }) => market === 'coinm')).toBe(true);
  });
});

describe('a stop of COIN-M that is still among the open orders', () => {
  test('is cancelled once its position is gone', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSD_PERP', '250');
    rig.account.arm({
      symbol: 'BTCUSD_PERP',
      side: 'SELL',
      type: 'STOP_MARKET',
      triggerPrice: '60000',
      closePosition: true,
      older: true,
    });
    const { answer } = await liquidated(rig, {}, COINM);
    expect(answer.headline).toBe('FLAT (COIN-M)');
    expect(rig.account.truth()).toMatchObject({ positions: [], conditionals: [] });
  });

  test('stays while its position cannot be closed, although another order of the symbol is cancelled', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSD_PERP', '250');
    rig.account.arm({
      symbol: 'BTCUSD_PERP',
      side: 'SELL',
      type: 'STOP_MARKET',
      triggerPrice: '60000',
      closePosition: true,
      older: true,
    });
    rig.account.rest({ symbol: 'BTCUSD_PERP', side: 'BUY', type: 'LIMIT', quantity: '10', price: '50000' });
    rig.exchange.faults.add({
      on: { method: 'POST', path: '/dapi/v1/order' },
      times: 1_000,
      fault: { kind: 'refuse', code: -2019 },
    });
    const { answer } = await liquidated(rig, {}, COINM);
    expect(answer.success).toBe(false);
    expect(rig.account.truth().orders).toEqual([]);
    expect(rig.account.truth().conditionals).toHaveLength(1);
    expect(answer.remaining.positions).toMatchObject([{ symbol: 'BTCUSD_PERP', protective_orders: 1 }]);
  });
});

test('a protective order of an unknown type, among the open orders, stays with its position', async () => {
  const rig = rigWith();
  rig.account.open('BTCUSD_PERP', '25');
  const stop = { symbol: 'BTCUSD_PERP', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000' } as const;
  rig.account.arm({ ...stop, closePosition: true, older: true });
  rig.account.rest({ symbol: 'BTCUSD_PERP', side: 'BUY', type: 'LIMIT', quantity: '10', price: '40000' });
  rig.exchange.faults.add({
    on: { path: '/dapi/v1/openOrders' },
    times: 1_000,
    fault: { kind: 'change-rows', where: { type: 'STOP_MARKET' }, set: { type: 'PEGGED_LOSS' } },
  });
  const refusals = { on: { method: 'POST', path: '/dapi/v1/order' }, times: 4, fault: { kind: 'refuse', code: -2019 } };
  rig.exchange.faults.add(refusals as never);
  const { answer } = await liquidated(rig, {}, COINM);
  expect(answer.success).toBe(false);
  expect(rig.account.truth()).toMatchObject({ orders: [], conditionals: [{ symbol: 'BTCUSD_PERP' }] });
  // Once the close passes it goes with its position.
  expect((await liquidated(rig, {}, COINM)).answer.headline).toBe('FLAT (COIN-M)');
  expect(rig.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
});

describe('what is not confirmed of COIN-M', () => {
  test('a position in a symbol that left TRADING is seen on the account page, and forbids FLAT', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSD_261225', '10');
    rig.exchange.setStatus('BTCUSD_261225', 'PRE_DELIVERING');
    const { answer } = await liquidated(rig, {}, COINM);
    expect(answer.success).toBe(false);
    expect(answer.remaining.positions).toMatchObject([{ symbol: 'BTCUSD_261225', amount: '10' }]);
  });

  test.each([{ coinAlgoExtras: true }, { coinAlgoExtras: false }])(
    'conditional orders go, whether or not all of a symbol can be cancelled at once ($coinAlgoExtras)',
    async unconfirmed => {
      const rig = rigWith({ unconfirmed });
      rig.account.open('BTCUSD_PERP', '250');
      for (const triggerPrice of ['60000', '61000'])
        rig.account.arm({
          symbol: 'BTCUSD_PERP',
          side: 'SELL',
          type: 'STOP_MARKET',
          triggerPrice,
          quantity: '100',
          reduceOnly: true,
        });
      rig.account.arm({
        symbol: 'ETHUSD_PERP',
        side: 'BUY',
        type: 'STOP_MARKET',
        triggerPrice: '4000',
        quantity: '40',
      });
      const { answer } = await liquidated(rig, {}, COINM);
      expect(answer.headline).toBe('FLAT (COIN-M)');
      expect(rig.account.truth()).toMatchObject({ positions: [], conditionals: [] });
    },
  );

  test.each([{ coinCodes: 'own' }, { coinCodes: 'um' }] as const)(
    'a close that resting orders block is refused under either number ($coinCodes), and then succeeds',
    async unconfirmed => {
      const rig = rigWith({ unconfirmed });
      rig.account.open('BTCUSD_PERP', '250');
      for (const price of ['70000', '71000'])
        rig.account.rest({
          symbol: 'BTCUSD_PERP',
          side: 'SELL',
          type: 'LIMIT',
          quantity: '100',
          price,
          reduceOnly: true,
        });
      rig.exchange.setListLag({ ordersMs: 0 });
      const day = await liquidated(rig, {}, COINM);
      expect(day.answer.headline).toBe('FLAT (COIN-M)');
      expect(requestsOf(day, 'POST', '/dapi/v1/order').length).toBeGreaterThan(0);
    },
  );
});

describe('a market that is not covered', () => {
  test('but has positions is a warning, and FLAT names the others only', async () => {
    const rig = rigWith();
    rig.account.open('ETHUSDT', '2');
    rig.account.open('BTCUSD_PERP', '-12');
    const { answer } = await liquidated(rig);
    expect(answer).toMatchObject({
      headline: 'FLAT (ONLY USD-M)',
      state: 'completed',
      warnings: [{ code: 'MARKET_NOT_COVERED', message: expect.stringContaining('BTCUSD_PERP -12') }],
    });
    expect(rig.account.truth().positions).toEqual([{ symbol: 'BTCUSD_PERP', positionSide: 'BOTH', amount: '-12' }]);
  });

  test('but has a contract that no longer trades is a warning as well', async () => {
    const rig = rigWith();
    rig.account.open('ETHUSDT', '2');
    rig.account.open('BTCUSD_261225', '25');
    rig.exchange.setStatus('BTCUSD_261225', 'PRE_SETTLE');
    const { answer } = await liquidated(rig);
    expect(answer).toMatchObject({ headline: 'FLAT (ONLY USD-M)', warnings: [{ code: 'MARKET_NOT_COVERED' }] });
  });

  test('and of which one page cannot be read is reported by the other one', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSD_PERP', '25');
    rig.exchange.faults.add({ on: { path: '/dapi/v1/account' }, fault: { kind: 'gone-404' } });
    expect((await liquidated(rig)).answer).toMatchObject({ headline: 'FLAT (ONLY USD-M)' });
  });

  test('that holds nothing is one read, and no warning', async () => {
    const rig = rigWith();
    rig.account.open('ETHUSDT', '2');
    const { answer } = await liquidated(rig);
    expect(answer).toMatchObject({ headline: 'FLAT', warnings: [] });
    expect(rig.exchange.journal.map(({ path }) => path).filter(path => path.startsWith('/dapi/'))).toEqual([
      '/dapi/v1/positionRisk',
      '/dapi/v1/account',
    ]);
  });

  test('whose only row cannot be read is reported as not read', async () => {
    const rig = rigWith();
    const add = [{ symbol: 'BTCUSD_PERP', positionAmt: 'many' }];
    rig.exchange.faults.add({ on: { path: '/dapi/v1/positionRisk' }, fault: { kind: 'change-rows', add } });
    expect((await liquidated(rig)).answer).toMatchObject({ headline: 'FLAT', warnings: [{ code: 'MARKET_NOT_READ' }] });
  });

  test('that cannot be read is reported as not read', async () => {
    const rig = rigWith();
    rig.account.open('ETHUSDT', '2');
    rig.exchange.faults.add({ on: { path: '/dapi/v1/positionRisk' }, fault: { kind: 'refuse', code: -1109 } });
    rig.exchange.faults.add({ on: { path: '/dapi/v1/account' }, fault: { kind: 'refuse', code: -1109 } });
    const { answer } = await liquidated(rig);
    expect(answer).toMatchObject({ headline: 'FLAT', warnings: [{ code: 'MARKET_NOT_READ' }] });
  });
});

test('a key that one market accepts and the other does not is reported as without the right', async () => {
  const rig = rigWith();
  rig.account.open('BTCUSDT', '0.5');
  for (const path of ['positionRisk', 'account', 'openOrders', 'openAlgoOrders', 'positionSide/dual'])
    rig.exchange.faults.add({
      on: { path: `/dapi/v1/${path}` },
      fault: { kind: 'key-refused' },
      times: Number.POSITIVE_INFINITY,
    });
  const preflight = await rig.preflight(BOTH);
  expect(preflight.checks).toContainEqual(
    expect.objectContaining({
      name: 'positions and orders',
      status: 'failed',
      detail: expect.stringMatching(/^COIN-M: /),
    }),
  );
  const { answer } = await liquidated(rig, {}, BOTH);
  expect(answer.errors).toContainEqual(
    expect.objectContaining({
      ...{ code: 'KEY_REFUSED', market: 'coinm' },
      message: expect.stringContaining('USDⓈ-M takes the key: it lacks the right to COIN-M'),
    }),
  );
});

test('what the configuration leaves open is counted over all markets', async () => {
  const rig = rigWith();
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '25');
  const { answer } = await liquidated(rig, {}, { ...BOTH, liquidation: { closePositions: false } });
  expect(answer.warnings).toMatchObject([
    { code: 'POSITIONS_LEFT', message: 'close_positions = false: 2 positions were left open' },
  ]);
});

test('a name that fits nothing is one warning, with what is open in every market', async () => {
  const rig = rigWith();
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '25');
  const { answer } = await liquidated(rig, { symbols: ['BTCUSDPERP'] }, BOTH);
  expect(answer.warnings).toMatchObject([
    { code: 'SYMBOL_NOT_SEEN', message: expect.stringContaining('open in the account: BTCUSDT, BTCUSD_PERP;') },
  ]);
});

test('a named symbol in a market that is not covered is reported as open, and not closed', async () => {
  const rig = rigWith();
  rig.account.open('BTCUSD_PERP', '25');
  const { answer } = await liquidated(rig, { symbols: ['BTCUSD_PERP', 'BTCUSDX'] });
  expect(answer.headline).not.toContain('FLAT');
  expect(answer.warnings).toMatchObject([
    { code: 'SYMBOL_NOT_SEEN', message: 'BTCUSD_PERP is held in a market that is not covered, so it was not closed' },
    { code: 'SYMBOL_NOT_SEEN', message: expect.stringContaining('open in the account: BTCUSD_PERP;') },
    { code: 'MARKET_NOT_COVERED' },
  ]);
});

test('maintenance of COIN-M that answers "invalid account" (-1109) for a while is waited for in the same call', async () => {
  const rig = rigWith();
  rig.account.open('BTCUSD_PERP', '25');
  for (const path of ['positionRisk', 'account', 'openOrders', 'openAlgoOrders', 'order'])
    rig.exchange.faults.add({ on: { path: `/dapi/v1/${path}` }, times: 2, fault: { kind: 'refuse', code: -1109 } });
  const { answer } = await liquidated(rig, {}, COINM);
  expect(answer).toMatchObject({ headline: 'FLAT (COIN-M)', state: 'completed' });
});
