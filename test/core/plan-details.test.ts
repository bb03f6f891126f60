/** The plan where two are equal, where a list is missing, and where a limit order takes the place of a market order. */

import { expect, it } from 'vitest';
import type { Scope } from '../../lambda/core/model.ts';
import { planRound } from '../../lambda/core/plan.ts';
import { conditional, position, rules, snapshot } from '../support/rows.ts';

const ALL: Scope = { closePositions: true, cancelOrders: true, symbols: undefined };
const nothing = () => ({});

it('the same account gives the same plan: of equal exposure by name, whatever order they were read in', () => {
  const symbolsOf = (names: readonly string[]): readonly string[] =>
    planRound(snapshot({ positions: names.map(name => position(name, '1')) }), ALL, nothing).map(plan => plan.symbol);
  expect(symbolsOf(['CUSDT', 'AUSDT', 'BUSDT'])).toEqual(['AUSDT', 'BUSDT', 'CUSDT']);
  expect(symbolsOf(['AUSDT', 'BUSDT', 'CUSDT'])).toEqual(['AUSDT', 'BUSDT', 'CUSDT']);
});

it('orders that could not be read are not cancelled where there is no position that they could open', () => {
  const seen = snapshot({ orders: undefined, conditionals: [conditional('SOLUSDT', '7')] });
  expect(planRound(seen, ALL, nothing)).toMatchObject([{ symbol: 'SOLUSDT', cancelOrders: 0 }]);
});

it('a limit close is split by the limits of limit orders, a market close by those of market orders', () => {
  const seen = snapshot({ positions: [position('BTCUSDT', '250.5')] });
  const quantities = (useLimit: boolean) =>
    planRound(seen, ALL, () => ({ rules: rules('BTCUSDT'), useLimit }))[0]?.positions[0]?.closes.map(
      one => one.quantity,
    );
  expect(quantities(true)).toEqual(['250.5']);
  expect(quantities(false)).toEqual(['83.5', '83.5', '83.5']);
});

it('a market close has no price, not even an empty one', () => {
  const seen = snapshot({ positions: [position('BTCUSDT', '1')] });
  expect(planRound(seen, ALL, nothing)[0]?.positions[0]?.closes).toStrictEqual([
    { symbol: 'BTCUSDT', side: 'SELL', positionSide: 'BOTH', quantity: '1', reduceOnly: true },
  ]);
});
