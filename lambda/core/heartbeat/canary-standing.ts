/**
 * The state of the canary, for people: the result of its last death, and whether that is recent.
 *
 *   never ── heartbeat ── dying ── checked ── passed or failed ── 26 h without another ── overdue
 */

import { numberOf } from '../text/fields.ts';
import type { BotFields } from './row-change.ts';

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
