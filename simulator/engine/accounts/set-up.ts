/** What a scenario puts into an account without the checks of the wire: positions, resting orders, conditional orders. */

import Big from 'big.js';
import { list, newConditional } from '../orders/arm-conditional.ts';
import type { ConditionalType, ExchangeConditional } from '../orders/conditional-state.ts';
import type { HeldSide, OrderSide } from '../orders/order-state.ts';
import { accept } from '../orders/place-order.ts';
import { symbolOf, type World } from '../world.ts';
import type { AccountState } from './account.ts';
import { announce } from './account-listeners.ts';
import { changePosition } from './change-position.ts';
import { positionOf } from './positions.ts';

export interface OpenOptions {
  readonly positionSide?: HeldSide;
  /** Default the mark price. */
  readonly entryPrice?: string;
}

export interface RestingOrder {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: 'LIMIT';
  readonly quantity: string;
  readonly price: string;
  readonly reduceOnly?: boolean;
  readonly positionSide?: HeldSide;
  readonly clientOrderId?: string;
}

export interface WaitingOrder {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: ConditionalType;
  readonly quantity?: string;
  readonly triggerPrice: string;
  /** The limit price of STOP and TAKE_PROFIT; default the trigger price. */
  readonly price?: string;
  readonly reduceOnly?: boolean;
  readonly closePosition?: boolean;
  readonly positionSide?: HeldSide;
  readonly callbackRate?: string;
  readonly clientAlgoId?: string;
  /** From before the move to the algo service (conditional-state.ts). */
  readonly older?: boolean;
}

/** Adds to the position; REST shows it at once. */
export function openPosition(
  world: World,
  account: AccountState,
  symbol: string,
  signedAmount: string,
  atMs: number,
  options: OpenOptions = {},
): void {
  const { mark } = symbolOf(world, symbol);
  const amount = new Big(signedAmount);
  const side = options.positionSide ?? sideOf(account, amount);
  if (account.hedgeMode === (side === 'BOTH')) {
    throw new Error(
      `${symbol}: a position on side ${side} does not fit account ${account.name}, ` +
        `which is in ${account.hedgeMode ? 'hedge' : 'one-way'} mode; leave positionSide out or correct it.`,
    );
  }
  if (amount.times(side === 'SHORT' ? -1 : 1).lt(0) && side !== 'BOTH') {
    throw new Error(`${symbol}: a ${side} position of ${signedAmount} has the wrong sign; SHORT amounts are negative.`);
  }
  const price = options.entryPrice === undefined ? mark : new Big(options.entryPrice);
  const position = positionOf(account, symbol, side);
  changePosition(world, account, position, { delta: amount, price, atMs, lagMs: 0, order: undefined }, () =>
    announce(account, { kind: 'position', position, asset: undefined, atMs }),
  );
}

/** Gives the order id. */
export function restOrder(world: World, account: AccountState, order: RestingOrder): string {
  symbolOf(world, order.symbol);
  return accept(world, account, {
    ...order,
    positionSide: order.positionSide ?? closingSide(account, order.symbol, order.side),
    quantity: new Big(order.quantity),
    price: new Big(order.price),
    origin: 'set-up order',
  }).orderId;
}

/** Gives the algo id. */
export function armConditional(world: World, account: AccountState, order: WaitingOrder): string {
  const optional = (amount: string | undefined): Big | undefined =>
    amount === undefined ? undefined : new Big(amount);
  const conditional: ExchangeConditional = newConditional(world, account, {
    ...{ reduceOnly: false, closePosition: false, older: false, clientAlgoId: undefined, ...order },
    positionSide: order.positionSide ?? closingSide(account, order.symbol, order.side),
    quantity: optional(order.quantity),
    triggerPrice: new Big(order.triggerPrice),
    price:
      order.type === 'STOP' || order.type === 'TAKE_PROFIT' ? new Big(order.price ?? order.triggerPrice) : undefined,
    callbackRate: optional(order.callbackRate),
    ...{ timeInForce: 'GTC', goodTillMs: undefined, workingType: 'MARK_PRICE', priceProtect: false },
    ...{ activatePrice: undefined, origin: 'set-up' },
  });
  list(account, conditional);
  return conditional.algoId;
}

function sideOf(account: AccountState, amount: Big): HeldSide {
  if (!account.hedgeMode) return 'BOTH';
  return amount.lt(0) ? 'SHORT' : 'LONG';
}

/** In hedge mode, the side that an order of `side` would close, if there is such a position; else it would open. */
function closingSide(account: AccountState, symbol: string, side: OrderSide): HeldSide {
  if (!account.hedgeMode) return 'BOTH';
  const closes: HeldSide = side === 'SELL' ? 'LONG' : 'SHORT';
  const opens: HeldSide = side === 'SELL' ? 'SHORT' : 'LONG';
  return positionOf(account, symbol, closes).amount.eq(0) ? opens : closes;
}
