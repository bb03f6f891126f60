/**
 * COIN-M is moving its conditional orders into a list of their own; until then a stop may still stand among the open
 * orders, with its trigger price (CM-UM Integration Notice, C.5 and C.6). Such a row is a conditional order wherever it
 * stands: the stop of a position that cannot be closed stays.
 */

import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import type { ConditionalOrder, ConditionalState, OpenOrder } from '../../../core/exchange/model.ts';
import { flag, identifier, orderFields, shownDecimal, shownWord } from './fields.ts';
import { openOrder } from './open-orders.ts';
import { rowsSchema } from './rows.ts';

/**
 * What rests in the book as itself, also once a trigger made it so. Anything else waits for a trigger: STOP, STOP_MARKET,
 * TAKE_PROFIT, TAKE_PROFIT_MARKET, TRAILING_STOP_MARKET, and what may come after them.
 */
const ORDINARY: ReadonlySet<unknown> = new Set(['LIMIT', 'MARKET', 'LIMIT_MAKER', 'LIQUIDATION', '', null, undefined]);
const isStop = ({ type }: { readonly type?: unknown }): boolean => !ORDINARY.has(type);

/** Among the IDs of conditional orders, those that are the IDs of ordinary ones. */
const PREFIX = 'order-';
/** Undefined for an ID of the list of conditional orders. */
export const orderIdOf = (algoId: string): string | undefined =>
  algoId.startsWith(PREFIX) ? algoId.slice(PREFIX.length) : undefined;

export const ordinaryOrders = rowsSchema<OpenOrder>(openOrder, row => !isStop(row));

export const restingStops = rowsSchema<ConditionalOrder>(
  z.pipe(
    z.object({
      ...orderFields,
      orderId: identifier,
      clientOrderId: shownWord,
      type: shownWord,
      origQty: shownDecimal,
      stopPrice: shownDecimal,
      closePosition: flag,
    }),
    z.transform(
      ({ orderId, clientOrderId, origQty: quantity, stopPrice: triggerPrice, ...order }): ConditionalOrder => ({
        ...{ ...order, quantity, triggerPrice, amongOrders: true },
        ...{ algoId: `${PREFIX}${orderId}`, clientAlgoId: clientOrderId },
      }),
    ),
  ),
  isStop,
);

/** What became of such a stop: once it is triggered, it is itself the order that fills. */
export const restingStopState = z.pipe(
  z.object({ orderId: identifier, status: z.string(), executedQty: shownDecimal, type: shownWord }),
  z.transform((wire): ConditionalState => {
    const hasFilled = !isZero(wire.executedQty) || wire.status === 'FILLED';
    const isTriggered = hasFilled || (wire.status === 'NEW' && !isStop(wire));
    return { status: wire.status, childOrderId: isTriggered ? wire.orderId : undefined };
  }),
);
