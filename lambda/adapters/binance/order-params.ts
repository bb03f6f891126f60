/** A close order in the words of Binance's New Order page. What is not asked for is absent, never `undefined`. */

import type { CloseOrder } from '../../core/model.ts';

export type Params = Readonly<Record<string, string>>;

/** Quantity and price go out digit for digit as given. */
export function orderParams(order: CloseOrder): Params {
  return {
    symbol: order.symbol,
    side: order.side,
    // One-way mode: BOTH is the default. Hedge mode: wrong or missing gives -4061.
    ...(order.positionSide === 'BOTH' ? {} : { positionSide: order.positionSide }),
    ...(order.price === undefined
      ? { type: 'MARKET', quantity: order.quantity }
      : { type: 'LIMIT', timeInForce: 'IOC', quantity: order.quantity, price: order.price }),
    // Refused in hedge mode (-1106). In one-way mode it also spares the order the overload throttle (-1008).
    ...(order.reduceOnly ? { reduceOnly: 'true' } : {}),
    newClientOrderId: order.clientOrderId,
    // The default, ACK, says NEW even of an order that was filled at once.
    newOrderRespType: 'RESULT',
  };
}
