/**
 * What a row says to a run whose write was refused. Both tables are those of docs/heartbeat-protocol.md, read from top to
 * bottom: the first line that fits counts.
 */

import type { Attribute, Attributes } from './times.ts';
import { HEARTBEAT_MAX_MS } from './times.ts';

/** The run that holds the row, as it was seen. */
export interface HoldingRun {
  readonly runId: Attribute;
  readonly beats: Attribute | undefined;
  readonly lastBeatAtMs: Attribute | undefined;
  readonly heartbeatMs: number;
}

export interface Trip {
  readonly kind: 'tripped';
  /** Of the liquidation that tripped the bot. */
  readonly correlationId: string | undefined;
  readonly by: string | undefined;
}

type StartVerdict =
  | Trip
  /** By an operator, after this start. */
  | { readonly kind: 'disarmed' }
  /** An earlier try of this start has landed. */
  | { readonly kind: 'armed' }
  | { readonly kind: 'replaced' }
  /** Another run may be active, and this one must not take over. */
  | { readonly kind: 'occupied'; readonly seen: HoldingRun }
  /** Armed, and no run holds it. */
  | { readonly kind: 'free' }
  /** The row changed meanwhile. */
  | { readonly kind: 'again' };

/** `row` undefined: there is none. `exclusive`: this client does not take over, whatever the row says. */
export function verdictOnStart(row: Attributes | undefined, runId: string, exclusive: boolean): StartVerdict {
  if (row === undefined) return { kind: 'again' };
  const state = row.watch_state?.S;
  if (state === 'tripped') return tripOf(row);
  const isOurs = row.run_id?.S === runId;
  if (state === 'disarmed' && isOurs) return { kind: 'disarmed' };
  if (isOurs) return { kind: 'armed' };
  if (row.prior_run_id?.S === runId) return { kind: 'replaced' };
  if (state === 'disarmed') return { kind: 'again' };
  if (row.run_id === undefined) return exclusive ? { kind: 'free' } : { kind: 'again' };
  return exclusive || row.is_exclusive !== undefined
    ? { kind: 'occupied', seen: seenIn(row, row.run_id) }
    : { kind: 'again' };
}

type BeatVerdict =
  | Trip
  | { readonly kind: 'disarmed' }
  | { readonly kind: 'replaced' }
  /** The row was deleted, or belongs to no run: start with the same run. */
  | { readonly kind: 'start' }
  /** Armed meanwhile: repeat the heartbeat at once. */
  | { readonly kind: 'again' };

export function verdictOnBeat(row: Attributes | undefined, runId: string): BeatVerdict {
  if (row?.run_id === undefined) return { kind: 'start' };
  if (row.run_id.S !== runId) return { kind: 'replaced' };
  const state = row.watch_state?.S;
  if (state === 'tripped') return tripOf(row);
  return state === 'disarmed' ? { kind: 'disarmed' } : { kind: 'again' };
}

const tripOf = ({ correlation_id, tripped_by }: Attributes): Trip => ({
  ...{ kind: 'tripped', correlationId: correlation_id?.S, by: tripped_by?.S },
});

function seenIn(row: Attributes, runId: Attribute): HoldingRun {
  const heartbeatMs = Number(row.heartbeat_ms?.N);
  const isPlausible = heartbeatMs > 0 && heartbeatMs <= HEARTBEAT_MAX_MS;
  return {
    ...{ runId, beats: row.beats, lastBeatAtMs: row.last_beat_at_ms },
    heartbeatMs: isPlausible ? heartbeatMs : HEARTBEAT_MAX_MS,
  };
}
