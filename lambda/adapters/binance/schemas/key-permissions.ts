/** Wallet, Get API Key Permission: what the key may do, and from where. */

import * as z from 'zod/mini';
import type { KeyPermissions } from '../../../core/exchange/model.ts';

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
