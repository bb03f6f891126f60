/**
 * One cell of the matrix, played to its end in virtual time: an account with all kinds of positions and orders, one
 * fault at one operation and moment, and then what follows: retries, the hand-over, the watchdog's runs.
 */

import type { Answer } from '../../lambda/contract.ts';
import type { Clock } from '../../lambda/ports.ts';
import type { LiquidationRig, RunChanges } from '../support/liquidation-rig.ts';
import { type WatchedAccount, watchedAccount } from '../support/watched-account.ts';
import type { FaultKind } from './fault-kinds.ts';
import { faultyNetwork } from './network.ts';
import { type Operation, ORDER_PATH } from './operations.ts';
import { fillAccount } from './portfolio.ts';

/** Which of the operation's requests gets the fault. The last one of a list is the proof that the account is flat. */
export const MOMENTS = ['first', 'middle', 'last', 'every'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Cell {
  readonly operation: Operation;
  readonly fault: FaultKind;
  readonly moment: Moment;
  readonly hedgeMode: boolean;
}

export interface Played {
  readonly account: WatchedAccount;
  readonly before: ReturnType<LiquidationRig['account']['truth']>;
  /** In order; the first is the caller's. */
  readonly answers: readonly Answer[];
  readonly callerWaitedMs: number;
  readonly ticks: number;
  /** How long a wait a refusal of this cell requests; undefined if none does. */
  readonly waitMs: number | undefined;
}

export const ID = 'liq_20240229_120007_abc123';
export const TIMEOUT_MS = 5_000;
/** Long enough for both ways to continue (by itself, by the watchdog) to be used more than once. */
const CHANGES: RunChanges = { liquidation: { timeoutMs: TIMEOUT_MS, resumeMs: 130_000 } };

export async function play(cell: Cell): Promise<Played> {
  const account = stage(cell, await requestsWithout(cell));
  const before = account.account.truth();
  const startedAtMs = account.clock.nowMs();
  const first = await account.run({ correlation_id: ID }, CHANGES);
  const callerWaitedMs = account.clock.nowMs() - startedAtMs;
  const ticks = await account.untilFinished(CHANGES, 8);
  // Requests in flight arrive now: a late order, a second copy.
  await account.clock.sleep(5_000);
  // An invocation that only waited and handed over is no attempt.
  const later = account.laterAnswers.filter(answer => answer.state !== 'in_progress');
  return { account, before, answers: [first, ...later], callerWaitedMs, ticks, waitMs: waitMsOf(cell.fault) };
}

function waitMsOf({ does }: FaultKind): number | undefined {
  if (!('exchange' in does) || !('retryAfterSeconds' in does.exchange)) return undefined;
  const { retryAfterSeconds } = does.exchange;
  return retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
}

/** How many requests of this operation an undisturbed run makes, so that its middle and its end are known. */
async function requestsWithout({ operation, hedgeMode }: Cell): Promise<number> {
  const key = `${operation.name}|${hedgeMode}`;
  const known = counted.get(key);
  if (known !== undefined) return known;
  const account = stage({ operation, hedgeMode }, 0);
  await account.run({ correlation_id: ID }, CHANGES);
  const { method, path } = operation;
  const count = account.exchange.journal.filter(entry => entry.method === method && entry.path === path).length;
  if (count === 0)
    throw new Error(`An undisturbed run never asks for ${operation.name}: the cell would prove nothing.`);
  counted.set(key, count);
  return count;
}

const counted = new Map<string, number>();

function stage(
  { operation, fault, moment = 'first', hedgeMode }: Pick<Cell, 'operation' | 'hedgeMode'> & Partial<Cell>,
  requests: number,
): WatchedAccount {
  const on = { method: operation.method, path: operation.path };
  const skip = { first: 0, middle: Math.floor((requests - 1) / 2), last: Math.max(0, requests - 1), every: 0 }[moment];
  const times = moment === 'every' ? Number.POSITIVE_INFINITY : 1;
  const { needs } = operation;
  const network = fault && 'network' in fault.does ? fault.does.network : undefined;
  let clock: Clock | undefined;
  const account = watchedAccount({
    hedgeMode,
    ...(needs && 'clockSkewMs' in needs ? { clockSkewMs: needs.clockSkewMs } : {}),
    ...(network
      ? {
          network: faultyNetwork({ fault: network, on, skip, times }, () => {
            if (clock === undefined) throw new Error('The network was used before the clock was made.');
            return clock;
          }),
        }
      : {}),
  });
  clock = account.clock;
  fillAccount(account, hedgeMode);
  if (needs && 'fault' in needs)
    account.exchange.faults.add({ on: { method: 'POST', path: ORDER_PATH }, fault: needs.fault });
  if (fault && 'exchange' in fault.does) account.exchange.faults.add({ on, skip, times, fault: fault.does.exchange });
  account.account.watch();
  return account;
}

/** The same account, for a preflight. */
export function stagePreflight(cell: Cell): WatchedAccount {
  return stage(cell, 0);
}
