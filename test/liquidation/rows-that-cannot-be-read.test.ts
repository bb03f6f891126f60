/**
 * Rows are read one by one: a row that can be read is acted on, one that cannot forbids the proof of flatness and is
 * reported with its symbol. The side of a hedged row outranks its sign. (Inputs A13 and A15.)
 */

import { describe, expect, test } from 'vitest';
import type { RowFault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { closesOf, codesOf, dayOf, expectSound, flatAfterMs } from '../support/bad-day.ts';
import type { LiquidationRig } from '../support/liquidation-rig.ts';

const POSITIONS = '/fapi/v3/positionRisk';
const OLDER_POSITIONS = '/fapi/v2/positionRisk';
const ORDERS = '/fapi/v1/openOrders';
const CONDITIONALS = '/fapi/v1/openAlgoOrders';

const change =
  (path: string, rows: RowFault) =>
  ({ exchange }: LiquidationRig): void => {
    for (const one of path === POSITIONS ? [POSITIONS, OLDER_POSITIONS] : [path])
      exchange.faults.add({ on: { method: 'GET', path: one }, times: ALWAYS, fault: { kind: 'change-rows', ...rows } });
  };

const fourPositions = ({ account }: LiquidationRig): void => {
  account.open('BTCUSDT', '1.204');
  account.open('ETHUSDT', '-12.5');
  account.open('SOLUSDT', '830.25');
  account.open('ADAUSDT', '-52000');
  account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.5', price: '64000' });
  account.rest({ symbol: 'LTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '3', price: '70' });
  account.arm({ symbol: 'SOLUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '170', quantity: '100' });
  account.arm({ symbol: 'XRPUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '0.6', quantity: '100' });
};

test.each([
  { says: 'one-way', hedgeMode: false, long: '1.204', short: '-12.5', sides: ['both', 'Both'] },
  { says: 'hedge', hedgeMode: true, long: '1.204', short: '-12.5', sides: ['long', 'Short'] },
])('a side in small letters is read ($says mode)', async ({ hedgeMode, long, short, sides }) => {
  const symbols = ['BTCUSDT', 'ETHUSDT'] as const;
  const day = await dayOf(
    { hedgeMode },
    ({ account }) => {
      account.open(symbols[0], long);
      account.open(symbols[1], short);
    },
    rig => {
      for (const [at, symbol] of symbols.entries())
        change(POSITIONS, { where: { symbol }, set: { positionSide: sides[at] } })(rig);
    },
  );
  expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [], warnings: [] });
  expectSound(day);
});

describe('a row of the positions that cannot be read, in every answer (A13)', () => {
  test.each<{ says: string; symbol: string; rows: RowFault }>([
    { says: 'an empty amount', symbol: 'ADAUSDT', rows: { set: { positionAmt: '' } } },
    { says: 'an amount of null', symbol: 'SOLUSDT', rows: { set: { positionAmt: null } } },
    { says: 'no amount at all', symbol: 'ETHUSDT', rows: { drop: ['positionAmt'] } },
    { says: 'an amount in words', symbol: 'BTCUSDT', rows: { set: { positionAmt: 'NaN' } } },
    { says: 'an amount that is an object', symbol: 'ADAUSDT', rows: { set: { positionAmt: { value: '1' } } } },
    { says: 'no positionSide', symbol: 'BTCUSDT', rows: { drop: ['positionSide'] } },
    { says: 'a side that nobody knows', symbol: 'SOLUSDT', rows: { set: { positionSide: 'NET' } } },
  ])(
    '$says of $symbol: the other three are closed, the row is named, the answer is not FLAT',
    async ({ symbol, rows }) => {
      const others = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'ADAUSDT'].filter(one => one !== symbol);
      const good = await dayOf({}, fourPositions);
      const bad = await dayOf({}, fourPositions, change(POSITIONS, { where: { symbol }, ...rows }));
      expect(flatAfterMs(bad, ...others)).toBeLessThanOrEqual((flatAfterMs(good, ...others) ?? 0) + 60);
      expect(bad.answer.state).toBe('partial');
      expect(bad.answer.positions_closed).toBe(3);
      expect(bad.answer.remaining.verified).toBe(false);
      expect(codesOf(bad, symbol)).toContain('ROW_UNREADABLE');
      expect(bad.rig.account.truth().orders).toEqual([]);
      expectSound(bad);
    },
  );

  test.each<{ says: string; symbol: string; rows: RowFault }>([
    {
      says: 'without prices and profit',
      symbol: 'ETHUSDT',
      rows: { drop: ['entryPrice', 'markPrice', 'unRealizedProfit', 'notional', 'updateTime', 'marginAsset'] },
    },
    {
      says: 'with empty prices',
      symbol: 'SOLUSDT',
      rows: { set: { entryPrice: '', markPrice: null, notional: '', unRealizedProfit: null, liquidationPrice: '' } },
    },
    { says: 'with an amount that is a number', symbol: 'ADAUSDT', rows: { set: { positionAmt: -52000 } } },
  ])('a row $says is closed, because nothing needs what it lacks', async ({ symbol, rows }) => {
    const good = await dayOf({}, fourPositions);
    const bad = await dayOf({}, fourPositions, change(POSITIONS, { where: { symbol }, ...rows }));
    expect(flatAfterMs(bad)).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 60);
    expect(bad.answer.headline).toBe('FLAT');
    expect(bad.rig.account.violations).toEqual([]);
  });

  test('without positionSide in hedge mode the row is not closed, and the others are', async () => {
    const bad = await dayOf(
      { hedgeMode: true },
      ({ account }) => {
        account.open('ETHUSDT', '8');
        account.open('SOLUSDT', '-70');
      },
      change(POSITIONS, { where: { symbol: 'SOLUSDT' }, drop: ['positionSide'] }),
    );
    expect(bad.rig.account.truth().positions.filter(({ symbol }) => symbol === 'ETHUSDT')).toEqual([]);
    expect(bad.answer.headline).not.toBe('FLAT');
    expectSound(bad);
  });
});

describe('rows of the positions that only the newer endpoint has damaged', () => {
  test.each<{ says: string; hedgeMode: boolean; rows: RowFault }>([
    { says: 'the amount under another name', hedgeMode: false, rows: { rename: { positionAmt: 'amount' } } },
    { says: 'no positionSide', hedgeMode: true, rows: { drop: ['positionSide'] } },
    {
      says: 'one side that nobody knows',
      hedgeMode: false,
      rows: { where: { symbol: 'ETHUSDT' }, set: { positionSide: 'NET' } },
    },
  ])('$says: the endpoint of the version before shows them, all are closed, and the rows are named', async one => {
    const { hedgeMode, rows } = one;
    const good = await dayOf({ hedgeMode }, fourPositions);
    const bad = await dayOf({ hedgeMode }, fourPositions, ({ exchange }) =>
      exchange.faults.add({
        on: { method: 'GET', path: POSITIONS },
        times: ALWAYS,
        fault: { kind: 'change-rows', ...rows },
      }),
    );
    expect(flatAfterMs(bad)).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 60);
    expect(bad.answer.headline).toBe('FLAT');
    expect(codesOf(bad, 'ETHUSDT')).toEqual(['ROW_UNREADABLE']);
    expectSound(bad);
  });

  test('where both endpoints damage them the older one is read a single time', async () => {
    const bad = await dayOf(
      {},
      fourPositions,
      change(POSITIONS, { where: { symbol: 'ADAUSDT' }, drop: ['positionAmt'] }),
    );
    const older = bad.rig.exchange.journal.filter(({ path }) => path === OLDER_POSITIONS);
    expect(older.length).toBe(1);
    expect(bad.answer.state).toBe('partial');
  });
});

describe('a row of an order list that cannot be read, in every answer (A13)', () => {
  test.each<{ says: string; path: string; rows: RowFault }>([
    {
      says: 'a conditional order with type for orderType',
      path: CONDITIONALS,
      rows: { rename: { orderType: 'type' } },
    },
    { says: 'a conditional order without orderType', path: CONDITIONALS, rows: { drop: ['orderType'] } },
    {
      says: 'a conditional order without positionSide and clientAlgoId',
      path: CONDITIONALS,
      rows: { drop: ['positionSide', 'clientAlgoId'] },
    },
    {
      says: 'a conditional order with null for quantity and price',
      path: CONDITIONALS,
      rows: { set: { quantity: null, triggerPrice: null, price: '' } },
    },
    { says: 'an open order without positionSide', path: ORDERS, rows: { drop: ['positionSide'] } },
    {
      says: 'an open order without clientOrderId and type',
      path: ORDERS,
      rows: { drop: ['clientOrderId', 'type', 'origType'] },
    },
    {
      says: 'an open order with null for its quantities',
      path: ORDERS,
      rows: { set: { origQty: null, executedQty: '' } },
    },
  ])('$says is cancelled', async ({ path, rows }) => {
    const good = await dayOf({}, fourPositions);
    const bad = await dayOf({}, fourPositions, change(path, rows));
    const { positions, orders, conditionals } = bad.rig.account.truth();
    expect({ positions, orders, conditionals }).toEqual({ positions: [], orders: [], conditionals: [] });
    expect(flatAfterMs(bad)).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 60);
    expectSound(bad);
  });

  test.each<{ says: string; path: string; rows: RowFault }>([
    { says: 'an open order without an ID', path: ORDERS, rows: { where: { symbol: 'LTCUSDT' }, drop: ['orderId'] } },
    {
      says: 'a conditional order without an ID',
      path: CONDITIONALS,
      rows: { where: { symbol: 'XRPUSDT' }, drop: ['algoId'] },
    },
    {
      says: 'a conditional order without a side',
      path: CONDITIONALS,
      rows: { where: { symbol: 'XRPUSDT' }, set: { side: '' } },
    },
  ])('$says is cancelled with its symbol', async ({ path, rows }) => {
    const bad = await dayOf({}, fourPositions, change(path, rows));
    const { positions, orders, conditionals } = bad.rig.account.truth();
    expect({ positions, orders, conditionals }).toEqual({ positions: [], orders: [], conditionals: [] });
    // Once it is gone no row is unreadable any more.
    expect(bad.answer.headline).toBe('FLAT');
    expect(bad.answer.errors).toEqual([]);
    expectSound(bad);
  });

  test.each([
    { path: POSITIONS, add: [null] },
    { path: ORDERS, add: ['text'] },
    { path: CONDITIONALS, add: [{}] },
  ])('a row of $path that names no symbol forbids the proof, and nothing else', async ({ path, add }) => {
    const bad = await dayOf({}, fourPositions, change(path, { add: add as never }));
    const { positions, orders } = bad.rig.account.truth();
    expect({ positions, orders }).toEqual({ positions: [], orders: [] });
    expect(bad.answer.headline).not.toBe('FLAT');
    expect(bad.answer.remaining.verified).toBe(false);
    expect(codesOf(bad)).toContain('ROW_UNREADABLE');
    expectSound(bad);
  });
});

describe('a hedged row whose sign contradicts its side (A15)', () => {
  const negate: RowFault = { negate: ['positionAmt', 'notional'] };

  test.each([
    { symbol: 'ETHUSDT', amount: '0.5', side: 'SELL', positionSide: 'LONG', warns: ['POSITION_SIGN'] },
    { symbol: 'BTCUSDT', amount: '200.5', side: 'SELL', positionSide: 'LONG', warns: ['POSITION_SIGN'] },
    // A short without its minus is a documented form.
    { symbol: 'SOLUSDT', amount: '-70.25', side: 'BUY', positionSide: 'SHORT', warns: [] },
  ])(
    '$positionSide of $amount is closed by $side and never enlarged',
    async ({ symbol, amount, side, positionSide, warns }) => {
      const bad = await dayOf(
        { hedgeMode: true },
        ({ account }) => account.open(symbol, amount),
        change(POSITIONS, negate),
      );
      expect(new Set(closesOf(bad).map(({ params }) => `${params.side} ${params.positionSide}`))).toEqual(
        new Set([`${side} ${positionSide}`]),
      );
      expect(bad.answer.headline).toBe('FLAT');
      expect(codesOf(bad, symbol)).toEqual(warns);
      expectSound(bad);
    },
  );

  test('both sides of a symbol are closed, each by its own side, although both signs are wrong', async () => {
    const bad = await dayOf(
      { hedgeMode: true },
      ({ account }) => {
        account.open('ETHUSDT', '8.125');
        account.open('ETHUSDT', '-3.5');
      },
      change(POSITIONS, negate),
    );
    expect(bad.answer.headline).toBe('FLAT');
    expect(bad.answer.positions_closed).toBe(2);
    expectSound(bad);
  });
});
