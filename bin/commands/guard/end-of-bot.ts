/**
 * What follows when the bot has ended, by policy:
 *
 *   liquidate    every end is liquidated, a clean one too: no bot manages the positions any more
 *   clean-only   exit 0 disarms and keeps the positions; every other end is liquidated
 *   never        exit 0 disarms; every other end leaves the watch armed, and the deadline still applies
 * Two ends are different under every policy. A bot without a sign of work is not liquidated: a wrong file name must not
 * close an account. And a bot that exits with 0 within seconds may run in the background, so it is not disarmed.
 */

import { constants } from 'node:os';
import type { Trigger } from '../../../lambda/contract.ts';
import { GUARD_EXIT } from './exit-codes.ts';
import type { ExitPolicy } from './plan.ts';

/** One of the two is set, as in Node's exit event. */
export interface BotEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why the guard ended it, if it did. */
  readonly cause: EndCause | undefined;
}

export type EndCause = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'hung' | 'tripped' | 'replaced';

/** What is known of the time between a bot's start and its end. */
export interface BotLife {
  readonly ranMs: number;
  /** It can give signs of work, by --alive-file or --alive-port. */
  readonly canProve: boolean;
  /** It has given one. */
  readonly hasProven: boolean;
}

export type Sequel =
  | { readonly kind: 'liquidate'; readonly trigger: Trigger; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string }
  /** `why`: a reason besides the policy. */
  | { readonly kind: 'leave-armed'; readonly reason: string; readonly why: 'unproven' | 'background' | undefined }
  /** A newer run of the bot has the account now. */
  | { readonly kind: 'leave-to-newer'; readonly reason: string }
  /** The state before the start is restored. */
  | { readonly kind: 'withdraw'; readonly reason: string };

/** A process that ends earlier has not shown that it ran. */
const SECONDS_MS = 5_000;
const LONG_LIFE: BotLife = { ranMs: Number.POSITIVE_INFINITY, canProve: true, hasProven: true };

export function sequelOf(policy: ExitPolicy, end: BotEnd, life: BotLife = LONG_LIFE): Sequel {
  const reason = endText(end);
  if (end.cause === 'replaced') return { kind: 'leave-to-newer', reason };
  if (mayBeInBackground(end, life)) return { kind: 'leave-armed', reason, why: 'background' };
  if (policy !== 'liquidate' && isClean(end)) return { kind: 'stop', reason };
  if (policy === 'never') return { kind: 'leave-armed', reason, why: undefined };
  if (hasRun(end, life)) return { kind: 'liquidate', trigger: triggerOf(end), reason };
  return life.ranMs < SECONDS_MS ? { kind: 'withdraw', reason } : { kind: 'leave-armed', reason, why: 'unproven' };
}

/** A program that goes to the background ends its first process with 0 at once. */
const mayBeInBackground = ({ code, cause }: BotEnd, { ranMs, hasProven }: BotLife): boolean =>
  code === 0 && cause === undefined && ranMs < SECONDS_MS && !hasProven;

/** Signals that come from outside; one that crashes at its start ends by others. */
const KILLS: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/** Without signs of work, a process that lived for seconds counts as having run, and so does one that had to be stopped. */
function hasRun({ cause, signal }: BotEnd, { ranMs, canProve, hasProven }: BotLife): boolean {
  if (hasProven || cause === 'tripped') return true;
  return !canProve && (ranMs >= SECONDS_MS || cause !== undefined || KILLS.includes(signal));
}

/** `safe`: flat, or kept on purpose. `left-armed`: the deadline still applies although the policy did not ask for that. */
export type GuardOutcome = 'safe' | 'left-armed' | 'not-flat';

/** The bot's own code, unless that would hide from a supervisor what a person must handle. */
export function guardExitCode(end: BotEnd, outcome: GuardOutcome): number {
  if (outcome === 'not-flat') return GUARD_EXIT.notFlat;
  if (end.cause === 'hung') return GUARD_EXIT.hung;
  if (end.cause === 'tripped') return GUARD_EXIT.tripped;
  if (end.cause === 'replaced') return GUARD_EXIT.taken;
  const own = exitCodeOf(end);
  return outcome === 'left-armed' && own === 0 ? GUARD_EXIT.notFlat : own;
}

/** The bot's own code; 128 and the signal's number when a signal ended it, as in shells. */
export function exitCodeOf({ code, signal }: Pick<BotEnd, 'code' | 'signal'>): number {
  if (code !== null) return code;
  return signal === null ? 1 : 128 + constants.signals[signal];
}

export function endText({ code, signal, cause }: BotEnd): string {
  const how = signal === null ? `exited with ${code ?? 'an unknown code'}` : `was ended by ${signal}`;
  return `the bot ${how}${cause === undefined || cause === signal ? '' : CAUSES[cause]}`;
}

const CAUSES: Readonly<Record<EndCause, string>> = {
  SIGTERM: ' after SIGTERM',
  SIGINT: ' after SIGINT',
  SIGQUIT: ' after SIGQUIT',
  hung: ' after a hang',
  tripped: ' after it was tripped',
  replaced: ' after a newer run had taken over',
};

const isClean = ({ code, cause }: BotEnd): boolean => code === 0 && cause !== 'hung' && cause !== 'tripped';

function triggerOf({ code, cause }: BotEnd): Trigger {
  if (cause === 'SIGTERM' || cause === 'SIGINT') return cause;
  return code === 0 && cause === undefined ? 'shutdown' : 'error';
}
