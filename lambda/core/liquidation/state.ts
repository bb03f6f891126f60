/**
 * All that one attempt knows. `reduce` makes the next state from an event, `decide` reads it.
 *
 *   lists     the newest answer of each list
 *   symbols   what is to be done, and what was tried and learnt: a close per position, the cancels per symbol
 *   entries   orders that could open a position and vanished: did they fill?
 *   stays     the positions that were seen, and what became of them, for the answer
 *   faults    failures that concern more than one symbol
 */

import type { Failure } from '../exchange/failure.ts';
import type { Market } from '../exchange/market.ts';
import type { ExchangeRules, Scope } from '../exchange/model.ts';
import type { ExchangeRequest } from '../exchange/request.ts';
import { type GoneOrders, NO_ENTRIES } from './cancel/gone-order.ts';
import { type Carried, NOTHING_CARRIED } from './carry/carried.ts';
import { type Lists, UNREAD_LIST } from './lists/list-view.ts';
import type { Stay } from './lists/stays.ts';
import { PendingRequests } from './pending.ts';
import { NO_SYMBOLS, type Symbols } from './symbols/symbol-index.ts';
import { type CancelWork, NO_CANCEL } from './symbols/symbol-work.ts';
import type { Deadline } from './timing.ts';

export interface EngineState {
  readonly job: Job;
  readonly carried: Carried;
  /** Orders and cancels may go out: the lock and the first audit record are there, or took too long. */
  readonly mayAct: boolean;
  /** Ends once every list was read: nothing is proven. */
  readonly readsOnly: boolean;
  readonly lists: Lists;
  readonly symbols: Symbols;
  readonly twapOrders: CancelWork;
  readonly entries: GoneOrders;
  readonly stays: readonly Stay[];
  readonly faults: AccountFaults;
  readonly rules: RulesState;
  /** Requests on their way, by number. */
  readonly pending: PendingRequests;
  /** Of the next request. */
  readonly nextId: number;
  /** When a position last changed, or an order last went out: reads become less frequent while nothing moves. */
  readonly movedAtMs: number;
  /** Usual time of an answer to a read, in ms; undefined before the first. */
  readonly latencyMs: number | undefined;
  /** When something was last executed, or may have been: reads sent before prove nothing. */
  readonly changedAtMs: number;
  /** When a close was last answered or given up: the last read of an attempt comes after that. */
  readonly closedAtMs: number;
  /** When the first complete flat read ended; undefined while there is none. */
  readonly flatAtMs: number | undefined;
  /** The read of the older endpoint for positions that the newer one hides. `found`: it showed some (cross-check.ts). */
  readonly crossCheck: 'due' | 'asked' | 'found';
  /** When a second one, late enough, ended: the account is proven flat. */
  readonly provenAtMs: number | undefined;
  readonly counts: Counts;
}

/** What is known of the exchange's rules, and whether newer ones are wanted. */
interface RulesState {
  readonly known: ExchangeRules | undefined;
  /** A refusal asks for rules that are newer than this. */
  readonly wantedSinceMs: number | undefined;
  readonly failures: number;
  readonly notBeforeMs: number;
}

interface Counts {
  /** Orders of both kinds that were seen, are gone after a cancel, and did not fill. */
  readonly ordersCancelled: number;
  /** Failures that were followed by another try. */
  readonly retries: number;
}

/** Before the first request. What earlier attempts left joins it later (carry.ts). */
export const stateAtStart = (job: Job): EngineState => ({
  job,
  carried: NOTHING_CARRIED,
  mayAct: false,
  readsOnly: false,
  lists: { positions: UNREAD_LIST, orders: UNREAD_LIST, conditionals: UNREAD_LIST, twapOrders: UNREAD_LIST },
  symbols: NO_SYMBOLS,
  twapOrders: NO_CANCEL,
  entries: NO_ENTRIES,
  stays: [],
  faults: {
    clock: { kind: 'not-needed' },
    key: { kind: 'not-needed' },
    suspects: new Map(),
    limited: undefined,
    recvWindowMs: job.recvWindowMs,
  },
  rules: { known: undefined, wantedSinceMs: undefined, failures: 0, notBeforeMs: 0 },
  pending: PendingRequests.none,
  nextId: 1,
  movedAtMs: job.deadline.startedAtMs,
  latencyMs: undefined,
  changedAtMs: 0,
  closedAtMs: 0,
  flatAtMs: undefined,
  crossCheck: 'due',
  provenAtMs: undefined,
  counts: { ordersCancelled: 0, retries: 0 },
});

/** Faults of more than one symbol: suspected, repaired. Confirmed only by another kind of request after the repair. */
export interface AccountFaults {
  readonly clock: Repair;
  readonly key: Repair;
  /** Kinds of request that failed since the repair, by subject, with the failure. */
  readonly suspects: ReadonlyMap<Suspect, ReadonlyMap<ExchangeRequest['kind'], Failure>>;
  /** The last rate limit failure. */
  readonly limited: Failure | undefined;
  /** recvWindow of the closes from now on. */
  readonly recvWindowMs: number;
}

export type Suspect = 'key' | 'address' | 'account';

/** A repair that one request makes: set the clock, read the secret again. */
export type Repair =
  | { readonly kind: 'not-needed' }
  /** From `sinceMs` on, after so many failures in a row. */
  | { readonly kind: 'wanted'; readonly sinceMs: number; readonly failures: number }
  | { readonly kind: 'running'; readonly sinceMs: number; readonly failures: number }
  /** Requests sent before `atMs` may be repeated after it. `isNewKey`: the secret held another key. */
  | { readonly kind: 'done'; readonly atMs: number; readonly isNewKey?: boolean };

export interface Retries {
  /** Further tries of one close or cancel after the first, where nothing moved. */
  readonly maxRetries: number;
  /** Base of the exponential backoff. */
  readonly retryDelayMs: number;
  /** In [0, 1): spreads the pauses of runs that failed together. */
  readonly jitter: number;
}

/** What is fixed for an attempt, in one market. */
export interface Job extends Retries {
  readonly market: Market;
  readonly scope: Scope;
  readonly correlationId: string;
  /** Part of the names of the attempt's orders; unique within a correlation ID. */
  readonly attemptName: string;
  readonly deadline: Deadline;
  /** Of each close; doubled when orders wait in the matching engine. */
  readonly recvWindowMs: number;
  /** Whether TWAP and VP orders can be read. */
  readonly hasWallet: boolean;
}
