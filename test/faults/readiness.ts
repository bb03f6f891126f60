/** Whether a preflight with a fault must still be READY. */

import { LIMITS_TO_THE_MINUTE, OUTLASTS_A_CALL } from './expectations.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Operation } from './operations.ts';

export function staysReady(operation: Operation, { known, why, name }: FaultKind, moment: 'first' | 'every'): boolean {
  const isOnce = moment === 'first';
  // The key's rights are useful to know, but without them no alarm is raised. A key that the host of the futures accepts
  // is not proven bad by the wallet's (docs/decisions.md: one refusal is confirmed before it stops a run).
  if (operation.name === 'key permissions') return true;
  // The preflight has fifteen seconds: two for an answer are harmless.
  if (known === undefined || OUTLASTS_A_CALL.includes(name)) return true;
  // These last longer than the preflight.
  if (why === 'ip-ban' || LIMITS_TO_THE_MINUTE.includes(name)) return false;
  // order/test executes nothing: any object is a success, and so is a refusal that judged it as an order.
  if (operation.name === 'test order' && (JUDGED.includes(why) || name.startsWith('JSON of another'))) return true;
  // The older endpoint serves if the newer one fails in a way that may be its own.
  if (operation.name === 'positions' && why !== undefined && !ALIKE_FOR_BOTH.includes(why)) return true;
  // One request outside of a read: a refusal of the request itself is reported, and not tried again.
  if (known === 'refused' && !LISTS.includes(operation.name) && !REPEATED.includes(why)) return false;
  return isOnce;
}

const ALIKE_FOR_BOTH: readonly FaultKind['why'][] = ['unreachable', 'clock', 'weight-limit', 'order-limit'];
const LISTS: readonly Operation['name'][] = ['positions', 'open orders', 'open conditional orders'];
/** Refusals of flatline, or for no known reason: the same request may pass the next time. */
const REPEATED: readonly FaultKind['why'][] = [
  ...(['key', 'clock', 'location', 'firewall', 'account-blocked', 'window', 'unexpected'] as const),
];

const JUDGED: readonly FaultKind['why'][] = [
  ...(['reduce-only-rejected', 'too-small', 'thin-book', 'overloaded', 'rejected', 'price-band'] as const),
];
