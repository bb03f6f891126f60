/** Check Server Time: epoch milliseconds. */

import * as z from 'zod/mini';

export const serverTime = z.pipe(
  z.object({ serverTime: z.union([z.number(), z.string().check(z.regex(/^\d{13}$/))]) }),
  z.transform(wire => Number(wire.serverTime)),
);
