/** What the account and the key may do, fills, spot margin orders, and the exchange's time. */

import * as z from 'zod/mini';
import type { AccountConfig, Fill, KeyPermissions } from '../../../core/exchange/model.ts';
import { decimal, identifier, instantMs, shownDecimal, shownWord, side } from './fields.ts';

/** Futures Account Configuration: may the key trade, and in which mode is the account. */
export const accountConfig = z.pipe(
  z.object({ canTrade: z.boolean(), dualSidePosition: z.boolean(), multiAssetsMargin: z.boolean() }),
  z.transform(({ dualSidePosition: hedgeMode, ...rest }): AccountConfig => ({ ...rest, hedgeMode })),
);

export const keyPermissions = z.pipe(
  z.object({
    ipRestrict: z.boolean(),
    enableFutures: z.boolean(),
    enableWithdrawals: z.boolean(),
    // Absent for keys of before.
    enablePortfolioMarginTrading: z.catch(z.boolean(), false),
  }),
  z.transform(
    (wire): KeyPermissions => ({
      ipRestricted: wire.ipRestrict,
      canTradeFutures: wire.enableFutures,
      canTradePortfolioMargin: wire.enablePortfolioMarginTrading,
      canWithdraw: wire.enableWithdrawals,
    }),
  ),
);

const row = z.pipe(
  z.object({
    id: z.catch(identifier, ''),
    orderId: identifier,
    side,
    price: decimal,
    qty: decimal,
    realizedPnl: decimal,
    // Since 2026-08-07 (change log).
    marginAsset: shownWord,
    commission: shownDecimal,
    commissionAsset: shownWord,
    time: instantMs,
  }),
  z.transform(
    ({ id: fillId, qty: quantity, time: atMs, ...fill }): Fill => ({
      ...{ ...fill, fillId, quantity, atMs },
      marginAsset: fill.marginAsset || undefined,
    }),
  ),
);

export const fills = z.array(row);

/** Portfolio margin, Query Current Margin Open Order: without a symbol, of all symbols (seen live 2026-09-13, weight 5). */
export const marginOrders = z.pipe(
  z.array(z.object({ symbol: shownWord })),
  z.transform((rows): readonly string[] => rows.map(({ symbol }) => symbol)),
);

/** Check Server Time: epoch milliseconds. */
export const serverTime = z.pipe(
  z.object({ serverTime: decimal }),
  z.transform(wire => Number(wire.serverTime)),
);
