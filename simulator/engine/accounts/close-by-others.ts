/**
 * Closes by others while a client works on the account: by its owner at the screen, a second bot, or the exchange's own
 * liquidation. Each is an order with fills, not the client's.
 */

import Big from 'big.js';
import { fill } from '../orders/fill.ts';
import type { HeldSide } from '../orders/order-state.ts';
import { accept } from '../orders/place-order.ts';
import type { OthersClose } from '../rules/fault.ts';
import { randomId } from '../seeded-random.ts';
import { symbolOf, type World } from '../world.ts';
import type { AccountState } from './account.ts';
import { type PositionState, smaller } from './positions.ts';

/** Reduces the position, or does nothing where there is none. */
export function closeByOthers(
  world: World,
  account: AccountState,
  symbolName: string,
  options: OthersClose,
  atMs: number,
): void {
  const symbol = symbolOf(world, symbolName);
  const position = positionToClose(account, symbolName, options.positionSide);
  if (position === undefined) return;
  const amount = position.amount.abs();
  const quantity = options.quantity === undefined ? amount : smaller(amount, new Big(options.quantity));
  if (quantity.lte(0)) return;
  const { by = 'owner', price } = options;
  const order = accept(world, account, {
    clientOrderId: `${by === 'owner' ? 'web_' : 'autoclose-'}${randomId(world.random).slice(0, 20)}`,
    ...{ symbol: symbolName, positionSide: position.positionSide, type: 'MARKET', quantity, origin: 'others' },
    side: position.amount.gt(0) ? 'SELL' : 'BUY',
    reduceOnly: position.positionSide === 'BOTH',
  });
  const filledAt = price === undefined ? symbol.mark : new Big(price);
  fill(world, account, symbol, order, { quantity, price: filledAt, maker: false, atMs });
}

function positionToClose(
  account: AccountState,
  symbol: string,
  positionSide: HeldSide | undefined,
): PositionState | undefined {
  const open = [...account.positions.values()].filter(
    position =>
      position.symbol === symbol &&
      !position.amount.eq(0) &&
      (positionSide === undefined || position.positionSide === positionSide),
  );
  if (open.length > 1) throw new Error(`${symbol}: both sides are open in ${account.name}; say which by positionSide.`);
  return open[0];
}
