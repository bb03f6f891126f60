/**
 * When a correlation ID may be claimed, and by whom it may be concluded.
 *
 *              claim 1                claim 2 takes over            conclude 2            claim 3 (if unfinished)
 *   ──nobody──▶│◀── lease of 1 ──────▶│◀── lease of 2 ─────────────▶│                     │
 *     (1)      fence 1           lease_until (2)  fence 2        run_state final (3)      fence 3
 *
 *   (1) NONE_YET           no attempt was ever made; a seal alone (an unlocked run) does not count
 *   (2) LEASE_RAN_OUT      in progress, but its holder is dead: from the very instant `lease_until_at_ms` on
 *   (3) ENDED_UNFINISHED   partial, failed or skipped
 *   (4) COMPLETED_BEFORE   completed so long ago that the result no longer answers, or to be confirmed
 *   (5) HANDED_OVER        in progress, but its holder has ended: it called this invocation, and its end was not stored
 */

const NONE_YET = 'attribute_not_exists(run_state)';
const LEASE_RAN_OUT = '(run_state = :in_progress AND lease_until_at_ms <= :now)';
const ENDED_UNFINISHED = 'run_state IN (:partial, :failed, :skipped)';

const COMPLETED_BEFORE = '(run_state = :completed AND finished_at_ms < :retake_completed_before)';
const HANDED_OVER = '(run_state = :in_progress AND holder = :resumes)';

/** One ID belongs to one bot: else the second bot would get FLAT because the first one is flat. */
const SAME_BOT = '(attribute_not_exists(bot_id) OR bot_id = :bot_id)';

/** One ID is for one thing: else a call about one symbol would answer for the account. Older records do not say. */
const SAME_SCOPE = '(attribute_not_exists(claimed_for) OR claimed_for = :claimed_for)';

export const MAY_CLAIM = `(${NONE_YET} OR ${LEASE_RAN_OUT} OR ${ENDED_UNFINISHED} OR ${COMPLETED_BEFORE} OR ${HANDED_OVER}) AND ${SAME_BOT} AND ${SAME_SCOPE}`;

/** A holder whose lease ran out may still conclude, as long as nobody took over. */
export const MAY_CONCLUDE = 'holder = :holder AND fence = :fence AND run_state = :in_progress';

/** Many duplicates must not grow the record to DynamoDB's 400 KB. */
export const MAY_SEAL_DUPLICATE = 'attribute_not_exists(seals) OR size(seals) < :most_seals';
export const MOST_SEALS = 500;
