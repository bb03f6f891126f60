/** Warnings that are known only at the end of a run: what was not stored or not started. */

import type { AnswerError } from '../../contract.ts';
import { answerError } from '../../core/invocation/answer-error.ts';
import type { Lease, Released } from './lock.ts';

export function lateWarnings(lease: Lease, lost: number, released: Released): readonly AnswerError[] {
  return [
    ...(lease.locked ? [] : [LOCK_UNAVAILABLE]),
    ...(lost > 0
      ? [answerError('AUDIT_INCOMPLETE', `${lost} audit records were not stored in time; see the log`)]
      : []),
    ...(released === 'superseded' ? [SUPERSEDED] : []),
    ...(released === 'not-stored' && lease.locked ? [NOT_STORED] : []),
  ];
}

const LOCK_UNAVAILABLE = answerError(
  'LOCK_UNAVAILABLE',
  'the lock was not available: another call may have run meanwhile',
);
export const NOT_HANDED_OVER = answerError('HAND_OVER_FAILED', 'the next attempt could not be started at once');
export const NOT_CONFIRMED = answerError(
  'HAND_OVER_FAILED',
  'the attempt that confirms this result could not be started; check the account once more',
);
const SUPERSEDED = answerError('SUPERSEDED', 'another attempt took over meanwhile; its result counts');
const NOT_STORED = answerError(
  'RESULT_NOT_STORED',
  'the result could not be stored; a repeated call will liquidate again, which is safe',
);
