/**
 * The positions that were seen, and what became of each; the answer is made of them. A stay lasts from the read that first
 * shows a position to the one that no longer does; a position opened again begins another.
 */

import { isZero } from '../../exchange/amount.ts';
import type { Failure } from '../../exchange/failure.ts';
import type { CloseOrder, Position, Receipt } from '../../exchange/model.ts';
import { isHidden, type ListView } from './list-view.ts';

export interface Stay {
  /** As first seen: the estimate of its profit comes from here. */
  readonly first: Position;
  /** As last seen. */
  readonly last: Position;
  readonly firstSeenAtMs: number;
  /** Orders of ours, of this attempt and of those before. */
  readonly orders: readonly SentOrder[];
  /** When the read that no longer showed it was answered. */
  readonly goneAtMs: number | undefined;
}

/** One close order of ours and its answer; neither receipt nor failure: no answer yet. */
export interface SentOrder {
  readonly order: Pick<CloseOrder, 'clientOrderId' | 'quantity'>;
  readonly receipt?: Receipt;
  readonly failure?: Failure;
}

export const isSamePosition = (
  a: Pick<Position, 'symbol' | 'positionSide'>,
  b: Pick<Position, 'symbol' | 'positionSide'>,
): boolean => a.symbol === b.symbol && a.positionSide === b.positionSide;

/** After a read of the positions. An unreadable row neither begins nor ends a stay of its symbol. */
export function staysAfter(stays: readonly Stay[], list: ListView<Position>): readonly Stay[] {
  const rows = new Map(list.rows.map(row => [keyOf(row), row]));
  const known = new Map<string, number>();
  for (const [index, stay] of stays.entries()) known.set(keyOf(stay.first), index);

  const next = stays.map((stay, index): Stay => {
    if (known.get(keyOf(stay.first)) !== index) return stay;
    const row = rows.get(keyOf(stay.first));
    if (row === undefined) {
      return stay.goneAtMs !== undefined || isHidden(list, stay.first.symbol)
        ? stay
        : { ...stay, goneAtMs: list.answeredAtMs };
    }
    // Gone, and changed since: opened again. Unchanged, the read lags.
    if (stay.goneAtMs !== undefined && row.updatedAtMs > stay.last.updatedAtMs) return stay;
    rows.delete(keyOf(row));
    return { ...stay, last: row, goneAtMs: undefined };
  });
  const begun = [...rows.values()].map(
    (row): Stay => ({ first: row, last: row, firstSeenAtMs: list.answeredAtMs, orders: [], goneAtMs: undefined }),
  );
  return begun.length === 0 ? next : [...next, ...begun];
}

/** A batch of orders goes out for a position: added to its newest stay. */
export function withOrdersSent(
  stays: readonly Stay[],
  position: Position,
  orders: readonly CloseOrder[],
): readonly Stay[] {
  const index = stays.findLastIndex(stay => isSamePosition(stay.first, position));
  return withStay(stays, index, stay => ({
    ...stay,
    orders: [...stay.orders, ...orders.map(({ clientOrderId, quantity }) => ({ order: { clientOrderId, quantity } }))],
  }));
}

/** One order was answered. */
export function withOrderAnswered(
  stays: readonly Stay[],
  { symbol, positionSide, clientOrderId }: CloseOrder,
  answered: Omit<SentOrder, 'order'>,
): readonly Stay[] {
  const isIt = ({ order }: SentOrder): boolean => order.clientOrderId === clientOrderId;
  const index = stays.findLastIndex(
    ({ first, orders }) => isSamePosition(first, { symbol, positionSide }) && orders.some(isIt),
  );
  return withStay(stays, index, stay => ({
    ...stay,
    orders: stay.orders.map(one => (isIt(one) ? { ...one, ...answered } : one)),
  }));
}

function withStay(stays: readonly Stay[], index: number, change: (stay: Stay) => Stay): readonly Stay[] {
  const stay = stays[index];
  return stay === undefined ? stays : stays.with(index, change(stay));
}

/** Whether anything was closed since what `before` had: a position is gone, or an order of ours executed something. */
export function hasMoved(stays: readonly Stay[], before: readonly Stay[]): boolean {
  const known = new Set(before.flatMap(stay => stay.orders.map(one => one.order.clientOrderId)));
  return stays.some(
    ({ goneAtMs, orders }) =>
      goneAtMs !== undefined ||
      orders.some(({ order, receipt }) => !known.has(order.clientOrderId) && !isZero(receipt?.executedQuantity ?? '0')),
  );
}

const keyOf = ({ symbol, positionSide }: Pick<Position, 'symbol' | 'positionSide'>): string =>
  `${symbol}|${positionSide}`;
