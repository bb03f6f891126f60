/** Actions of a bot and its operator, in one call each, for tests that need them as a step. */

import { type CommandResult, command } from '../../lambda/app/operator/operator-commands.ts';
import { type RunResult, startOrBeat } from '../../lambda/app/ping/run-commands.ts';
import { markChange, type RunBeat } from '../../lambda/core/heartbeat/client-changes.ts';
import { type OperatorAction, rearmChange } from '../../lambda/core/heartbeat/operator-changes.ts';
import type { BotStore } from '../../lambda/ports.ts';

/** The current run of a bot, by its table. */
const runs = new WeakMap<BotStore, Map<string, string>>();
let started = 0;

/** `arms`: a new run starts with it; otherwise the run before continues. */
export function beat(
  bots: BotStore,
  sign: Omit<RunBeat, 'runId'> & { readonly arms: boolean },
  timeoutMs: number,
): Promise<RunResult> {
  const known = runs.get(bots) ?? new Map<string, string>();
  runs.set(bots, known);
  const isStart = sign.arms || !known.has(sign.botId);
  if (isStart) started += 1;
  const runId = isStart ? `run-${String(started).padStart(8, '0')}` : known.get(sign.botId);
  known.set(sign.botId, runId ?? '');
  return startOrBeat(bots, { ...sign, runId: runId ?? '', isStart }, timeoutMs);
}

export const runOf = (bots: BotStore, botId: string): string => runs.get(bots)?.get(botId) ?? 'run-of-nobody';

/** The bot's current run reports its failure. */
export async function fail(
  bots: BotStore,
  { botId, atMs, reason = '' }: Omit<OperatorAction, 'by'> & { readonly by?: string },
  timeoutMs: number,
): Promise<CommandResult> {
  const fields = await bots.read(botId, timeoutMs);
  const runId = typeof fields?.run_id === 'string' ? fields.run_id : runOf(bots, botId);
  return command(bots, markChange({ botId, runId, atMs, reason, callId: `call-${Math.floor(atMs)}` }), timeoutMs);
}

/** The row alone: without a read at unfinished liquidations. */
export const rearm = (bots: BotStore, action: OperatorAction, timeoutMs: number): Promise<CommandResult> =>
  command(bots, rearmChange(action), timeoutMs);
