/** What counts as left over: only what is in the scope, both kinds of orders, and protection only where it may stay. */

import { describe, expect, it } from 'vitest';
import { leftover } from '../../lambda/core/flatness.ts';
import type { Scope } from '../../lambda/core/model.ts';
import { conditional, order, position, snapshot } from '../support/rows.ts';

const ALL: Scope = { closePositions: true, cancelOrders: true, symbols: undefined };
const stop = conditional('BTCUSDT', '1', { reduceOnly: true });
const entry = conditional('BTCUSDT', '2', { side: 'BUY' });

describe('orders that are left', () => {
  it.each<[string, Parameters<typeof snapshot>[0], Scope, number]>([
    ['of both kinds are counted together', { orders: [order('BTCUSDT')], conditionals: [stop, entry] }, ALL, 3],
    ['outside the scope are not', { orders: [order('ETHUSDT')] }, { ...ALL, symbols: ['BTCUSDT'] }, 0],
    ['of a kind outside the scope are not either', { conditionals: [stop] }, { ...ALL, symbols: ['ETHUSDT'] }, 0],
    [
      'protect a position that is to be closed: they are to go as well',
      { positions: [position('BTCUSDT', '1')], conditionals: [stop] },
      ALL,
      1,
    ],
    [
      'protect one that stays: they stay, an entry does not',
      { positions: [position('BTCUSDT', '1')], conditionals: [stop, entry] },
      { ...ALL, closePositions: false },
      1,
    ],
    [
      'would protect what is not there: they go, whether positions are to be closed or not',
      { positions: [position('ETHUSDT', '1')], conditionals: [stop] },
      { ...ALL, closePositions: false },
      1,
    ],
    ['could not be read: none is known', { orders: undefined, conditionals: undefined }, ALL, 0],
  ])('%s', (_which, seen, scope, orders) => {
    expect(leftover(snapshot(seen), scope).orders).toBe(orders);
  });
});

it('what could not be read is shown as nothing, and as not verified', () => {
  const unread = snapshot({ positions: undefined, orders: undefined, conditionals: undefined });
  expect(leftover(unread, ALL)).toEqual({ verified: false, positions: [], orders: 0, conditionals: [] });
});

it('what was read is shown, with the conditional orders that may protect it', () => {
  const held = position('BTCUSDT', '1');
  const seen = snapshot({ positions: [held, position('ETHUSDT', '1')], conditionals: [stop] });
  const left = leftover(seen, { ...ALL, symbols: ['BTCUSDT'] });
  expect(left).toEqual({ verified: true, positions: [held], orders: 1, conditionals: [stop] });
});
