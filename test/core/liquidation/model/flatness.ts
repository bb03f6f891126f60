/** What an attempt that ends as proven flat promises, against the model's books. */

import type { End } from '../../../../lambda/core/liquidation/decide.ts';
import type { EngineState } from '../../../../lambda/core/liquidation/state.ts';
import type { BookOrder } from './books.ts';
import type { ModelExchange } from './model-exchange.ts';
import type { Watch } from './watch.ts';

/** The longest time for which positions lag behind the fills of an order that was seen (core/liquidation/entries.ts). */
const LAG_MS = 1_500;

/**
 * Everything that the two reads of the proof could show must be gone: what was opened before the second one (less the lag
 * of the lists), and what came from an order that a list showed. What no read can show is left to the read that confirms.
 */
export function checkFlat(
  model: ModelExchange,
  watch: Watch,
  { state, end }: { readonly state: EngineState; readonly end: End },
): void {
  if (end.kind !== 'flat') return;
  const { scope } = state.job;
  const { exchange } = model.schedule;
  const isIn = (symbol: string): boolean => scope.symbols === undefined || scope.symbols.includes(symbol);
  const readMs = state.lists.positions.latest?.sentAtMs ?? Number.NEGATIVE_INFINITY;
  const lags = model.sinceMs < exchange.lagsUntilMs + 60_000;
  const positionLagMs = lags ? exchange.positionLagMs : 0;
  const say = (what: string): void => {
    watch.say('flat', `FLAT, and ${what}`);
  };
  if (scope.closePositions) {
    for (const { symbol, side, amount, openedAtMs, openedBy } of model.books.positions.values()) {
      if (amount === 0 || !isIn(symbol)) continue;
      if (openedAtMs <= readMs - positionLagMs) say(`${symbol} ${side} was open when the last read went out`);
      else if (
        openedBy !== undefined &&
        scope.cancelOrders &&
        positionLagMs <= LAG_MS &&
        openedAtMs <= readMs &&
        watch.wasShown(openedBy)
      )
        say(`${symbol} ${side} came from ${openedBy}, which a list had shown`);
    }
  }
  if (!scope.cancelOrders) return;
  for (const order of model.books.orders) {
    if (order.status !== 'NEW' || !isIn(order.symbol)) continue;
    if (watch.wasShown(order.id) && canOpen(order)) say(`${order.id} lives, which a list had shown`);
  }
}

/** Nothing of the scope is left at all. */
export function leftInBooks(model: ModelExchange, { job: { scope } }: EngineState): readonly string[] {
  const isIn = (symbol: string): boolean => scope.symbols === undefined || scope.symbols.includes(symbol);
  const { positions, orders, twapOrders } = model.books;
  return [
    ...(scope.closePositions
      ? [...positions.values()].filter(one => one.amount !== 0).map(one => [one.symbol, `${one.side} ${one.amount}`])
      : []),
    ...(scope.cancelOrders
      ? [
          ...orders
            .filter(one => one.status === 'NEW' && (scope.closePositions || canOpen(one)))
            .map(one => [one.symbol, one.id]),
          ...twapOrders.filter(one => one.live).map(one => [one.symbol, one.id]),
        ]
      : []),
  ]
    .filter(([symbol = '']) => isIn(symbol))
    .map(parts => parts.join(' '));
}

const canOpen = ({ reduceOnly, closePosition, side, positionSide }: BookOrder): boolean =>
  !reduceOnly && !closePosition && (positionSide === 'BOTH' || (positionSide === 'LONG') === (side === 'BUY'));
