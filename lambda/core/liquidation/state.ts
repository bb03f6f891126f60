/**
 * All that one attempt knows, as one value. `reduce` makes the next one from an event, `decide` reads it; nobody else
 * holds a memory.
 *
 *   lists     what the exchange showed last, each list with its own age
 *   symbols   what is to be done, and what was tried and learnt: a close per position, the cancels per symbol
 *   entries   orders that could open a position and vanished: did they fill?
 *   stays     the positions that were seen, and what became of them, for the answer
 *   trouble   failures that speak about more than one symbol
 */

import type { Failure } from '../exchange/failure.ts';
import type { Market } from '../exchange/market.ts';
import type {
  ConditionalOrder,
  ExchangeRules,
  OpenOrder,
  Position,
  PositionSide,
  Scope,
  StrategyOrder,
} from '../exchange/model.ts';
import type { Step } from '../exchange/next-step.ts';
import type { ExchangeRequest } from '../exchange/request.ts';
import { type Carried, NOTHING_CARRIED } from './carried.ts';
import type { Learnt } from './learnt.ts';
import type { ListView } from './list-view.ts';
import type { Stay } from './stays.ts';
import type { Deadline } from './timing.ts';

/** What is fixed for the attempt, in one market. */
export interface Job {
  readonly market: Market;
  readonly scope: Scope;
  readonly correlationId: string;
  /** In the names of the attempt's orders: no two attempts of one correlation ID have the same. */
  readonly attemptName: string;
  readonly deadline: Deadline;
  /** Further tries of one close or cancel after the first, where nothing moved. */
  readonly maxRetries: number;
  /** Base of the exponential backoff. */
  readonly retryDelayMs: number;
  /** In [0, 1): spreads the pauses, so that runs which failed together do not come back together. */
  readonly jitter: number;
  /** Of each close; doubled when orders wait in the matching engine. */
  readonly recvWindowMs: number;
  /** Whether there is a host that knows TWAP and VP orders. */
  readonly hasWallet: boolean;
}

export interface State {
  readonly job: Job;
  readonly carried: Carried;
  /** Orders and cancels may go out: the lock and the first audit record are there, or were waited for long enough. */
  readonly mayAct: boolean;
  /** Over as soon as every list was read once: nothing is to be proven. */
  readonly looksOnly: boolean;
  readonly lists: Lists;
  readonly symbols: ReadonlyMap<string, SymbolWork>;
  readonly strategies: CancelWork;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly stays: readonly Stay[];
  readonly trouble: Trouble;
  readonly rules: RulesState;
  /** Requests on their way, by number. */
  readonly pending: ReadonlyMap<number, Pending>;
  /** Of the next request. */
  readonly nextId: number;
  /** When a position last changed, or an order last went out: looks come less often the longer nothing moves. */
  readonly movedAtMs: number;
  /** Usual time of an answer to a read, in ms; undefined before the first. */
  readonly latencyMs: number | undefined;
  /** When something was last executed, or may have been: what was sent before it proves nothing. */
  readonly changedAtMs: number;
  /** When a close was last answered or given up: the last look of an attempt comes after it. */
  readonly closedAtMs: number;
  /** When the first whole flat view ended; undefined while there is none. */
  readonly flatAtMs: number | undefined;
  /** When a second one, later enough, ended: the account is proven flat. */
  readonly provenAtMs: number | undefined;
  readonly counts: Counts;
}

export interface Pending {
  readonly request: ExchangeRequest;
  readonly sentAtMs: number;
}

export interface Lists {
  readonly positions: ListState<Position>;
  readonly orders: ListState<OpenOrder>;
  readonly conditionals: ListState<ConditionalOrder>;
  readonly strategies: ListState<StrategyOrder>;
}

export type ListName = keyof Lists;

export interface ListState<Row> {
  /** The newest answer, in scope; undefined before the first. */
  readonly latest: ListView<Row> | undefined;
  /** Consecutive failures, the last of them, and when the next try is due. */
  readonly failures: number;
  readonly failure: Failure | undefined;
  readonly notBeforeMs: number;
  /** A look at least this new is asked for: a refusal pointed at this list. */
  readonly wantedSinceMs: number;
  /** It cannot be read in this attempt: its endpoint is refused. */
  readonly exhausted: boolean;
}

/** One thing to be done, and how the tries at it went. */
export interface Work {
  readonly stage: Stage;
  /** Tries since something last moved. */
  readonly tries: number;
  /** Waits in a row for reasons that use up no try (limits, overload). */
  readonly waits: number;
  readonly failure: Failure | undefined;
}

export type Stage =
  | { readonly kind: 'idle' }
  /** `ids`: of the requests that are waited for; `soFar`: what the answers of the same batch ask for together. */
  | { readonly kind: 'in-flight'; readonly ids: readonly number[]; readonly sinceMs: number; readonly soFar: Outcome }
  /** Sent and over; a look sent at `sinceMs` or later tells what became of it. `failed`: it uses up a try if nothing moved. */
  | { readonly kind: 'to-verify'; readonly sinceMs: number; readonly failed: boolean }
  | { readonly kind: 'waiting'; readonly untilMs: number }
  /** No further try in this attempt, until the amount changes. */
  | { readonly kind: 'exhausted' };

/** What a batch came to: whether a look is needed, whether something failed, and the widest step that a failure asks for. */
export interface Outcome {
  readonly look: boolean;
  readonly failed: boolean;
  readonly step: Step | undefined;
  readonly failure: Failure | undefined;
}

export const IDLE: Stage = { kind: 'idle' };
export const NO_WORK: Work = { stage: IDLE, tries: 0, waits: 0, failure: undefined };

export interface SymbolWork {
  readonly symbol: string;
  /** Sum of the notionals as a number: only the order in which requests go out hangs on it. */
  readonly rank: number;
  readonly targets: readonly Target[];
  readonly orders: readonly OpenOrder[];
  readonly conditionals: readonly ConditionalOrder[];
  readonly cancelOrders: CancelWork;
  readonly cancelConditionals: CancelWork;
  /** Whether a position of the symbol was seen: then its conditional orders are cancelled once more, unseen. */
  readonly held: boolean;
  readonly swept: boolean;
}

export interface CancelWork extends Work {
  /** Rows that the exchange said it cancelled, with the time of its word: only a newer list tells whether they are gone. */
  readonly covered: ReadonlyMap<string, number>;
  /** When it last said so. */
  readonly doneAtMs: number | undefined;
  /** When it last said so of orders that a list had shown. */
  readonly clearedAtMs: number | undefined;
  /** When the first request of it went out: a close waits for it only so long. */
  readonly startedAtMs: number | undefined;
  /** An order lives that the list does not show: cancelled although there is no row of it. */
  readonly forgotten: boolean;
}

export const NO_CANCEL: CancelWork = {
  ...NO_WORK,
  covered: new Map(),
  doneAtMs: undefined,
  clearedAtMs: undefined,
  startedAtMs: undefined,
  forgotten: false,
};

/** The close of one position: the unit of tries and of what is learnt. */
export interface Target extends Work {
  readonly symbol: string;
  readonly side: PositionSide;
  /** As last seen; undefined when the last look showed none. */
  readonly row: Position | undefined;
  /** Batches of orders so far: in the orders' names. */
  readonly batches: number;
  /** The last batch was for all of the amount: a full fill leaves nothing. */
  readonly sentWhole: boolean;
  /** Amount at the last batch, to see whether something moved, and when it went out. */
  readonly triedAmount: string | undefined;
  readonly triedAtMs: number;
  /** The newest fill of ours. */
  readonly fill: { readonly updatedAtMs: number; readonly knownAtMs: number } | undefined;
  readonly learnt: Learnt;
  /** What of it no order can close; undefined when all of it can be closed, as far as is known. */
  readonly dust: string | undefined;
}

/** An order that could open a position, was seen, and is no longer listed. */
export interface Entry {
  readonly symbol: string;
  readonly id: string;
  readonly kind: 'order' | 'conditional';
  readonly vanishedAtMs: number;
  readonly work: Work;
  readonly outcome:
    | 'unknown'
    /** Gone without a fill. */
    | 'cancelled'
    /** It filled at `filledAtMs` (exchange's time), as was learnt at `knownAtMs`. */
    | { readonly filledAtMs: number; readonly knownAtMs: number }
    /** The exchange does not tell: only time can. */
    | 'untold';
}

export interface RulesState {
  readonly known: ExchangeRules | undefined;
  /** A refusal asks for rules that are newer than this. */
  readonly wantedSinceMs: number | undefined;
  readonly failures: number;
  readonly notBeforeMs: number;
}

/** What speaks about more than one symbol: confirmed only by another kind of request after the repair. */
export interface Trouble {
  readonly clock: Repair;
  readonly key: Repair;
  /** Kinds of request that failed since the repair, by subject, with the failure. */
  readonly suspects: ReadonlyMap<Suspect, ReadonlyMap<ExchangeRequest['kind'], Failure>>;
  /** No request of ours will pass: the run ends. */
  readonly stop: Failure | undefined;
  /** The limits as they were last told: nothing is sent before. */
  readonly limited: Failure | undefined;
  /** recvWindow of the closes from now on. */
  readonly recvWindowMs: number;
}

export type Suspect = 'key' | 'address' | 'account';

/** A repair that one request is enough for: set the clock, read the secret again. */
export type Repair =
  | { readonly kind: 'not-needed' }
  /** From `sinceMs` on, after so many failures in a row. */
  | { readonly kind: 'wanted'; readonly sinceMs: number; readonly failures: number }
  | { readonly kind: 'running'; readonly sinceMs: number; readonly failures: number }
  /** Requests sent before `atMs` may be repeated after it. */
  | { readonly kind: 'done'; readonly atMs: number };

export interface Counts {
  /** Whole looks so far: each list was read at least once more. */
  readonly looks: number;
  /** Orders of both kinds that were seen, are gone after a cancel, and did not fill. */
  readonly ordersCancelled: number;
  /** Failures that were followed by another try. */
  readonly retries: number;
}

const UNREAD_LIST = {
  latest: undefined,
  failures: 0,
  failure: undefined,
  notBeforeMs: 0,
  wantedSinceMs: 0,
  exhausted: false,
} as const;

/** Before the first request. What earlier attempts of the run left joins it later (carry.ts). */
export const stateAtStart = (job: Job): State => ({
  job,
  carried: NOTHING_CARRIED,
  mayAct: false,
  looksOnly: false,
  lists: { positions: UNREAD_LIST, orders: UNREAD_LIST, conditionals: UNREAD_LIST, strategies: UNREAD_LIST },
  symbols: new Map(),
  strategies: NO_CANCEL,
  entries: new Map(),
  stays: [],
  trouble: {
    clock: { kind: 'not-needed' },
    key: { kind: 'not-needed' },
    suspects: new Map(),
    stop: undefined,
    limited: undefined,
    recvWindowMs: job.recvWindowMs,
  },
  rules: { known: undefined, wantedSinceMs: undefined, failures: 0, notBeforeMs: 0 },
  pending: new Map(),
  nextId: 1,
  movedAtMs: job.deadline.startedAtMs,
  latencyMs: undefined,
  changedAtMs: 0,
  closedAtMs: 0,
  flatAtMs: undefined,
  provenAtMs: undefined,
  counts: { looks: 0, ordersCancelled: 0, retries: 0 },
});
