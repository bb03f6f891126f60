/**
 * Portfolio margin's older conditional orders ("strategies"): all of CM, and those of UM from before they moved to a list
 * of algo orders on 2026-04-28.
 */

import * as z from 'zod/mini';
import type { ConditionalOrder, ConditionalState } from '../../../core/exchange/model.ts';
import { identifier, orderFields, shownDecimal, shownWord } from './fields.ts';
import { rowsSchema } from './rows.ts';

/** Among the IDs of conditional orders, those that are IDs of strategies. */
const PREFIX = 'strategy-';
/** Undefined for an ID of the list of algo orders. */
export const strategyIdOf = (algoId: string): string | undefined =>
  algoId.startsWith(PREFIX) ? algoId.slice(PREFIX.length) : undefined;

export const strategyConditionals = rowsSchema<ConditionalOrder>(
  z.pipe(
    z.object({
      ...orderFields,
      strategyId: identifier,
      newClientStrategyId: shownWord,
      strategyType: shownWord,
      origQty: shownDecimal,
      stopPrice: shownDecimal,
    }),
    z.transform(
      ({ strategyId, newClientStrategyId, strategyType, origQty, stopPrice, ...order }): ConditionalOrder => ({
        ...{ ...order, algoId: `${PREFIX}${strategyId}`, clientAlgoId: newClientStrategyId },
        ...{ type: strategyType, quantity: origQty, triggerPrice: stopPrice, closePosition: false },
      }),
    ),
  ),
);

/** Query Conditional Order History: `orderId` is there once it was triggered. */
export const strategyState = z.pipe(
  z.object({ strategyStatus: z.string(), orderId: z.catch(z.optional(identifier), undefined) }),
  z.transform(
    (wire): ConditionalState => ({
      status: wire.strategyStatus,
      childOrderId:
        wire.orderId === undefined || wire.orderId === '0' || wire.orderId === '' ? undefined : wire.orderId,
    }),
  ),
);
