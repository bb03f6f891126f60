/**
 * Re-arms a bot that was liquidated. Its unfinished liquidations end, because the positions opened from then on are the bot's.
 *
 *   tripped? ── a run in progress? ── refused: wait for it
 *      └─ other unfinished runs: ended ── row re-armed (no run of the trip is valid any more) ── the trip's runs: ended
 */

import { type OperatorAction, rearmChange } from '../../core/heartbeat/operator-changes.ts';
import { readBotRow } from '../../core/heartbeat/read-bot-row.ts';
import { tripRestoredChange } from '../../core/heartbeat/watch-changes.ts';
import { clockTime } from '../../core/invocation/identity.ts';
import type { BotStore, UnfinishedRun, UnfinishedRuns } from '../../ports.ts';
import { type CommandResult, command, refusedIn, watchStateOf } from './operator-commands.ts';

interface RearmPorts {
  readonly bots: BotStore;
  readonly unfinished: UnfinishedRuns;
}

interface RearmOptions {
  readonly timeoutMs: number;
  /** Only if the bot is tripped for this liquidation. */
  readonly correlationId?: string | undefined;
}

type RearmResult = CommandResult & {
  /** Correlation IDs of the liquidations that ended with it. */
  readonly ended: readonly string[];
};

/** Throws StoreError: then the bot may or may not be re-armed. */
export async function rearm(ports: RearmPorts, action: OperatorAction, options: RearmOptions): Promise<RearmResult> {
  const { bots } = ports;
  const { botId } = action;
  const { timeoutMs } = options;
  const fields = await bots.read(botId, timeoutMs);
  const row = fields && readBotRow(botId, fields);
  // A bot that is tripped at this very moment is refused too: its liquidation was not checked.
  if (row?.state !== 'tripped') return { ...refusedIn(watchStateOf(botId, fields), rearmChange(action)), ended: [] };
  const correlationId = options.correlationId ?? row.trip.correlationId;
  if (row.fields.watch_state !== 'tripped') await bots.change(tripRestoredChange(row), timeoutMs);

  const before = await unfinishedOf(ports, action, timeoutMs);
  const running = before.find(run => isRunning(run, action.atMs));
  if (running !== undefined) return { ...refused(botId, running), ended: [] };
  const others = before.filter(run => run.trip === undefined);
  const isEnded = await endAll(ports, others, options, action.atMs);
  const restarted = others.find((_, index) => !isEnded[index]);
  if (restarted !== undefined) return { ...refused(botId, restarted), ended: [] };

  const result = await command(bots, rearmChange(action, correlationId), timeoutMs);
  if (result.kind !== 'done') return { ...result, ended: others.map(run => run.correlationId) };
  return { ...result, ended: before.map(run => run.correlationId), ...(await afterwards(ports, action, options)) };
}

/** Closes the records of the trip's runs, which are no longer valid. A run that began just now continues. */
async function afterwards(
  ports: RearmPorts,
  action: OperatorAction,
  options: RearmOptions,
): Promise<{ readonly note?: string }> {
  try {
    const left = await unfinishedOf(ports, action, options.timeoutMs);
    const running = left.find(run => isRunning(run, action.atMs));
    const others = left.filter(run => !isRunning(run, action.atMs));
    await endAll(ports, others, options, action.atMs);
    if (running === undefined) return {};
    const until = clockTime(running.resumeAtMs);
    const note = `The liquidation ${running.correlationId} began at the same moment and may close positions until ${until} UTC: start the bot after that.`;
    return { note };
  } catch {
    // None of their attempts acts, because the row says that the trip is gone; the watchdog closes their records.
    return {};
  }
}

async function unfinishedOf(
  { unfinished }: RearmPorts,
  { botId, atMs }: OperatorAction,
  timeoutMs: number,
): Promise<readonly UnfinishedRun[]> {
  const runs = await unfinished.due(atMs + LONGEST_WAIT_MS, MOST_RUNS, timeoutMs);
  return runs.filter(run => run.botId === botId);
}

/** No run waits longer for its next attempt than this. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
const MOST_RUNS = 1_000;

/** It may send orders until its lease ends. */
const isRunning = ({ state, resumeAtMs }: UnfinishedRun, nowMs: number): boolean =>
  state === 'in_progress' && resumeAtMs > nowMs;

const endAll = (
  { unfinished }: RearmPorts,
  runs: readonly UnfinishedRun[],
  { timeoutMs }: RearmOptions,
  nowMs: number,
): Promise<readonly boolean[]> => Promise.all(runs.map(run => unfinished.giveUp(run, nowMs, timeoutMs)));

const refused = (botId: string, { correlationId, resumeAtMs }: UnfinishedRun): CommandResult => ({
  kind: 'refused',
  state: 'tripped',
  sentence: `Could not re-arm ${botId}: its liquidation ${correlationId} is running, until ${clockTime(resumeAtMs)} UTC at the latest. Re-arm it when that has ended.`,
});
