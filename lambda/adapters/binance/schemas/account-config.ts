/** Futures Account Configuration: may the key trade, and in which mode is the account. */

import * as z from 'zod/mini';
import type { AccountConfig } from '../../../core/exchange/model.ts';

export const accountConfig = z.pipe(
  z.object({ canTrade: z.boolean(), dualSidePosition: z.boolean(), multiAssetsMargin: z.boolean() }),
  z.transform(({ dualSidePosition: hedgeMode, ...rest }): AccountConfig => ({ ...rest, hedgeMode })),
);
