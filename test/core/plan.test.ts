import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, isZero, magnitude, sum } from '../../lambda/core/amount.ts';
import { isFlat, leftover } from '../../lambda/core/flatness.ts';
import type { Scope } from '../../lambda/core/model.ts';
import { isProtective, type Lesson, planRound } from '../../lambda/core/plan.ts';
import { conditional, order, position, rules, snapshot } from '../support/rows.ts';

const ALL: Scope = { closePositions: true, cancelOrders: true, symbols: undefined };
const nothing = (): Lesson => ({});

describe('closing', () => {
  test.each([
    ['one-way long', '0.010', 'BOTH', { side: 'SELL', positionSide: 'BOTH', quantity: '0.010', reduceOnly: true }],
    ['one-way short', '-0.010', 'BOTH', { side: 'BUY', positionSide: 'BOTH', quantity: '0.010', reduceOnly: true }],
    ['hedge long', '2', 'LONG', { side: 'SELL', positionSide: 'LONG', quantity: '2', reduceOnly: false }],
    ['hedge short', '-1.000', 'SHORT', { side: 'BUY', positionSide: 'SHORT', quantity: '1.000', reduceOnly: false }],
  ] as const)(
    'a %s takes the opposite side, and reduceOnly only in one-way mode',
    (_name, amount, positionSide, expected) => {
      const seen = snapshot({ positions: [position('BTCUSDT', amount, { positionSide })] });
      const [plan] = planRound(seen, ALL, nothing);
      expect(plan?.positions[0]?.closes).toEqual([{ symbol: 'BTCUSDT', ...expected }]);
    },
  );

  test('the most exposed symbol comes first, whatever its sign; both hedge sides count', () => {
    const seen = snapshot({
      positions: [
        position('SMALL', '1', { notional: '10' }),
        position('HEDGED', '1', { notional: '60', positionSide: 'LONG' }),
        position('HEDGED', '-1', { notional: '-60', positionSide: 'SHORT' }),
        position('SHORT', '-1', { notional: '-100' }),
      ],
    });
    expect(planRound(seen, ALL, nothing).map(plan => plan.symbol)).toEqual(['HEDGED', 'SHORT', 'SMALL']);
  });

  test('any quote asset and any alphabet is closed', () => {
    const names = ['BTCUSDC', 'BTCUSDT_261225', '测试USDT', 'TSLAUSDT'];
    const seen = snapshot({ positions: names.map(name => position(name, '1')) });
    expect(new Set(planRound(seen, ALL, nothing).map(plan => plan.symbol))).toEqual(new Set(names));
  });

  test('a quantity over the market maximum is split once the rules are known, and halved while they are not', () => {
    const seen = snapshot({ positions: [position('BTCUSDT', '-250.5')] });
    const quantities = (lesson: Lesson) =>
      planRound(seen, ALL, () => lesson)[0]?.positions[0]?.closes.map(close => close.quantity);
    expect(quantities({})).toEqual(['250.5']);
    expect(quantities({ rules: rules('BTCUSDT') })).toEqual(['83.5', '83.5', '83.5']);
    expect(quantities({ maxQuantity: '125.2' })).toEqual(['83.5', '83.5', '83.5']);
  });

  test('an empty book is met with a limit inside the price band, on the tick, towards the mark', () => {
    const sell = snapshot({ positions: [position('BTCUSDT', '1', { markPrice: '60001.23' })] });
    const buy = snapshot({ positions: [position('BTCUSDT', '-1', { markPrice: '60001.23' })] });
    const lesson = () => ({ rules: rules('BTCUSDT'), useLimit: true });
    // 60001.23 × 0.96 = 57601.1808 and × 1.04 = 62401.2792
    expect(planRound(sell, ALL, lesson)[0]?.positions[0]?.closes[0]?.price).toBe('57601.2');
    expect(planRound(buy, ALL, lesson)[0]?.positions[0]?.closes[0]?.price).toBe('62401.2');
  });

  test('what is smaller than the step cannot be closed and is named', () => {
    const seen = snapshot({ positions: [position('BTCUSDT', '0.0004')] });
    const [plan] = planRound(seen, ALL, () => ({ rules: rules('BTCUSDT') }));
    expect(plan?.positions[0]).toMatchObject({ closes: [], dust: '0.0004' });
  });
});

describe('cancelling', () => {
  test('a symbol that only has orders is planned', () => {
    const seen = snapshot({
      orders: [order('ETHUSDT'), order('ETHUSDT')],
      conditionals: [conditional('SOLUSDT', '7')],
    });
    const plans = planRound(seen, ALL, nothing);
    expect(plans.map(plan => [plan.symbol, plan.cancelOrders, plan.cancelAllConditionals])).toEqual([
      ['ETHUSDT', 2, false],
      ['SOLUSDT', 0, true],
    ]);
  });

  test('while a position is open its stops stay, and only conditional entries go, one by one', () => {
    const seen = snapshot({
      positions: [position('BTCUSDT', '1')],
      conditionals: [
        conditional('BTCUSDT', '1', { reduceOnly: true }),
        conditional('BTCUSDT', '2', { closePosition: true }),
        conditional('BTCUSDT', '3', { side: 'BUY' }),
      ],
    });
    const [plan] = planRound(seen, ALL, nothing);
    expect(plan?.cancelConditionals.map(one => one.algoId)).toEqual(['3']);
    expect(plan).toMatchObject({ cancelAllConditionals: false, keptProtective: 2 });
  });

  test('once the position is gone its stops go too, in one request', () => {
    const seen = snapshot({ conditionals: [conditional('BTCUSDT', '1', { reduceOnly: true })] });
    expect(planRound(seen, ALL, nothing)[0]).toMatchObject({ cancelAllConditionals: true, keptProtective: 0 });
  });

  test('stops stay while the positions could not be read', () => {
    const seen = snapshot({ positions: undefined, conditionals: [conditional('BTCUSDT', '1', { reduceOnly: true })] });
    expect(planRound(seen, ALL, nothing)).toEqual([]);
  });

  test('when the orders could not be read, a symbol with a position is cancelled to be sure', () => {
    const seen = snapshot({ positions: [position('BTCUSDT', '1')], orders: undefined, conditionals: undefined });
    expect(planRound(seen, ALL, nothing)[0]).toMatchObject({ cancelOrders: 1, cancelConditionals: [] });
  });

  test.each([
    ['reduce-only', { reduceOnly: true }, true],
    ['close-position', { closePosition: true }, true],
    ['a plain stop', {}, false],
    ['hedge: sells the long', { positionSide: 'LONG', side: 'SELL' }, true],
    ['hedge: buys more long', { positionSide: 'LONG', side: 'BUY' }, false],
    ['hedge: buys back the short', { positionSide: 'SHORT', side: 'BUY' }, true],
    ['hedge: sells more short', { positionSide: 'SHORT', side: 'SELL' }, false],
  ] as const)('%s: protective %#', (_name, fields, protective) => {
    expect(isProtective(conditional('BTCUSDT', '1', fields))).toBe(protective);
  });
});

describe('the scope', () => {
  const seen = snapshot({
    positions: [position('BTCUSDT', '1'), position('ETHUSDT', '1')],
    orders: [order('ETHUSDT'), order('SOLUSDT')],
    conditionals: [conditional('BTCUSDT', '1', { reduceOnly: true })],
  });
  test.each<[string, Scope, readonly string[]]>([
    ['the whole account', ALL, ['BTCUSDT', 'ETHUSDT', 'SOLUSDT']],
    ['only the named symbols', { ...ALL, symbols: ['ETHUSDT'] }, ['ETHUSDT']],
    ['orders only', { ...ALL, closePositions: false }, ['ETHUSDT', 'SOLUSDT']],
    ['positions only', { ...ALL, cancelOrders: false }, ['BTCUSDT', 'ETHUSDT']],
  ])('%s', (_name, scope, symbols) => {
    expect(planRound(seen, scope, nothing).map(plan => plan.symbol)).toEqual(symbols);
  });
});

describe('flatness', () => {
  const stop = conditional('BTCUSDT', '1', { reduceOnly: true });
  test.each<[string, Parameters<typeof snapshot>[0], Scope, boolean]>([
    ['nothing at all', {}, ALL, true],
    ['a position', { positions: [position('BTCUSDT', '1')] }, ALL, false],
    ['an order', { orders: [order('BTCUSDT')] }, ALL, false],
    ['a conditional order', { conditionals: [stop] }, ALL, false],
    ['positions not read', { positions: undefined }, ALL, false],
    ['orders not read', { orders: undefined }, ALL, false],
    ['conditional orders not read', { conditionals: undefined }, ALL, false],
    ['a position outside the scope', { positions: [position('BTCUSDT', '1')] }, { ...ALL, symbols: ['ETHUSDT'] }, true],
    [
      'a position to be left, with its stop',
      { positions: [position('BTCUSDT', '1')], conditionals: [stop] },
      { ...ALL, closePositions: false },
      true,
    ],
    ['orders to be left', { orders: [order('BTCUSDT')] }, { ...ALL, cancelOrders: false }, true],
    ['orders to be left and not read', { orders: undefined }, { ...ALL, cancelOrders: false }, true],
  ])('%s: flat %#', (_name, seen, scope, flat) => {
    expect(isFlat(leftover(snapshot(seen), scope), scope)).toBe(flat);
  });
});

test('for every account, the closes of a position make up exactly the position and only ever reduce it', () => {
  const amount = fc
    .integer({ min: -1_000_000, max: 1_000_000 })
    .filter(n => n !== 0)
    .map(n => (n / 1_000).toFixed(3));
  const row = fc.tuple(fc.constantFrom('A', 'B', 'C'), amount, fc.boolean());
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: ([symbol]) => symbol }), fc.boolean(), (rows, knowsRules) => {
      const seen = snapshot({
        positions: rows.map(([symbol, own, hedge]) =>
          position(symbol, own, { positionSide: hedge ? (own.startsWith('-') ? 'SHORT' : 'LONG') : 'BOTH' }),
        ),
      });
      const plans = planRound(seen, ALL, symbol => (knowsRules ? { rules: rules(symbol) } : {}));
      expect(plans.length).toBe(rows.length);
      for (const { position: own, closes } of plans.flatMap(plan => plan.positions)) {
        expect(isZero(difference(sum(closes.map(close => close.quantity)), magnitude(own.amount)))).toBe(true);
        for (const close of closes) {
          expect(close.side).toBe(own.amount.startsWith('-') ? 'BUY' : 'SELL');
          expect(close.reduceOnly || close.positionSide !== 'BOTH').toBe(true);
        }
      }
    }),
  );
});
