/** Check Server Time: epoch milliseconds. */

import * as z from 'zod/mini';
import { decimal } from './fields.ts';

export const serverTime = z.pipe(
  z.object({ serverTime: decimal }),
  z.transform(wire => Number(wire.serverTime)),
);
