/**
 * The waits of a scenario: each ends when its event has happened. The only limit: when nothing happens any more, the
 * event will not come.
 */

import { WATCHDOG_ROW } from '../../../lambda/bot-row.ts';
import type { Answer } from '../../../lambda/contract.ts';
import type { InvocationResult } from '../../../simulator/cloud/function-host.ts';
import { FUNCTION_NAMES } from '../../../simulator/cloud/local-cloud.ts';
import type { Scene } from '../../../simulator/scenarios/scenario.ts';
import type { PlayContext } from './play-context.ts';

/** Lambda repeats an event after one and after two minutes; nothing else may happen in between. */
const HANG_MS = 150_000;
const POLL_MS = 4;
const READ_MS = 120_000;

/** Returns what did not happen, when nothing has happened for HANG_MS. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  says: string,
  context: PlayContext,
): Promise<string | undefined> {
  const { clock } = context;
  let happened = happenedBy(context);
  let lastAtMs = clock.nowMs();
  while (!(await holds())) {
    const nowMs = clock.nowMs();
    const next = happenedBy(context);
    if (next !== happened) lastAtMs = nowMs;
    happened = next;
    if (nowMs - lastAtMs > HANG_MS) return `this did not happen: ${says}`;
    await clock.sleep(POLL_MS);
  }
  return undefined;
}

/** How much has happened so far. Heartbeats do not count: a bot sends them whatever the functions do. */
function happenedBy({ stage: { exchange }, heard, calls, cloud: { lambda } }: PlayContext): number {
  const ended = lambda.invocations.filter(({ endedAtMs }) => endedAtMs !== undefined).length;
  return exchange.journal.length + heard.length + calls.length + lambda.invocations.length + ended;
}

export function sceneOf({ stage, clock, bots, calls, heard, cloud: { lambda } }: PlayContext): Scene {
  const later = lambda.invocations.filter(({ name, kind }) => name === FUNCTION_NAMES.liquidator && kind === 'async');
  return {
    ...stage,
    nowMs: clock.nowMs(),
    bots: [...bots].map(([botId, { beats }]) => ({ botId, beats })),
    endedRuns: calls.length + later.filter(({ endedAtMs }) => endedAtMs !== undefined).length,
    answers: [...calls.map(({ answer }) => answer), ...later.map(({ result }) => answerIn(result))].filter(
      answer => answer !== undefined,
    ),
    lastTickAtMs:
      lambda.invocations.findLast(({ name }) => name === FUNCTION_NAMES.watchdog)?.startedAtMs ?? Number.NaN,
    logs: heard,
  };
}

const answerIn = (result: InvocationResult | undefined): Answer | undefined =>
  result?.kind === 'answered' ? (result.payload as Answer) : undefined;

/** Early in a run, after finding all due bots, the watchdog writes the time into its own row. */
export async function ticked(context: PlayContext): Promise<string | undefined> {
  const { cloud, rows } = context;
  const tick = cloud.lambda.invocations.findLast(({ name }) => name === FUNCTION_NAMES.watchdog);
  const isNoted = async (): Promise<boolean> => {
    const row = await rows.read(WATCHDOG_ROW, READ_MS);
    return Number(row?.ticked_at_ms) >= Math.floor(tick?.startedAtMs ?? Number.NaN);
  };
  return until(isNoted, 'the watchdog run wrote its row', context);
}

export async function waitForLease(
  id: string,
  { clock, reportProgress, stores }: PlayContext,
): Promise<string | undefined> {
  const record = await stores.locks.readRecord(id, READ_MS);
  if (record?.leaseUntilMs === undefined) return `there is no lease on ${id}`;
  const says = 'the lease of the dead attempt';
  for (let left = record.leaseUntilMs - clock.nowMs(); left > 0; left = record.leaseUntilMs - clock.nowMs()) {
    reportProgress({ kind: 'waiting', says, leftMs: left, atMs: clock.nowMs() });
    await clock.sleep(Math.min(left, left % 1_000 || 1_000));
  }
  reportProgress({ kind: 'waiting', says, leftMs: 0, atMs: clock.nowMs() });
  return undefined;
}
