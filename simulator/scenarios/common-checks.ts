/** The checks that most scenarios have in common, in the order in which they are shown. */

import {
  chainProven,
  closedInFull,
  couldOnlyReduce,
  noLimitHit,
  nothingLeaked,
  nothingLeft,
  oneFinalEvent,
  onlyReduced,
} from './expectations.ts';
import type { Check } from './scenario.ts';

/** Each position was closed in full (`times`: so often), by orders that could only reduce, within the limits. */
export const flatByReducing = (times = 1): readonly Check[] => [
  nothingLeft,
  closedInFull(times),
  onlyReduced,
  couldOnlyReduce,
  noLimitHit,
];

/** The audit log has one end, is whole, and no secret left the functions. */
export const completedAndProven: readonly Check[] = [
  oneFinalEvent('liquidation_completed'),
  chainProven,
  nothingLeaked,
];
