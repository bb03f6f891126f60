/**
 * Reads a row of the table `bots`, which anybody may have edited by hand. An invalid value is named as a problem, with its
 * remedy, and counts as absent. An invalid state counts as armed, so that a mistake never ends protection.
 */

import { WATCH_CHANGES, WATCH_STATES, type WatchChange, type WatchState } from '../../bot-row.ts';
import { CORRELATION_ID_PATTERN, REASON_MAX_CHARS } from '../../contract.ts';
import { shownJson } from '../config/shown-value.ts';
import { boundedText } from '../text/fields.ts';
import type { BotFields } from './row-change.ts';
import { readSnoozePlan, type SnoozePlan } from './snooze-plan.ts';
import { areSane, type WatchTimes } from './watch-times.ts';

export interface BotRow {
  readonly botId: string;
  /** As stored; compare-and-set compares with it. */
  readonly fields: BotFields;
  readonly state: WatchState;
  /**
   * Names the last activity: usually a heartbeat; if an operator armed the bot since, the arming; if the bot only
   * restarts, the last heartbeat with a proof of work. Undefined: none yet.
   */
  readonly beat: string | undefined;
  /** When that was, by the writer's clock; undefined if only the watchdog's observation counts. */
  readonly claimedAtMs: number | undefined;
  /** The last real heartbeat, by the bot's clock. */
  readonly lastBeatAtMs: number | undefined;
  /** When an operator armed it, if no heartbeat came since. */
  readonly waitingSinceMs: number | undefined;
  /** The last heartbeat with a proof of work, by the bot's clock. */
  readonly workedAtMs: number | undefined;
  /** Starts without a proof of work since then. */
  readonly unprovenStarts: number;
  readonly runId: string | undefined;
  readonly isExclusive: boolean;
  readonly times: WatchTimes | undefined;
  readonly seen: Observation | undefined;
  readonly nextCheckAtMs: number | undefined;
  readonly snoozedUntilMs: number | undefined;
  /** A weekly snooze. */
  readonly snoozePlan: SnoozePlan | undefined;
  readonly lateNotifiedFor: string | undefined;
  /** The bot reported its own failure. */
  readonly failure: { readonly atMs: number | undefined; readonly reason: string } | undefined;
  /** The restarts and times that people were notified of. */
  readonly notifiedOf: { readonly restarts: string | undefined; readonly times: string | undefined };
  readonly change: Change | undefined;
  readonly trip: Trip;
  /** Each names the attribute, its value, the rule and the remedy. */
  readonly problems: readonly string[];
}

/** What the watchdog knows of a heartbeat: when it saw it first, and when it was last not there. */
export interface Observation {
  readonly beat: string;
  readonly firstSeenAtMs: number;
  readonly notBeforeMs: number;
}

export interface Change {
  readonly kind: WatchChange;
  readonly atMs: number;
  readonly by: string;
  readonly reason: string | undefined;
  /** Whether the audit log has it. */
  readonly isRecorded: boolean;
}

/** Undefined if the bot is not tripped, or the row was edited. */
interface Trip {
  readonly atMs: number | undefined;
  /** The tick that tripped it. */
  readonly by: string | undefined;
  readonly deadlineMs: number | undefined;
  readonly correlationId: string | undefined;
  readonly lockoutUntilMs: number | undefined;
  readonly invokedAtMs: number | undefined;
  readonly lockOutCheckMinute: number | undefined;
}

/** Never throws. */
export function readBotRow(botId: string, fields: BotFields): BotRow {
  const problems: string[] = [];
  const instant = (attribute: string): number | undefined => readInstant(fields, attribute, problems);
  const seenAtMs = instant('seen_at_ms');
  const seenBeat = text(fields.seen_beat);
  const lastBeatAtMs = instant('last_beat_at_ms');
  const waitingSinceMs = isWaiting(fields) ? instant('waiting_since_ms') : undefined;
  const unprovenStarts = readStarts(fields);
  const state = readState(fields, problems);
  return {
    ...{ botId, fields, state },
    ...lastActivity(fields, { waitingSinceMs, unprovenStarts, lastBeatAtMs }),
    ...{ lastBeatAtMs, waitingSinceMs, workedAtMs: instant('worked_at_ms'), unprovenStarts },
    runId: text(fields.run_id),
    isExclusive: fields.is_exclusive !== undefined,
    times: readTimes(fields, problems),
    seen:
      seenBeat === undefined || seenAtMs === undefined
        ? undefined
        : { beat: seenBeat, firstSeenAtMs: seenAtMs, notBeforeMs: instant('seen_after_ms') ?? 0 },
    // 0 is our own value: check in the next tick.
    nextCheckAtMs: fields.next_check_at_ms === 0 ? 0 : instant('next_check_at_ms'),
    snoozedUntilMs: readSnooze(fields) ?? instant('snoozed_until_ms'),
    snoozePlan: readSnoozePlan(fields, problems),
    lateNotifiedFor: text(fields.late_told_for),
    failure:
      fields.failed_at_ms === undefined
        ? undefined
        : { atMs: instant('failed_at_ms'), reason: text(fields.failed_reason) ?? 'no reason given' },
    notifiedOf: { restarts: text(fields.told_restarts_for), times: text(fields.told_times_for) },
    change: readChange(fields, instant('changed_at_ms')),
    trip: {
      atMs: instant('tripped_at_ms'),
      by: text(fields.tripped_by),
      deadlineMs: instant('tripped_deadline_ms'),
      correlationId: readCorrelationId(fields, state, problems),
      lockoutUntilMs: instant('lockout_until_ms'),
      invokedAtMs: instant('invoked_at_ms'),
      lockOutCheckMinute: typeof fields.sentinel_minute === 'number' ? fields.sentinel_minute : undefined,
    },
    problems,
  };
}

/** After so many unproven starts a start is no activity. */
export const STARTS_IGNORED_FROM = 2;

/** See `beat` and `claimedAtMs` of BotRow. */
function lastActivity(
  fields: BotFields,
  { waitingSinceMs, unprovenStarts, lastBeatAtMs }: Pick<BotRow, 'waitingSinceMs' | 'unprovenStarts' | 'lastBeatAtMs'>,
): Pick<BotRow, 'beat' | 'claimedAtMs'> {
  if (waitingSinceMs !== undefined) return { beat: `waiting@${waitingSinceMs}`, claimedAtMs: waitingSinceMs };
  if (unprovenStarts >= STARTS_IGNORED_FROM) {
    const name = `restarts@${JSON.stringify(restartsSince(fields))}`;
    return { beat: name.slice(0, BEAT_NAME_CHARS), claimedAtMs: undefined };
  }
  return { beat: beatName(fields), claimedAtMs: lastBeatAtMs };
}

/**
 * The last proof of work, or the last arming by an operator. Otherwise a bot that restarts after a re-arm would be tripped at
 * once, for the silence of its last trip.
 */
function restartsSince({ worked_at_ms: workedAt = null, armed_at_ms: armedAt }: BotFields): BotFields[string] {
  if (typeof armedAt !== 'number') return workedAt;
  return typeof workedAt === 'number' ? Math.max(workedAt, armedAt) : armedAt;
}

/** A client without runs does not remove `waiting_since_ms` with its heartbeat, but increases the count. */
const isWaiting = ({ beats }: BotFields): boolean => beats === undefined || beats === 0;

const readStarts = ({ unproven_starts: starts }: BotFields): number =>
  typeof starts === 'number' && Number.isSafeInteger(starts) && starts > 0 ? starts : 0;

/** From the stored values, so that even invalid ones change with each heartbeat. */
function beatName({ beats, last_beat_at_ms }: BotFields): string | undefined {
  if (beats === undefined && last_beat_at_ms === undefined) return undefined;
  return `${JSON.stringify(beats ?? null)}@${JSON.stringify(last_beat_at_ms ?? null)}`.slice(0, BEAT_NAME_CHARS);
}

const BEAT_NAME_CHARS = 200;

/**
 * Only the watchdog writes `tripped_at_ms`, and only an operator removes it; a bot's permissions allow neither. While it is
 * there the bot is tripped, whatever `watch_state` says.
 */
function readState({ watch_state, tripped_at_ms }: BotFields, problems: string[]): WatchState {
  const known = WATCH_STATES.find(state => state === watch_state);
  if (tripped_at_ms !== undefined && known !== 'tripped') {
    problems.push(
      `watch_state = ${shownJson(watch_state)}: the bot was tripped and nobody has re-armed it, so it counts as tripped; somebody with the bot's permissions, or a hand, has changed it. Look at its account, then use flatline rearm.`,
    );
    return 'tripped';
  }
  if (known !== undefined) return known;
  problems.push(
    `watch_state = ${shownJson(watch_state)}: must be one of ${WATCH_STATES.join(', ')} and counts as armed; use flatline arm or flatline disarm.`,
  );
  return 'armed';
}

const EARLIEST_MS = Date.UTC(2020, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

function readInstant(fields: BotFields, attribute: string, problems: string[]): number | undefined {
  const value = fields[attribute];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= EARLIEST_MS && value < LATEST_MS) return Math.floor(value);
  problems.push(
    `${attribute} = ${shownJson(value)}: must be epoch milliseconds between 2020 and 2100 and is ignored; correct it, or remove the attribute.`,
  );
  return undefined;
}

/** A digit too many means a long snooze, not none; a snooze that is too long is cut. */
const readSnooze = ({ snoozed_until_ms: until }: BotFields): number | undefined =>
  typeof until === 'number' && until >= LATEST_MS ? LATEST_MS : undefined;

function readTimes(fields: BotFields, problems: string[]): WatchTimes | undefined {
  const { heartbeat_ms, late_after_ms, dead_after_ms } = fields;
  if (heartbeat_ms === undefined && late_after_ms === undefined && dead_after_ms === undefined) return undefined;
  const [heartbeatMs, lateAfterMs, deadAfterMs] = [number(heartbeat_ms), number(late_after_ms), number(dead_after_ms)];
  const times = { heartbeatMs, lateAfterMs, deadAfterMs };
  if (areSane(times)) return times;
  problems.push(
    `heartbeat_ms = ${shownJson(heartbeat_ms)}, late_after_ms = ${shownJson(late_after_ms)}, dead_after_ms = ${shownJson(dead_after_ms)}: must be whole ms with 1000 ≤ heartbeat ≤ 60000 < dead ≤ 86400000 and late between the two; only the configuration counts. Restart the bot with correct times.`,
  );
  return undefined;
}

function readCorrelationId({ correlation_id }: BotFields, state: WatchState, problems: string[]): string | undefined {
  const id = text(correlation_id);
  if (id !== undefined && CORRELATION_ID_PATTERN.test(id)) return id;
  if (state === 'tripped') {
    problems.push(
      `correlation_id = ${shownJson(correlation_id)}: a tripped bot must have that of its liquidation, so nothing is done for it; check its account, then use flatline rearm.`,
    );
  }
  return undefined;
}

function readChange(fields: BotFields, atMs: number | undefined): Change | undefined {
  const kind = WATCH_CHANGES.find(change => change === fields.last_change);
  if (kind === undefined || atMs === undefined) return undefined;
  return {
    kind,
    atMs,
    by: text(fields.changed_by) ?? 'unknown',
    reason: text(fields.change_reason),
    isRecorded: fields.told_change_at_ms === fields.changed_at_ms,
  };
}

/** Cut, because events, messages and the audit log limit its length. */
const text = (value: BotFields[string] | undefined): string | undefined =>
  typeof value === 'string' ? boundedText(value, REASON_MAX_CHARS) : undefined;

const number = (value: BotFields[string] | undefined): number => (typeof value === 'number' ? value : Number.NaN);
