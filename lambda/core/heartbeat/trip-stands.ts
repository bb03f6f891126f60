/**
 * Whether the trip that a call of the liquidator names (`trip`, a correlation ID) is still valid. The bot's row and the
 * liquidator's record must agree, or nothing is closed: a re-armed bot trades again. Calls by people and bots name no trip.
 */

import { isoMicros } from '../invocation/identity.ts';
import type { BotRow } from './read-bot-row.ts';

export type TripCheck =
  | { readonly kind: 'valid' }
  /** `because` is a sentence for people. */
  | { readonly kind: 'invalid'; readonly because: string };

/** The liquidator's record of the run; undefined: there is none yet. */
export interface RunRecord {
  readonly trip?: string | undefined;
  /** It was ended, by its time limit or by a re-arm, and is not resumed. */
  readonly gaveUpAtMs?: number | undefined;
}

export function tripValidity(
  asked: { readonly trip: string | undefined; readonly isResumed: boolean },
  row: BotRow | undefined,
  record: RunRecord | undefined,
): TripCheck {
  const { trip, isResumed } = asked;
  if (isResumed && record?.gaveUpAtMs !== undefined) {
    return invalid(`the run was ended at ${isoMicros(record.gaveUpAtMs)}; nobody takes it up again`);
  }
  if (trip === undefined) return VALID;
  if (record?.trip !== undefined && record.trip !== trip) {
    return invalid(`the run belongs to the trip ${record.trip}, not to ${trip}`);
  }
  if (row === undefined) return invalid('the bot has no row, so it is not tripped');
  if (row.state !== 'tripped') return invalid(`the bot is ${row.state}${changeOf(row)}`);
  if (row.trip.correlationId !== trip) {
    return invalid(`the bot was tripped again, for ${row.trip.correlationId ?? 'a trip that cannot be read'}`);
  }
  return VALID;
}

const VALID: TripCheck = { kind: 'valid' };
const invalid = (because: string): TripCheck => ({ kind: 'invalid', because });

const changeOf = ({ change }: BotRow): string =>
  change === undefined ? '' : `: ${change.kind} at ${isoMicros(change.atMs)} by ${change.by}`;
