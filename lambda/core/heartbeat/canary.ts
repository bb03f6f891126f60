/**
 * The canary: a bot without an account, inside the stack, that beats once a day and is then silent. The watchdog finds it
 * late and dead, trips it and calls the liquidator, which answers with a dry run; so the whole chain is tried in production,
 * by the very code that a real bot's death would run.
 *
 *   beat ── late ── dead ── trip ── call ── dry run noted ── judged ── at rest until tomorrow
 */

import { CANARY_BOT_ID } from '../../aliases.ts';
import { BOT_ATTRIBUTES, type BotAttribute } from '../../bot-row.ts';
import type { PreflightNote } from '../../ports.ts';
import type { BotSettings } from '../config/settings.ts';
import type { BotFields, RowChange } from './row-change.ts';
import { shardOf } from './watch-shard.ts';

/**
 * As if it stood in the configuration; there is no secret of that name. It beats between two ticks, and must be found late
 * before it is dead: so its deadline leaves time for the next tick to be lost, for the one after to begin late, and for
 * that one's proof that the canary could have been heard (heartbeat and 2 s).
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

/** From its deadline to the call: a tick may begin a minute later, when the one before died, and has to prove itself. */
const CALL_WITHIN_MS = 80_000;
/** From the call to the dry run's note. */
const ANSWER_WITHIN_MS = 30_000;

const sign = (atMs: number) => ({
  watch_shard: shardOf(CANARY_BOT_ID),
  next_check_at_ms: 0,
  changed_at_ms: Math.floor(atMs),
  // As clients sign: what bots do themselves is routine.
  changed_by: 'bot',
});

const beatOf = (atMs: number) => ({
  ...({ watch_state: 'armed', last_beat_at_ms: Math.floor(atMs), beats: Math.floor(atMs / 1_000) } as const),
  ...{ heartbeat_ms: CANARY.heartbeatMs, late_after_ms: CANARY.lateAfterMs, dead_after_ms: CANARY.deadAfterMs },
  ...({ last_change: 'armed', ...sign(atMs) } as const),
});

/** Stands until the next verdict. */
const VERDICT: readonly BotAttribute[] = ['canary_judged_at_ms', 'canary_took_ms', 'canary_problems'];
/** Whatever else a row may have: of the day before, or of a bot that once had its name. */
const TRACES = BOT_ATTRIBUTES.filter(name => !Object.hasOwn(beatOf(0), name) && !VERDICT.includes(name));

/** Its one beat of the day, whatever is left of the day before. */
export const canaryBeat = (atMs: number): RowChange => ({
  botId: CANARY_BOT_ID,
  doing: 'let the canary beat:',
  requires: [],
  set: beatOf(atMs),
  remove: TRACES,
});

/** Not watched until its next beat: else the watchdog would look after it for the whole lock-out. */
export function canaryRest(atMs: number, verdict: CanaryVerdict): RowChange {
  const how =
    verdict.kind === 'passed'
      ? { canary_took_ms: verdict.tookMs }
      : { canary_problems: verdict.problems.join('; ').slice(0, PROBLEMS_MAX_CHARS) };
  const set = { watch_state: 'disarmed', last_change: 'disarmed', canary_judged_at_ms: Math.floor(atMs) } as const;
  return {
    botId: CANARY_BOT_ID,
    doing: 'lay the canary to rest:',
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

/** What its row and the note of its dry run show, well after its deadline. */
export function judgeCanary(row: BotFields | undefined, note: PreflightNote | undefined): CanaryVerdict {
  const beatAtMs = numberIn(row?.last_beat_at_ms);
  if (row === undefined || beatAtMs === undefined) return failed('it has not beaten: its row is not there');
  const deadlineMs = numberIn(row.tripped_deadline_ms) ?? beatAtMs + CANARY.deadAfterMs;
  const trippedAtMs = numberIn(row.tripped_at_ms);
  const calledAtMs = numberIn(row.invoked_at_ms);
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
const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
