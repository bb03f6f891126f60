/** How the model says no. */

import type { Failure } from '../../../../lambda/core/exchange/failure.ts';
import type { EngineAnswer } from '../../../../lambda/core/liquidation/reduce.ts';

export type Refusal = Omit<Failure, 'message'>;

export const refused = (failure: Refusal): EngineAnswer => ({
  ok: false,
  failure: { ...failure, message: failure.reason },
});
