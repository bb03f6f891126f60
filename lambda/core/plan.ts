/**
 * One round's plan, from one observation: what to cancel, what to close, in which order, and what cannot be closed.
 *
 * Invariants: a close never exceeds the observed position and never opens one; the most exposed symbol comes first;
 * ordinary orders and conditional entries go before the close (resting reduce-only orders make closes fail: -2022,
 * -4118), protective conditional orders only once the position is gone; nothing outside the scope is touched.
 */

import { byMagnitude, isNegative, magnitude, splitIntoChunks, stepOf, sum } from './amount.ts';
import { ioc } from './ioc-price.ts';
import type { CloseOrder, ConditionalOrder, Position, Scope, Snapshot, SymbolRules } from './model.ts';

/** A close without its name; the round gives it a client order ID. */
export type CloseDraft = Omit<CloseOrder, 'clientOrderId'>;

export interface PositionPlan {
  readonly position: Position;
  readonly closes: readonly CloseDraft[];
  /** What no order can close: smaller than the symbol's step or minimum. */
  readonly dust: string;
}

export interface SymbolPlan {
  readonly symbol: string;
  /** Sum of |notional|: what is at stake. */
  readonly exposure: string;
  readonly cancelOrders: number;
  /** Conditional orders to cancel now: one by one while protective ones must stay, all of the symbol otherwise. */
  readonly cancelConditionals: readonly ConditionalOrder[];
  readonly cancelAllConditionals: boolean;
  /** Protective orders that stay until the position is gone. */
  readonly keptProtective: number;
  readonly positions: readonly PositionPlan[];
}

/** What earlier rounds taught about a symbol. */
export interface Lesson {
  readonly rules?: SymbolRules;
  /** A quantity known to be too large while the rules are unknown is split at this. */
  readonly maxQuantity?: string;
  /** The book was empty: use a limit IOC inside the price band. */
  readonly useLimit?: boolean;
  /** Cancels only: the position cannot be closed now. */
  readonly doNotClose?: boolean;
}

/** Plans the symbols of a snapshot that are in scope and have something to clear, most exposed first. */
export function planRound(
  snapshot: Snapshot,
  scope: Scope,
  lessonOf: (symbol: string) => Lesson,
): readonly SymbolPlan[] {
  return [...bySymbol(snapshot)]
    .filter(([symbol]) => inScope(scope, symbol))
    .map(([symbol, held]) => planSymbol(symbol, held, scope, lessonOf(symbol)))
    .filter(hasWork)
    .sort((a, b) => byMagnitude(a.exposure, b.exposure) || (a.symbol < b.symbol ? -1 : 1));
}

export const inScope = (scope: Scope, symbol: string): boolean =>
  scope.symbols === undefined || scope.symbols.includes(symbol);

/**
 * Whether a conditional order can only reduce. In hedge mode the reduce-only flag cannot be sent, but an order against
 * its position side (SELL+LONG, BUY+SHORT) reduces by nature.
 */
export function isProtective(order: ConditionalOrder): boolean {
  if (order.reduceOnly || order.closePosition) return true;
  return (
    (order.positionSide === 'LONG' && order.side === 'SELL') || (order.positionSide === 'SHORT' && order.side === 'BUY')
  );
}

/** What an observation shows of one symbol. */
type Held = Pick<Snapshot, 'positions' | 'orders' | 'conditionals'>;

/** What could not be read of the account could not be read of any symbol. */
function bySymbol({ positions, orders, conditionals }: Held): ReadonlyMap<string, Held> {
  const positionsOf = Map.groupBy(positions ?? [], ({ symbol }) => symbol);
  const ordersOf = Map.groupBy(orders ?? [], ({ symbol }) => symbol);
  const conditionalsOf = Map.groupBy(conditionals ?? [], ({ symbol }) => symbol);
  const symbols = new Set([...positionsOf.keys(), ...ordersOf.keys(), ...conditionalsOf.keys()]);
  return new Map(
    [...symbols].map(symbol => [
      symbol,
      {
        positions: positions && (positionsOf.get(symbol) ?? []),
        orders: orders && (ordersOf.get(symbol) ?? []),
        conditionals: conditionals && (conditionalsOf.get(symbol) ?? []),
      },
    ]),
  );
}

function planSymbol(symbol: string, held: Held, scope: Scope, lesson: Lesson): SymbolPlan {
  const { positions = [], conditionals = [] } = held;
  // Unread positions are not "none": protection stays until an observation shows that there is nothing to protect.
  const mayProtect = positions.length > 0 || held.positions === undefined;
  const cancellable = scope.cancelOrders ? conditionals.filter(row => !(mayProtect && isProtective(row))) : [];
  return {
    symbol,
    exposure: sum(positions.map(row => magnitude(row.notional))),
    cancelOrders: scope.cancelOrders ? ordersToCancel(held, positions.length > 0) : 0,
    cancelConditionals: cancellable,
    cancelAllConditionals: cancellable.length > 0 && cancellable.length === conditionals.length,
    keptProtective: conditionals.length - cancellable.length,
    positions: scope.closePositions && !lesson.doNotClose ? positions.map(row => planPosition(row, lesson)) : [],
  };
}

/** When the list of orders could not be read, a symbol with a position may have some: cancel to be sure. */
function ordersToCancel({ orders }: Held, hasPosition: boolean): number {
  return orders?.length ?? (hasPosition ? 1 : 0);
}

function planPosition(position: Position, lesson: Lesson): PositionPlan {
  const quantity = magnitude(position.amount);
  const base = {
    symbol: position.symbol,
    side: isNegative(position.amount) ? 'BUY' : 'SELL',
    positionSide: position.positionSide,
    // Binance, New Order: reduceOnly cannot be sent in hedge mode (-1106).
    reduceOnly: position.positionSide === 'BOTH',
  } as const;
  const price = lesson.useLimit && lesson.rules ? ioc(position.markPrice, base.side, lesson.rules) : undefined;
  const { chunks, dust } = chunksOf(quantity, lesson, price !== undefined);
  return {
    position,
    closes: chunks.map(chunk => ({ ...base, quantity: chunk, ...(price === undefined ? {} : { price }) })),
    dust,
  };
}

/** Without rules the whole quantity is sent as the exchange wrote it: it is step-aligned by construction. */
function chunksOf(quantity: string, { rules, maxQuantity }: Lesson, asLimit: boolean) {
  if (rules) {
    return splitIntoChunks(quantity, {
      step: asLimit ? rules.limitStepSize : rules.marketStepSize,
      min: rules.marketMinQuantity,
      max: asLimit ? rules.limitMaxQuantity : rules.marketMaxQuantity,
    });
  }
  const step = stepOf(quantity);
  return splitIntoChunks(quantity, { step, min: step, max: maxQuantity ?? quantity });
}

/** Whether there is anything to send. */
export function hasWork(plan: SymbolPlan): boolean {
  return plan.cancelOrders > 0 || plan.cancelConditionals.length > 0 || plan.positions.length > 0;
}
