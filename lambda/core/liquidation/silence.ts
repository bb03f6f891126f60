/**
 * Requests that may be sent twice (cancels, order queries, the clock) and are not answered: they are sent again after a
 * growing pause. The first answer counts; the other is still merged.
 */

import type { Failure } from '../exchange/failure.ts';
import type { EngineState } from './state.ts';
import type { Stage, Work } from './symbols/symbol-work.ts';
import { PATIENCE_MIN_MS } from './timing.ts';
import { isDue, NO_OUTCOME, timerOf } from './work.ts';

/** How long to wait for the answer, the first time. */
export const patienceMs = ({ latencyMs = 0 }: Pick<EngineState, 'latencyMs'>): number =>
  Math.max(PATIENCE_MIN_MS, latencyMs * 3);

/** Due like any work, or without an answer for too long. */
export const isDueOrSilent = (state: EngineState, work: Work, nowMs: number): boolean =>
  isDue(work, nowMs) || silentFromMs(state, work) <= nowMs;

/** When it is due, or counts as silent; undefined if only an answer changes something. */
export function timerOrSilenceOf(state: EngineState, work: Work): number | undefined {
  const atMs = silentFromMs(state, work);
  return atMs === Number.POSITIVE_INFINITY ? timerOf(work) : atMs;
}

/** Infinity if nothing is on its way, or all tries are used up. */
function silentFromMs(state: EngineState, { stage, tries }: Work): number {
  if (stage.kind !== 'in-flight' || tries >= state.job.maxRetries) return Number.POSITIVE_INFINITY;
  return stage.sinceMs + patienceMs(state) * 2 ** tries;
}

/** After a request without an answer: its connection, and others like it, may take requests and answer none. */
export const afreshAfter = ({ stage, tries, waits, failure }: Work): { readonly afresh?: true } =>
  stage.kind === 'in-flight' || (tries + waits > 0 && UNANSWERED.has(failure?.reason)) ? { afresh: true } : {};

const UNANSWERED: ReadonlySet<Failure['reason'] | undefined> = new Set(['no-answer', 'stale-connection'] as const);

/** The work after its request `id` went out. Requests that go out together are one batch; a repetition uses up a try. */
export function withRequest<W extends Work>(work: W, id: number, atMs: number): W {
  const { stage } = work;
  if (stage.kind === 'in-flight' && stage.sinceMs === atMs)
    return { ...work, stage: { ...stage, ids: [...stage.ids, id] } };
  const next: Stage = { kind: 'in-flight', ids: [id], sinceMs: atMs, soFar: NO_OUTCOME };
  return stage.kind === 'in-flight'
    ? { ...work, stage: next, tries: work.tries + 1, failure: SILENT }
    : { ...work, stage: next };
}

const SILENT: Failure = {
  certainty: 'unknown',
  subject: 'request',
  reason: 'no-answer',
  message: 'no answer so far; the request was sent again',
};
