/**
 * What the steps of a scenario need, and its waits: each ends when its event has happened. The only limit: when nothing
 * happens any more, the event will not come.
 */

import type { ConcurrencyLimiter } from '../../../lambda/app/watchdog/tick-context.ts';
import { WATCHDOG_ROW } from '../../../lambda/bot-row.ts';
import type { Answer } from '../../../lambda/contract.ts';
import type { BotStore, Clock } from '../../../lambda/ports.ts';
import type { FunctionHost, InvocationResult } from '../../../simulator/cloud/function-host.ts';
import type { FunctionUrl } from '../../../simulator/cloud/function-url.ts';
import { FUNCTION_NAMES, type LocalCloud } from '../../../simulator/cloud/local-cloud.ts';
import type { CallEvidence, FunctionLogLine } from '../../../simulator/scenarios/evidence.ts';
import type { Scene } from '../../../simulator/scenarios/scenario.ts';
import type { FunctionLabel, ScenarioStage } from '../../../simulator/scenarios/stage.ts';
import { pollUntil } from '../../terminal/waiting.ts';
import type { Bot } from './bot.ts';
import type { DrillStores } from './evidence.ts';
import type { ReportProgress } from './progress.ts';
import type { RequestCounter } from './request-counter.ts';

/** A running function, and the proxy to the exchange that only it uses. */
export interface Deployed {
  readonly host: FunctionHost;
  readonly counter: RequestCounter;
}

export interface PlayContext {
  readonly clock: Clock;
  readonly reportProgress: ReportProgress;
  readonly stage: ScenarioStage;
  readonly functions: ReadonlyMap<FunctionLabel, Deployed>;
  readonly stores: DrillStores;
  readonly rows: BotStore;
  readonly calls: CallEvidence[];
  /** Correlation IDs by label. */
  readonly ids: Map<string, string>;
  readonly running: Map<string, Promise<void>>;
  readonly cloud: Pick<LocalCloud, 'lambda' | 'tables'>;
  /** By ID. */
  readonly bots: ReadonlyMap<string, Bot>;
  /** Of a scenario whose bots ping. */
  readonly pingUrl?: Pick<FunctionUrl, 'flood'> | undefined;
  /** This many bots write at a time: each has a second for its heartbeat, and this process runs all of them. */
  readonly botLimiter: ConcurrencyLimiter;
  /** Aborts when the last step is done. */
  readonly signal: AbortSignal;
  /** What the functions have logged so far. */
  readonly logs: readonly FunctionLogLine[];
}

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
  const hangs = (): boolean => {
    const next = happenedBy(context);
    if (next !== happened) lastAtMs = clock.nowMs();
    happened = next;
    return clock.nowMs() - lastAtMs > HANG_MS;
  };
  let isSo = false;
  const isOver = async (): Promise<boolean> => {
    isSo = await holds();
    return isSo || hangs();
  };
  await pollUntil(isOver, { clock, everyMs: POLL_MS });
  return isSo ? undefined : `this did not happen: ${says}`;
}

/** How much has happened so far. Heartbeats do not count: a bot sends them whatever the functions do. */
function happenedBy({ stage: { exchange }, logs, calls, cloud: { lambda } }: PlayContext): number {
  const ended = lambda.invocations.filter(({ endedAtMs }) => endedAtMs !== undefined).length;
  return exchange.journal.length + logs.length + calls.length + lambda.invocations.length + ended;
}

export function sceneOf({ stage, clock, bots, calls, logs, cloud: { lambda } }: PlayContext): Scene {
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
    logs,
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
  for (let left = record.leaseUntilMs - clock.nowMs(); left > 0; left = record.leaseUntilMs - clock.nowMs()) {
    const says = `waiting for the lease of the dead attempt to run out: ${Math.ceil(left / 1_000)} s`;
    reportProgress({ kind: 'waiting', says, atMs: clock.nowMs() });
    await clock.sleep(Math.min(left, left % 1_000 || 1_000));
  }
  reportProgress({ kind: 'staged', says: 'the lease of the dead attempt is over', atMs: clock.nowMs() });
  return undefined;
}

const COUNT_DOWN_EVERY_MS = 100;

/** Reports how long a bot has been silent, until a heartbeat comes, its deadline has passed, or the signal. Never rejects. */
export async function reportSilence(
  { settings, beats }: Bot,
  { clock, reportProgress, signal }: Pick<PlayContext, 'clock' | 'reportProgress' | 'signal'>,
): Promise<void> {
  const sent = beats.length;
  while (!signal.aborted && beats.length === sent) {
    const atMs = clock.nowMs();
    const silentMs = atMs - (beats.at(-1)?.atMs ?? atMs);
    const leftMs = settings.deadAfterMs - silentMs;
    if (leftMs <= 0) return;
    const says = `no heartbeat for ${(silentMs / 1_000).toFixed(1)} s, dead in ${(leftMs / 1_000).toFixed(1)} s`;
    reportProgress({ kind: 'waiting', says, atMs });
    await clock.sleep(Math.min(COUNT_DOWN_EVERY_MS, leftMs), signal);
  }
}
