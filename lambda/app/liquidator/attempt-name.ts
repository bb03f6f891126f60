/** The number of an attempt, and the name that its orders carry. */

import type { LiquidateRequest } from '../../core/invocation/request.ts';
import type { Lease } from './lock.ts';

/** Number of this attempt, also where the lock could not be reached. */
export const hopOf = ({ resume }: LiquidateRequest, lease: Pick<Lease, 'locked' | 'attempt'>): number =>
  lease.locked ? lease.attempt : (resume?.hop ?? 1);

/** The fencing token; without the lock a number that is no token, so that the two are never taken for one another. */
export const attemptNameOf = (request: LiquidateRequest, lease: Pick<Lease, 'locked' | 'attempt'>): string =>
  `${lease.locked ? '' : 'u'}${hopOf(request, lease)}`;
