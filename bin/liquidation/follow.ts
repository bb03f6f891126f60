/**
 * Follows a liquidation by its audit log and its record, from the call to the end: the answer and the attempts after it,
 * until flat or given up. It only reads; stopping it does not stop the liquidation. If the call's own answer is lost, the
 * record has the same.
 *
 *   call ──┬── answered: over ──────────────────────────────────────▶ over
 *          ├── answered: retrying, or another caller's call┐
 *          └── no answer ─ is there a record? ─ no ─ 15 s ─┼───────▶ unknown
 *                                               yes ───────┴─ follow ─▶ over, or unfinished at the time limit
 */

import type { Answer } from '../../lambda/contract.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import type { Connection } from '../connect/connection.ts';
import type { Invoked } from '../connect/functions.ts';
import { createFollower } from '../incident/follower.ts';
import { type IncidentRecords, readRecords } from '../incident/read-records.ts';
import type { CommandRun } from '../terminal/cli.ts';
import { pollUntil } from '../terminal/waiting.ts';

export type Followed =
  /** `headline` is the current state. */
  | { readonly kind: 'over'; readonly answer: Answer | undefined; readonly headline: string; readonly flat: boolean }
  /** No record, and no answer that names a state. `sentence`: why the call failed. */
  | { readonly kind: 'unknown'; readonly sentence: string }
  /** Not ended, after its deadline. */
  | { readonly kind: 'unfinished'; readonly headline: string }
  /** Ctrl-C. */
  | { readonly kind: 'stopped' };

interface Followable {
  readonly correlationId: string;
  readonly call: Promise<Invoked>;
  /** The maximum time to follow, from now. */
  readonly atMostMs: number;
}

const POLL_DURING_CALL_MS = 200;
const POLL_AFTER_CALL_MS = 1_000;
const RECORD_WITHIN_MS = 15_000;

/** Throws CliError (4) when the call certainly did not run. */
export async function follow(
  run: CommandRun<object>,
  connection: Connection,
  { correlationId, call, atMostMs }: Followable,
): Promise<Followed> {
  const { clock } = connection;
  const startedAtMs = clock.nowMs();
  const follower = createFollower(run, { eventsOnly: true });
  const sayOnce = saidOnce(run);
  const readAndPrint = async (): Promise<IncidentRecords | undefined> => {
    const records = await look(connection, correlationId, sayOnce);
    if (records !== undefined) follower.print(records.incident);
    return records;
  };

  const settled = new AbortController();
  const calling = call.finally(() => settled.abort());
  calling.catch(() => undefined);
  const signal = AbortSignal.any([run.interrupted, settled.signal]);
  const pollOnce = async (): Promise<false> => {
    await readAndPrint();
    return false;
  };
  await pollUntil(pollOnce, { clock, everyMs: POLL_DURING_CALL_MS, signal });
  if (!settled.signal.aborted) return { kind: 'stopped' };
  const invoked = await calling;
  const calledUntilMs = clock.nowMs();
  if (invoked.kind !== 'answered') sayOnce(`  ${invoked.sentence} Reading its record instead.`);
  const answer = invoked.kind === 'answered' && 'state' in invoked.answer ? invoked.answer : undefined;

  /** The last known state, from its record or its answer. The tables may be unavailable since. */
  let lastHeadline = answer?.headline;
  for (;;) {
    // After the call this shows its whole audit log.
    const records = await readAndPrint();
    if (answer !== undefined && !isUnfinished(answer)) {
      return { kind: 'over', answer, headline: answer.headline, flat: isFlatResult(answer.state, answer.headline) };
    }
    if (run.interrupted.aborted) return { kind: 'stopped' };
    const verdict = records?.incident.kind === 'liquidation' ? records.incident.verdict : undefined;
    if (verdict?.open === false) {
      const { headline, state } = verdict;
      return { kind: 'over', answer: records?.record?.answer, headline, flat: isFlatResult(state, headline) };
    }
    lastHeadline = verdict?.headline ?? lastHeadline;
    const nowMs = clock.nowMs();
    if (lastHeadline === undefined && nowMs - calledUntilMs > RECORD_WITHIN_MS) {
      return { kind: 'unknown', sentence: invoked.kind === 'answered' ? '' : invoked.sentence };
    }
    if (lastHeadline !== undefined && nowMs - startedAtMs > atMostMs) {
      return { kind: 'unfinished', headline: lastHeadline };
    }
    await clock.sleep(POLL_AFTER_CALL_MS, run.interrupted);
  }
}

const isUnfinished = ({ state, headline }: Answer): boolean => state === 'in_progress' || headline.includes('RETRYING');

/** A short failure of a table does not stop the following. */
async function look(
  connection: Connection,
  correlationId: string,
  sayOnce: (text: string) => void,
): Promise<IncidentRecords | undefined> {
  try {
    return await readRecords(connection, correlationId);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    sayOnce(`  the audit log cannot be read now: ${error.message}`);
    return undefined;
  }
}

/** Prints each sentence once. */
function saidOnce({ print, paint }: CommandRun<object>): (text: string) => void {
  const said = new Set<string>();
  return text => {
    if (said.has(text)) return;
    said.add(text);
    print(paint.warn(text));
  };
}
