/** Whether a bot is known to be ready, by its last preflight. */

import type { PreflightAnswer } from '../../contract.ts';
import type { PreflightNote } from '../../ports.ts';

/** A rule runs one each day. The alarm `preflight-overdue` uses the same time. */
export const PREFLIGHT_HOLDS_MS = 26 * 3_600_000;

export type Readiness =
  | { readonly kind: 'ready'; readonly warned: boolean; readonly note: PreflightNote }
  /** However long ago that was. */
  | { readonly kind: 'not-ready'; readonly note: PreflightNote }
  | { readonly kind: 'overdue'; readonly note: PreflightNote }
  | { readonly kind: 'never' };

export function readinessOf(note: PreflightNote | undefined, nowMs: number): Readiness {
  if (note === undefined) return { kind: 'never' };
  if (note.headline === 'NOT READY') return { kind: 'not-ready', note };
  if (nowMs - note.finishedAtMs > PREFLIGHT_HOLDS_MS) return { kind: 'overdue', note };
  return { kind: 'ready', warned: note.headline === 'READY, WITH WARNINGS', note };
}

export const noteOf = (answer: PreflightAnswer): PreflightNote => ({
  botId: answer.bot_id,
  correlationId: answer.correlation_id,
  headline: answer.headline,
  failedChecks: answer.checks.filter(({ status }) => status === 'failed').map(({ name }) => name),
  ...notCoveredIn(answer),
  finishedAtMs: Date.parse(answer.finished_at),
});

/** The check of the markets that are not covered. */
export const OTHER_MARKETS = 'other markets';

function notCoveredIn({ checks }: PreflightAnswer): Pick<PreflightNote, 'notCovered'> {
  const found = checks.find(({ name, status }) => name === OTHER_MARKETS && status === 'warning');
  return found === undefined ? {} : { notCovered: found.detail };
}

export const isPreflightHeadline = (value: unknown): value is PreflightAnswer['headline'] =>
  HEADLINES.some(headline => headline === value);

const HEADLINES: readonly PreflightAnswer['headline'][] = ['READY', 'READY, WITH WARNINGS', 'NOT READY'];
