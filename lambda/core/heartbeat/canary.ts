/**
 * The canary: a bot without an account that sends one heartbeat a day. The watchdog finds it late and dead, trips it and calls
 * the liquidator, which answers with a dry run; so the whole chain is tested in production.
 *
 *   heartbeat ── late ── dead ── trip ── call ── dry run noted ── checked ── disarmed until tomorrow
 */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { BOT_ATTRIBUTES, type BotAttribute } from '../../bot-row.ts';
import type { PreflightNote } from '../../ports.ts';
import type { BotSettings } from '../config/settings.ts';
import { numberOf } from '../text/fields.ts';
import type { BotFields, RowChange } from './row-change.ts';
import { shardOf } from './row-values.ts';

/**
 * Like a bot of the configuration; there is no secret of that name. It must be found late before it is dead, so its deadline
 * allows that one tick is lost, the next begins late, and that one proves for heartbeat and 2 s that it can write.
 */
export const CANARY: BotSettings = {
  botId: CANARY_BOT_ID,
  secretName: 'flatline/canary',
  heartbeatMs: 5_000,
  lateAfterMs: 30_000,
  deadAfterMs: 180_000,
  exclusive: false,
};

export const isCanary = (botId: string | undefined): boolean => botId === CANARY_BOT_ID;

/** From its deadline to the call: if a tick died, the next begins a minute later and must prove that it can write. */
const CALL_WITHIN_MS = 80_000;
/** From the call to the note of the dry run. */
const ANSWER_WITHIN_MS = 30_000;

const sign = (atMs: number) => ({
  watch_shard: shardOf(CANARY_BOT_ID),
  next_check_at_ms: 0,
  changed_at_ms: Math.floor(atMs),
  // As clients do: changes by bots are routine.
  changed_by: 'bot',
});

const beatOf = (atMs: number) => ({
  ...({ watch_state: 'armed', last_beat_at_ms: Math.floor(atMs), beats: Math.floor(atMs / 1_000) } as const),
  ...{ heartbeat_ms: CANARY.heartbeatMs, late_after_ms: CANARY.lateAfterMs, dead_after_ms: CANARY.deadAfterMs },
  ...({ last_change: 'armed', ...sign(atMs) } as const),
});

/** Kept until the next verdict. */
const VERDICT: readonly BotAttribute[] = ['canary_judged_at_ms', 'canary_took_ms', 'canary_problems'];
/** All other attributes: of the day before, or of a bot that once had this name. */
const TRACES = BOT_ATTRIBUTES.filter(name => !Object.hasOwn(beatOf(0), name) && !VERDICT.includes(name));

/** Its one heartbeat of the day; removes what is left of the day before. */
export const canaryBeat = (atMs: number): RowChange => ({
  botId: CANARY_BOT_ID,
  doing: 'store a heartbeat of',
  requires: [],
  set: beatOf(atMs),
  remove: TRACES,
});

/** Not watched until its next heartbeat: otherwise it would be checked during the whole lock-out. */
export function canaryRest(atMs: number, verdict: CanaryVerdict): RowChange {
  const how =
    verdict.kind === 'passed'
      ? { canary_took_ms: verdict.tookMs }
      : { canary_problems: verdict.problems.join('; ').slice(0, PROBLEMS_MAX_CHARS) };
  const set = { watch_state: 'disarmed', last_change: 'disarmed', canary_judged_at_ms: Math.floor(atMs) } as const;
  return {
    botId: CANARY_BOT_ID,
    doing: 'disarm',
    requires: [],
    set: { ...set, ...how, ...sign(atMs) },
    remove: [...TRACES, ...VERDICT.filter(name => !Object.hasOwn({ ...set, ...how }, name))],
  };
}

const PROBLEMS_MAX_CHARS = 1_000;

export type CanaryVerdict =
  /** `tookMs`: from the deadline to the dry run. */
  | { readonly kind: 'passed'; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly problems: readonly string[] };

/** The result of its death, from its row and the note of its dry run. */
export function judgeCanary(row: BotFields | undefined, note: PreflightNote | undefined): CanaryVerdict {
  const beatAtMs = numberOf(row?.last_beat_at_ms);
  if (row === undefined || beatAtMs === undefined) return failed('it has not beaten: its row is not there');
  const deadlineMs = numberOf(row.tripped_deadline_ms) ?? beatAtMs + CANARY.deadAfterMs;
  const trippedAtMs = numberOf(row.tripped_at_ms);
  const calledAtMs = numberOf(row.invoked_at_ms);
  const problems: string[] = [];
  if (row.late_told_for === undefined) problems.push('the watchdog did not find it late');
  if (trippedAtMs === undefined) return failed(...problems, 'the watchdog did not find it dead');
  if (trippedAtMs < beatAtMs + CANARY.deadAfterMs) problems.push('it was tripped before its deadline');
  if (calledAtMs === undefined) return failed(...problems, 'the watchdog tripped it and did not call the liquidator');
  if (calledAtMs - deadlineMs > CALL_WITHIN_MS) {
    problems.push(`the liquidator was called ${seconds(calledAtMs - deadlineMs)} after the deadline`);
  }
  if (note === undefined || note.correlationId !== row.correlation_id) {
    return failed(...problems, 'the liquidator was called and did not answer');
  }
  if (note.headline !== 'READY') problems.push(`the dry run failed: ${note.failedChecks.join(', ')}`);
  if (note.finishedAtMs - calledAtMs > ANSWER_WITHIN_MS) {
    problems.push(`the liquidator answered ${seconds(note.finishedAtMs - calledAtMs)} after the call`);
  }
  return problems.length > 0 ? failed(...problems) : { kind: 'passed', tookMs: note.finishedAtMs - deadlineMs };
}

const failed = (...problems: readonly string[]): CanaryVerdict => ({ kind: 'failed', problems });
const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

/**
 * The state of the canary, for people: the result of its last death, and whether that is recent.
 *
 *   never ── heartbeat ── dying ── checked ── passed or failed ── 26 h without another ── overdue
 */
export type CanaryStanding =
  | { readonly kind: 'never' }
  /** It sent its heartbeat, and was not checked yet. */
  | { readonly kind: 'dying'; readonly sinceMs: number }
  /** `tookMs`: from its deadline to the dry run. */
  | { readonly kind: 'passed'; readonly atMs: number; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly atMs: number; readonly problems: string }
  /** Checked too long ago, or never since its heartbeat. */
  | { readonly kind: 'overdue'; readonly atMs: number };

/** As the alarm `canary-overdue` counts. */
const HOLDS_MS = 26 * 3_600_000;
/** The check comes ten minutes after the heartbeat, and again when Lambda repeats it. */
const JUDGED_WITHIN_MS = 30 * 60_000;

export function canaryStanding(row: BotFields | undefined, nowMs: number): CanaryStanding {
  const beatAtMs = numberOf(row?.last_beat_at_ms) ?? 0;
  const judgedAtMs = numberOf(row?.canary_judged_at_ms);
  if (beatAtMs > (judgedAtMs ?? 0) && nowMs - beatAtMs <= JUDGED_WITHIN_MS) return { kind: 'dying', sinceMs: beatAtMs };
  if (judgedAtMs === undefined) return beatAtMs > 0 ? { kind: 'overdue', atMs: beatAtMs } : { kind: 'never' };
  const problems = row?.canary_problems;
  if (typeof problems === 'string') return { kind: 'failed', atMs: judgedAtMs, problems };
  if (nowMs - judgedAtMs > HOLDS_MS) return { kind: 'overdue', atMs: judgedAtMs };
  return { kind: 'passed', atMs: judgedAtMs, tookMs: numberOf(row?.canary_took_ms) ?? 0 };
}
