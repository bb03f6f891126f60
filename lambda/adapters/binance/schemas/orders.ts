/** Orders: the lists of those that are open, queries of one, and the answers to new orders and cancels. */

import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import type {
  ConditionalOrder,
  ConditionalState,
  OpenOrder,
  OrderState,
  Receipt,
  TwapOrder,
} from '../../../core/exchange/model.ts';
import {
  decimal,
  flag,
  identifier,
  instantMs,
  orderFields,
  rowsSchema,
  shownDecimal,
  shownWord,
  symbol,
} from './fields.ts';

/** Current All Open Orders: the orders that rest in the book, of all symbols. */
export const openOrder = z.pipe(
  z.object({
    ...orderFields,
    orderId: identifier,
    clientOrderId: shownWord,
    origQty: shownDecimal,
    executedQty: shownDecimal,
  }),
  z.transform(
    ({ origQty: quantity, executedQty: executedQuantity, ...order }): OpenOrder => ({
      ...{ ...order, quantity, executedQuantity },
    }),
  ),
);

export const openOrders = rowsSchema<OpenOrder>(openOrder);

/** Current All Algo Open Orders: conditional orders that wait for their trigger, of all symbols. */
export const conditionalOrders = rowsSchema<ConditionalOrder>(
  z.pipe(
    z.object({
      ...orderFields,
      algoId: identifier,
      clientAlgoId: shownWord,
      // The page has `orderType`; New Algo Order calls the same thing `type`.
      orderType: shownWord,
      type: shownWord,
      // Empty for close-position orders, which have no quantity of their own.
      quantity: shownDecimal,
      triggerPrice: shownDecimal,
      closePosition: flag,
    }),
    z.transform(({ orderType, ...order }): ConditionalOrder => ({ ...order, type: orderType || order.type })),
  ),
);

/** Algo Trading, Query Current Algo Open Orders: TWAP and VP orders of the futures account, of all symbols. */
const rows = rowsSchema<TwapOrder>(z.object({ algoId: identifier, symbol }));

/** `{total, orders}`; a bare list that shows some is read as well. */
export const twapOrders = z.union([
  z.pipe(
    z.object({ orders: rows }),
    z.transform(wire => wire.orders),
  ),
  z.pipe(z.array(z.unknown()).check(z.minLength(1)), rows),
]);

/** Query Order. */
export const orderState = z.pipe(
  z.object({ orderId: identifier, status: z.string(), executedQty: decimal, updateTime: instantMs }),
  z.transform(
    ({ executedQty: executedQuantity, updateTime: updatedAtMs, ...order }): OrderState => ({
      ...{ ...order, executedQuantity, updatedAtMs },
    }),
  ),
);

/** Query Algo Order. */
export const conditionalState = z.pipe(
  z.object({ algoStatus: z.string(), actualOrderId: z.catch(z.optional(identifier), undefined) }),
  z.transform(
    (wire): ConditionalState => ({
      status: wire.algoStatus,
      // Empty before the trigger.
      childOrderId: NONE.has(wire.actualOrderId ?? '') ? undefined : wire.actualOrderId,
    }),
  ),
);

const NONE: ReadonlySet<string> = new Set(['', '0']);

const hint = <T>(field: z.ZodMiniType<T>) => z.catch(z.optional(field), undefined);

/**
 * New Order (newOrderRespType=RESULT): the exchange took the order. Any object says so; what else it says are hints, and a
 * hint that is missing or unreadable does not make the order unknown.
 */
export const receipt = z.pipe(
  z.object({
    orderId: hint(identifier),
    status: hint(z.string()),
    executedQty: hint(decimal),
    // Gone from placement replies since the CM-UM integration (change log, 2026-06-30).
    avgPrice: hint(decimal),
    updateTime: instantMs,
  }),
  z.transform(
    ({ orderId, status, executedQty: executedQuantity, avgPrice, updateTime: updatedAtMs }): Receipt => ({
      ...{ orderId, status, executedQuantity, updatedAtMs },
      // The exchange writes 0.00000 while nothing is filled: that is no price.
      averagePrice: avgPrice === undefined || isZero(avgPrice) ? undefined : avgPrice,
    }),
  ),
);

/** Some cancels list the orders that they ended (Margin, Cancel All Open Orders). The next read of the list decides. */
const endedOrders = z.array(z.unknown());

/** An empty object, or the order as it would be (Test Order). */
export const accepted = z.pipe(
  z.union([z.looseObject({}), endedOrders]),
  z.transform(() => null),
);

/**
 * Cancel All Open Orders, Cancel All Algo Open Orders, Cancel Algo Order: `code` 200, as a number or as a string. The
 * text beside it differs and is not looked at. A negative code is an error before it comes here (read-answer.ts).
 */
export const cancelled = z.pipe(
  z.union([
    z.object({ code: z.optional(z.union([z.literal(200), z.literal('200'), z.literal(0), z.literal('0')])) }),
    endedOrders,
  ]),
  z.transform(() => null),
);

/** Cancel Algo Order of the wallet's host: `success` is the result. */
export const twapCancelled = z.pipe(
  z.object({ success: z.optional(z.literal(true)) }),
  z.transform(() => null),
);
