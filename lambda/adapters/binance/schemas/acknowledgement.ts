/** Answers that only confirm. */

import * as z from 'zod/mini';

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
export const strategyCancelled = z.pipe(
  z.object({ success: z.optional(z.literal(true)) }),
  z.transform(() => null),
);
