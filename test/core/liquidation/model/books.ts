/**
 * What is true of the account, in whole numbers, whatever answers say: the model's own books. They name what must never
 * happen: an order of ours that opens, enlarges or flips a position.
 */

import type { PositionSide, Side } from '../../../../lambda/core/exchange/model.ts';
import type { Rule, Violation } from './violations.ts';

export interface BookPosition {
  readonly symbol: string;
  readonly side: PositionSide;
  amount: number;
  updatedAtMs: number;
  /** Since when it has been open on this side of zero. */
  openedAtMs: number;
  /** What opened it: an order by its ID, a TWAP, a trade; undefined: it was there. */
  openedBy: string | undefined;
  /** Oldest first: what a read that lags shows. */
  readonly history: { readonly atMs: number; readonly amount: number; readonly updatedAtMs: number }[];
}

export interface BookOrder {
  readonly id: string;
  readonly kind: 'order' | 'conditional';
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly quantity: number;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly fillsOnCancel: boolean;
  readonly openedAtMs: number;
  executed: number;
  status: 'NEW' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'FINISHED';
  childOrderId: string | undefined;
  updatedAtMs: number;
  goneAtMs: number;
}

export interface BookTwap {
  readonly id: string;
  readonly symbol: string;
  live: boolean;
}

export const signOf = (side: Side): 1 | -1 => (side === 'BUY' ? 1 : -1);

export class Books {
  readonly positions = new Map<string, BookPosition>();
  readonly orders: BookOrder[] = [];
  readonly twapOrders: BookTwap[] = [];
  readonly violations: Violation[] = [];
  readonly executedNames = new Set<string>();

  say(rule: Rule, says: string): void {
    this.violations.push({ rule, says });
  }

  position(symbol: string, side: PositionSide): BookPosition | undefined {
    return this.positions.get(`${symbol}|${side}`);
  }

  /** Somebody trades: `delta` as a position is signed. */
  change(symbol: string, side: PositionSide, delta: number, atMs: number, by: string | undefined): void {
    const own = this.position(symbol, side) ?? this.begin(symbol, side);
    const before = own.amount;
    own.amount += delta;
    own.updatedAtMs = atMs;
    if (before === 0 || Math.sign(before) !== Math.sign(own.amount)) {
      own.openedAtMs = atMs;
      own.openedBy = by;
    }
    own.history.push({ atMs, amount: own.amount, updatedAtMs: atMs });
    // A closePosition order goes with its position (Binance, New Algo Order, "closePosition").
    if (own.amount === 0) this.expireWith(symbol, side, atMs);
  }

  private begin(symbol: string, side: PositionSide): BookPosition {
    const own: BookPosition = {
      ...{ symbol, side, amount: 0, updatedAtMs: 0, openedAtMs: 0, openedBy: undefined },
      history: [],
    };
    this.positions.set(`${symbol}|${side}`, own);
    return own;
  }

  private expireWith(symbol: string, side: PositionSide, atMs: number): void {
    for (const order of this.orders) {
      const isItsOwn = order.symbol === symbol && order.positionSide === side && order.status === 'NEW';
      if (isItsOwn && order.closePosition) this.end(order, 'EXPIRED', atMs);
    }
  }

  end(order: BookOrder, status: BookOrder['status'], atMs: number): void {
    order.status = status;
    order.updatedAtMs = atMs;
    order.goneAtMs = atMs;
  }

  /** An order of the bot's fills: all of it, or what its position leaves where it can only reduce. */
  fill(order: BookOrder, atMs: number): void {
    if (order.status !== 'NEW') return;
    const held = this.position(order.symbol, order.positionSide)?.amount ?? 0;
    const sign = signOf(order.side);
    const isClosing =
      order.reduceOnly || order.closePosition || (order.positionSide === 'LONG') !== (order.side === 'BUY');
    const reduces = order.positionSide === 'BOTH' ? order.reduceOnly || order.closePosition : isClosing;
    const open = Math.sign(held) === -sign ? Math.abs(held) : 0;
    const quantity = order.closePosition ? open : reduces ? Math.min(open, order.quantity) : order.quantity;
    if (quantity === 0) {
      this.end(order, 'EXPIRED', atMs);
      return;
    }
    this.end(order, order.kind === 'order' ? 'FILLED' : 'FINISHED', atMs);
    order.executed = quantity;
    this.change(order.symbol, order.positionSide, sign * quantity, atMs, order.id);
    if (order.kind === 'conditional') this.addChild(order, quantity, atMs);
  }

  private addChild(order: BookOrder, quantity: number, atMs: number): void {
    const id = `child of ${order.id}`;
    order.childOrderId = id;
    this.orders.push({ ...order, id, kind: 'order', quantity, executed: quantity, status: 'FILLED', openedAtMs: atMs });
  }

  /** An order of ours executes `quantity`: what it must never do is noted. */
  close(symbol: string, side: PositionSide, by: Side, quantity: number, atMs: number, name: string): void {
    const before = this.position(symbol, side)?.amount ?? 0;
    const after = before + signOf(by) * quantity;
    if (before === 0) this.say('safe', `${name} opened ${symbol} ${side}`);
    else if (Math.abs(after) > Math.abs(before)) this.say('safe', `${name} enlarged ${symbol} ${side}`);
    else if (after !== 0 && Math.sign(after) !== Math.sign(before))
      this.say('safe', `${name} flipped ${symbol} ${side}`);
    this.executedNames.add(name);
    this.change(symbol, side, signOf(by) * quantity, atMs, name);
  }
}
