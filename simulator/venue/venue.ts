/**
 * A Binance USDⓈ-M futures venue in a box: accounts, orders, books and the exchange's rules, spoken to over its wire
 * protocol only (`respond`, or wire/server.ts for real HTTP). Besides the wire there is the stage: symbols, accounts,
 * marks, scripted faults; and the jury: the journal of every request, the truth of every account.
 *
 * Promises: no wall clock, no timers of its own, no chance but the seed. What falls due later happens when the
 * venue is next touched, at the instant it was due.
 */

import Big from 'big.js';
import { respond } from '../wire/respond.ts';
import type { WireReply, WireRequest } from '../wire/wire.ts';
import {
  type AccountSpec,
  type AccountState,
  accountState,
  type KeyRefusal,
  type KeySpec,
  rotateKey,
} from './account.ts';
import { type BookSpec, bookOf } from './book.ts';
import type { VenueClock } from './clock.ts';
import { closeByOthers } from './close-by-others.ts';
import { DEFAULT_SYMBOLS, loadSymbols } from './default-symbols.ts';
import { createFaultScript, type Faults } from './fault-script.ts';
import type { JournalEntry } from './journal.ts';
import { LIMITS, type Limits } from './limits.ts';
import { listedSymbols } from './listed-symbols.ts';
import { type RandomWalk, setMark, walk } from './marks.ts';
import type { OthersClose } from './others-close.ts';
import { type PositionAt, type PositionMove, positionsAt } from './position-move.ts';
import { createSchedule } from './schedule.ts';
import { createRandom } from './seeded-random.ts';
import { arm, type OpenOptions, open, type RestingOrder, rest, type WaitingOrder } from './set-up.ts';
import { createSymbolTable } from './symbol-table.ts';
import type { SymbolSpec, SymbolStatus } from './symbols.ts';
import { type Tally, tallyOf } from './tally.ts';
import { type Truth, truthOf } from './truth.ts';
import { startTwap, type TwapSpec } from './twap.ts';
import { LIKELY, type UnconfirmedRules } from './unconfirmed.ts';
import { type EngineQueue, type Latency, type ListLag, symbolOf, type World } from './world.ts';

export type { AccountSpec, KeyRefusal } from './account.ts';
export type { VenueClock } from './clock.ts';
export type { Fault, FaultRule, Faults } from './fault-script.ts';
export type { JournalEntry } from './journal.ts';
export type { SymbolSpec } from './symbols.ts';
export type { UnconfirmedRules } from './unconfirmed.ts';

export interface VenueOptions {
  readonly clock: VenueClock;
  /** Default 1. */
  readonly seed?: number;
  /** What Binance's documents leave open; see unconfirmed.ts for the defaults. */
  readonly unconfirmed?: Partial<UnconfirmedRules>;
  readonly limits?: Partial<Limits>;
  /** How long REST does not show a fill in the positions. Default 0. */
  readonly positionLagMs?: number;
  /** The venue's clock minus `clock`. Default 0. */
  readonly clockSkewMs?: number;
  /** Default true: placement and cancel replies without avgPrice and cumQuote, as since the CM-UM integration of 2026-06-30. */
  readonly omitAveragePrice?: boolean;
  /** How many symbols exchangeInfo lists; default 700, as many as make it as large as the real one. At least 13. */
  readonly symbolCount?: number;
  /** Where order ids begin; beyond 2^53 they no longer fit a JavaScript number. */
  readonly firstOrderId?: string;
}

export interface Venue {
  /** Adds or replaces. About a dozen realistic ones are there from the start, besides those that fill the list. */
  addSymbol(spec: SymbolSpec): void;
  /** Other rules for a symbol that is there; its mark price, book and status stay. */
  changeSymbol(symbol: string, changes: Partial<SymbolSpec>): void;
  /** SYM001USDT, SYM002USDT … */
  addManySymbols(count: number): void;
  addAccount(spec: AccountSpec): Account;
  /** Resting orders fill and conditional orders trigger as it moves. */
  setMark(symbol: string, price: string): void;
  moveMarks(walk: RandomWalk): void;
  setStatus(symbol: string, status: SymbolStatus): void;
  /** Who stands in the book, how far from the mark price and how deep. */
  setBook(symbol: string, book: BookSpec): void;
  setLatency(latency: Latency): void;
  /** Lists that are behind, each by its own time; what is not given stays as it is. */
  setListLag(lag: Partial<ListLag>): void;
  /** An order or cancel that waits in it beyond its recvWindow is -5028, and not executed. Reads do not wait. */
  setEngineQueue(queue: EngineQueue): void;
  readonly journal: readonly JournalEntry[];
  /** What the journal adds up to, from `since` on (an entry's `seq`; default from the beginning). */
  tally(since?: number): Tally;
  readonly faults: Faults;
  /** The whole wire without sockets. Rejects only when a scripted fault contradicts the account: the scenario is wrong. */
  respond(request: WireRequest): Promise<WireReply>;
}

/** Set-up and truth of one account, past the wire. */
export interface Account {
  readonly name: string;
  /** Adds to the position; hedge accounts take the side from the sign unless told. Visible at once. */
  open(symbol: string, signedAmount: string, options?: OpenOptions): void;
  /** Puts a limit order into the book; gives its order id. It fills when the mark price comes to it. */
  rest(order: RestingOrder): string;
  /** Arms a conditional order; gives its algo id. */
  arm(conditional: WaitingOrder): string;
  /** Starts a TWAP or VP order on the wallet's host; gives its algo id. It trades as the venue's time goes by. */
  startTwap(spec: TwapSpec): string;
  /** Algo ids of those that still work. */
  workingTwaps(): readonly string[];
  /** Others reduce the position: its owner at the screen, or the exchange's liquidation. Nothing where there is none. */
  closeByOthers(symbol: string, options?: OthersClose): void;
  truth(): Truth;
  /** Every change of a position since the account exists, oldest first, whoever made it. */
  readonly moves: readonly PositionMove[];
  /** The positions that were open at an instant of the clock. */
  positionsAt(atMs: number): readonly PositionAt[];
  /** The account gets another key; the old one is unknown from now on (see `unknownKey` in unconfirmed.ts). */
  rotateKey(key: KeySpec): void;
  /** From now on the key gets this instead of service; undefined: it is good again. */
  refuseKey(refusal: KeyRefusal | undefined): void;
  /** In words: every fill of an order sent over the wire since `watch()` that opened, enlarged or flipped a position. */
  readonly violations: readonly string[];
  watch(): void;
}

export function createVenue(options: VenueOptions): Venue {
  const world = createWorld(options);
  const settle = (): number => {
    const nowMs = world.clock.nowMs();
    world.schedule.settle(nowMs);
    return nowMs;
  };
  const venue: Venue = {
    addSymbol: spec => {
      world.symbols.put(spec);
    },
    changeSymbol: (symbol, changes) => world.symbols.put({ ...symbolOf(world, symbol).spec, ...changes }, true),
    addManySymbols: count => {
      for (const spec of loadSymbols(count)) venue.addSymbol(spec);
    },
    addAccount: spec => {
      const state = accountState(spec, world.accounts.length + 1, world.clock.nowMs());
      world.accounts.push(state);
      return accountFace(world, state, settle);
    },
    setMark: (symbol, price) => setMark(world, symbol, new Big(price), settle()),
    moveMarks: steps => {
      settle();
      walk(world, steps);
    },
    setStatus: (symbol, status) => {
      symbolOf(world, symbol);
      world.symbols.setStatus(symbol, status);
    },
    setBook: (symbol, book) => {
      symbolOf(world, symbol).book = bookOf(book);
    },
    setLatency: latency => {
      world.latency = latency;
    },
    setListLag: lag => {
      world.listLag = { ...world.listLag, ...lag };
    },
    setEngineQueue: queue => {
      world.engineQueue = queue;
    },
    journal: world.journal,
    tally: (since = 0) => tallyOf(world.journal.filter(({ seq }) => seq >= since)),
    faults: world.faults,
    respond: request => respond(world, request),
  };
  return venue;
}

const SYMBOL_COUNT = 700;

/** Made once: the same objects in every venue, so that their part of exchangeInfo is written once. */
const LISTED = listedSymbols(SYMBOL_COUNT);

const othersOf = (count: number): readonly SymbolSpec[] => {
  const others = Math.max(0, count - DEFAULT_SYMBOLS.length);
  return others <= LISTED.length ? LISTED.slice(0, others) : listedSymbols(others);
};

function createWorld(options: VenueOptions): World {
  return {
    clock: options.clock,
    clockSkewMs: options.clockSkewMs ?? 0,
    listLag: { positionsMs: options.positionLagMs ?? 0, ordersMs: 0, conditionalsMs: 0 },
    omitAveragePrice: options.omitAveragePrice ?? true,
    rules: { ...LIKELY, ...options.unconfirmed },
    limits: { ...LIMITS, ...options.limits },
    random: createRandom(options.seed ?? 1),
    schedule: createSchedule(),
    symbols: createSymbolTable(DEFAULT_SYMBOLS, othersOf(options.symbolCount ?? SYMBOL_COUNT)),
    accounts: [],
    ips: new Map(),
    faults: createFaultScript(options.clock),
    journal: [],
    latency: { rttMs: 0 },
    engineQueue: { waitMs: 0 },
    lastOrderId: BigInt(options.firstOrderId ?? '8886774000') - 1n,
    lastAlgoId: 2_146_760n,
    lastTwapId: 14_516n,
    lastTradeId: 698_759,
  };
}

function accountFace(world: World, state: AccountState, settle: () => number): Account {
  return {
    name: state.name,
    open: (symbol, signedAmount, options = {}) =>
      open(world, state, symbol, signedAmount, { ...options, atMs: settle() }),
    rest: order => rest(world, state, order),
    arm: conditional => arm(world, state, conditional),
    startTwap: spec => startTwap(world, state, spec, settle()).algoId,
    workingTwaps: () => {
      settle();
      return state.twaps.filter(({ status }) => status === 'WORKING').map(({ algoId }) => algoId);
    },
    closeByOthers: (symbol, options = {}) => closeByOthers(world, state, symbol, options, settle()),
    moves: state.moves,
    positionsAt: atMs => {
      settle();
      return positionsAt(state.moves, atMs);
    },
    truth: () => {
      settle();
      return truthOf(state);
    },
    rotateKey: key => rotateKey(state, key),
    refuseKey: refusal => {
      state.keyRefusal = refusal;
    },
    violations: state.violations,
    watch: () => {
      state.watching = true;
    },
  };
}
