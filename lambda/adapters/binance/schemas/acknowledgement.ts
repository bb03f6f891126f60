/** Answers that carry nothing but that it was done. */

import * as z from 'zod/mini';

/**
 * Cancel All Open Orders, Cancel All Algo Open Orders, Cancel Algo Order: `code` 200, as a number or as a string.
 * The text beside it differs and is not looked at.
 */
export const cancelled = z.pipe(
  z.object({ code: z.union([z.literal(200), z.literal('200')]) }),
  z.transform(() => null),
);

/** Test Order: an empty object, or the order as it would be. */
export const accepted = z.pipe(
  z.looseObject({}),
  z.transform(() => null),
);
