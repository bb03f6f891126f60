/** Follows the exchange's journal and the invocations of the liquidator while they grow. */

import type { Answer } from '../../../lambda/contract.ts';
import type { Clock } from '../../../lambda/ports.ts';
import type { Invocation } from '../../../simulator/cloud/lambda-endpoint.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import type { JournalEntry } from '../../../simulator/exchange.ts';
import { pollUntil } from '../../terminal/waiting.ts';
import type { ReportProgress } from './progress.ts';

const POLL_MS = 8;

/** Calls `look` periodically. Returns the function that stops it, which calls `look` once more: nothing is missed. */
function poll(clock: Clock, look: () => void): () => Promise<void> {
  const over = new AbortController();
  const lookOn = (): false => {
    look();
    return false;
  };
  const looking = pollUntil(lookOn, { clock, everyMs: POLL_MS, signal: over.signal });
  return async () => {
    over.abort();
    await looking;
    look();
  };
}

/**
 * Reports each request from the entry `from` on when it has its answer. Returns the function that stops it and gives the
 * requests without an answer.
 */
export function followJournal(
  journal: readonly JournalEntry[],
  clock: Clock,
  reportProgress: ReportProgress,
  from = 0,
): () => Promise<readonly JournalEntry[]> {
  let waiting: readonly JournalEntry[] = [];
  let read = from;
  const stop = poll(clock, () => {
    waiting = [...waiting, ...journal.slice(read)];
    read = journal.length;
    const ready = waiting.filter(entry => entry.answeredAtMs !== undefined);
    waiting = waiting.filter(entry => entry.answeredAtMs === undefined);
    for (const entry of ready) reportProgress({ kind: 'request', entry, atMs: entry.answeredAtMs ?? clock.nowMs() });
  });
  return async () => {
    await stop();
    return waiting;
  };
}

/** Reports each invocation of the liquidator when it starts, after `begin`, and when it has ended. */
export function followInvocations(
  invocations: readonly Invocation[],
  clock: Clock,
  reportProgress: ReportProgress,
  begin: (one: Invocation) => void = () => undefined,
) {
  let read = 0;
  let running: readonly Invocation[] = [];
  /** Also for a caller that cannot wait for the next look. */
  const readOn = (): void => {
    const begun = invocations.slice(read).filter(({ name }) => name === FUNCTION_NAMES.liquidator);
    read = invocations.length;
    for (const one of begun) {
      begin(one);
      reportProgress({ kind: 'called', ...namesOf(one), atMs: one.startedAtMs });
    }
    const all = [...running, ...begun];
    for (const one of all) reportEnd(one, reportProgress);
    running = all.filter(({ endedAtMs }) => endedAtMs === undefined);
  };
  return { readOn, isIdle: () => running.length === 0, stop: poll(clock, readOn) };
}

function reportEnd(invocation: Invocation, reportProgress: ReportProgress): void {
  const { startedAtMs, endedAtMs, result } = invocation;
  if (endedAtMs === undefined) return;
  const headline = result?.kind === 'answered' ? (result.payload as Answer).headline : undefined;
  const { call } = namesOf(invocation);
  reportProgress({ kind: 'ended', call, tookMs: endedAtMs - startedAtMs, headline, atMs: endedAtMs });
}

interface LiquidationEvent {
  readonly action?: string;
  readonly trigger?: string;
  readonly correlation_id?: string;
  readonly dry_run?: boolean;
  readonly resume?: { readonly hop?: number };
}

/** What is called, as in `watchdog`, `manual, dry run`, `attempt 2`, `preflight`, and its correlation ID. */
export function namesOf({ event }: Invocation): { readonly call: string; readonly correlationId: string } {
  const { action, trigger = 'no trigger', correlation_id = 'new ID', dry_run, resume } = event as LiquidationEvent;
  const what = action === 'preflight' ? action : `${trigger}${dry_run === true ? ', dry run' : ''}`;
  return { call: resume === undefined ? what : `attempt ${resume.hop}`, correlationId: correlation_id };
}
