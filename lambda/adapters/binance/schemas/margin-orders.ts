/** Portfolio margin, Query Current Margin Open Order: without a symbol, of all symbols (seen live 2026-09-13, weight 5). */

import * as z from 'zod/mini';
import { shownWord } from './fields.ts';

export const marginOrders = z.pipe(
  z.array(z.object({ symbol: shownWord })),
  z.transform((rows): readonly string[] => rows.map(({ symbol }) => symbol)),
);
