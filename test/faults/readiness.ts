/** Whether a preflight that meets a fault has to say READY all the same. */

import { LIMIT_WITHOUT_END, OUTLASTS_A_CALL } from './expectations.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Operation } from './operations.ts';

export function staysReady(operation: Operation, { known, why, name }: FaultKind, moment: 'first' | 'every'): boolean {
  const isOnce = moment === 'first';
  // What is read of the key's rights is good to know; not to learn it is no reason to raise an alarm, unless the key is bad.
  if (operation.name === 'key permissions') return why !== 'key';
  // The self-test has fifteen seconds: two for an answer are no trouble.
  if (known === undefined || OUTLASTS_A_CALL.includes(name)) return true;
  // order/test executes nothing: any object is its yes, and so is "nothing to reduce" or "too small".
  if (operation.name === 'test order' && (SIZES.includes(why) || name.startsWith('JSON of another'))) return true;
  if (why === 'clock') return isOnce;
  if (known === 'refused') return false;
  if (LIMIT_WITHOUT_END.includes(name)) return false;
  return isOnce;
}

const SIZES: readonly FaultKind['why'][] = ['reduce-only-rejected', 'too-small'];
