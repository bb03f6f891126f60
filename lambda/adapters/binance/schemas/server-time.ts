/** Check Server Time: epoch milliseconds. */

import * as z from 'zod/mini';

export const serverTime = z.pipe(
  z.object({ serverTime: z.number() }),
  z.transform(wire => wire.serverTime),
);
