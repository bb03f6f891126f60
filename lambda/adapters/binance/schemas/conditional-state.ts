/** Query Algo Order: what became of one conditional order. */

import * as z from 'zod/mini';
import type { ConditionalState } from '../../../core/exchange/model.ts';
import { identifier } from './fields.ts';

export const conditionalState = z.pipe(
  z.object({ algoStatus: z.string(), actualOrderId: z.catch(z.optional(identifier), undefined) }),
  z.transform(
    (wire): ConditionalState => ({
      status: wire.algoStatus,
      // Empty before the trigger.
      childOrderId: NONE.has(wire.actualOrderId ?? '') ? undefined : wire.actualOrderId,
    }),
  ),
);

const NONE: ReadonlySet<string> = new Set(['', '0']);
