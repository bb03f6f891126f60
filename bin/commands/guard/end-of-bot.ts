/**
 * What follows when the bot has ended, by policy:
 *
 *   liquidate    every end is liquidated, a clean one too: nobody watches over what an absent bot holds
 *   clean-only   exit 0 is a goodbye that keeps its positions; every other end is liquidated
 *   never        exit 0 is a goodbye; every other end leaves the watch armed, and the watchdog's time runs
 */

import { constants } from 'node:os';
import type { Trigger } from '../../../lambda/contract.ts';
import type { ExitPolicy } from './plan.ts';

/** One of the two is set, as Node says it. */
export interface BotEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What made the guard end it, if it did. */
  readonly cause: EndCause | undefined;
}

export type EndCause = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'hung' | 'tripped';

export type Sequel =
  | { readonly kind: 'liquidate'; readonly trigger: Trigger; readonly reason: string }
  | { readonly kind: 'goodbye'; readonly reason: string }
  | { readonly kind: 'leave-armed'; readonly reason: string };

export function sequelOf(policy: ExitPolicy, end: BotEnd): Sequel {
  const reason = inWords(end);
  if (policy !== 'liquidate' && isClean(end)) return { kind: 'goodbye', reason };
  if (policy === 'never') return { kind: 'leave-armed', reason };
  return { kind: 'liquidate', trigger: triggerOf(end), reason };
}

/** The bot's own; of one that a signal ended 128 and the signal's number, as a shell would say it. */
export function exitCodeOf({ code, signal }: Pick<BotEnd, 'code' | 'signal'>): number {
  if (code !== null) return code;
  return signal === null ? 1 : 128 + constants.signals[signal];
}

export function inWords({ code, signal, cause }: BotEnd): string {
  const how = signal === null ? `exited with ${code ?? 'an unknown code'}` : `was ended by ${signal}`;
  return `the bot ${how}${cause === undefined || cause === signal ? '' : CAUSES[cause]}`;
}

const CAUSES: Readonly<Record<EndCause, string>> = {
  SIGTERM: ' after SIGTERM',
  SIGINT: ' after SIGINT',
  SIGQUIT: ' after SIGQUIT',
  hung: ' after it had hung',
  tripped: ' after it was tripped',
};

const isClean = ({ code, cause }: BotEnd): boolean => code === 0 && cause !== 'hung' && cause !== 'tripped';

function triggerOf({ code, cause }: BotEnd): Trigger {
  if (cause === 'SIGTERM' || cause === 'SIGINT') return cause;
  return code === 0 && cause === undefined ? 'shutdown' : 'error';
}
