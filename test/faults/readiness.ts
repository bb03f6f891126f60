/** Whether a preflight that meets a fault has to say READY all the same. */

import { LIMITS_TO_THE_MINUTE, OUTLASTS_A_CALL } from './expectations.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Operation } from './operations.ts';

export function staysReady(operation: Operation, { known, why, name }: FaultKind, moment: 'first' | 'every'): boolean {
  const isOnce = moment === 'first';
  // What is read of the key's rights is good to know; not to learn it is no reason to raise an alarm. A key that the host of
  // the futures takes is not proven bad by the wallet's (docs/decisions.md, "What a refusal teaches is doubted").
  if (operation.name === 'key permissions') return true;
  // The self-test has fifteen seconds: two for an answer are no trouble.
  if (known === undefined || OUTLASTS_A_CALL.includes(name)) return true;
  // These last longer than the self-test.
  if (why === 'ip-ban' || LIMITS_TO_THE_MINUTE.includes(name)) return false;
  // order/test executes nothing: any object is its yes, and so is a refusal that judged it as an order.
  if (operation.name === 'test order' && (JUDGED.includes(why) || name.startsWith('JSON of another'))) return true;
  // The endpoint of the version before serves, where the newer one fails in a way that may be its own.
  if (operation.name === 'positions' && why !== undefined && !ALIKE_FOR_BOTH.includes(why)) return true;
  // One request outside of a read: a refusal of the request itself is reported, and not tried again.
  if (known === 'refused' && !LISTS.includes(operation.name) && !REPEATED.includes(why)) return false;
  return isOnce;
}

const ALIKE_FOR_BOTH: readonly FaultKind['why'][] = ['unreachable', 'clock', 'weight-limit', 'order-limit'];
const LISTS: readonly Operation['name'][] = ['positions', 'open orders', 'open conditional orders'];
/** Refusals of us, or of nothing that is known: the same request may pass the next time. */
const REPEATED: readonly FaultKind['why'][] = [
  ...(['key', 'clock', 'location', 'firewall', 'account-blocked', 'window', 'unexpected'] as const),
];

const JUDGED: readonly FaultKind['why'][] = [
  ...(['reduce-only-rejected', 'too-small', 'thin-book', 'overloaded', 'rejected', 'price-band'] as const),
];
