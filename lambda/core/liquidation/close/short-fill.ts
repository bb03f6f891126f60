/** Close orders that ended before they were filled: the book was empty within the allowed band. */

import { difference, isMore } from '../../exchange/amount.ts';
import type { Failure } from '../../exchange/failure.ts';
import type { CloseOrder, Receipt } from '../../exchange/model.ts';

/** Undefined if it was filled, or is still NEW: the next read shows it. */
export function shortFill({ quantity }: CloseOrder, { status, executedQuantity }: Receipt): Failure | undefined {
  if (status === undefined || executedQuantity === undefined || !ENDED.has(status)) return undefined;
  if (!isMore(difference(quantity, executedQuantity), '0')) return undefined;
  const message = `filled ${executedQuantity} of ${quantity}, then ${status}: the book within the allowed band is exhausted`;
  return { certainty: 'refused', subject: 'target', reason: 'thin-book', message };
}

/** Binance, common definitions: statuses after which an order executes no more. */
const ENDED: ReadonlySet<string> = new Set(['CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH']);
