/**
 * A Binance USDⓈ-M futures exchange in a box: accounts, orders, books and the exchange's rules, spoken to over its wire
 * protocol only (`respond`, or wire/server.ts for real HTTP). Besides the wire there is the stage: symbols, accounts,
 * marks, scripted faults; and the jury: the journal of every request, the truth of every account.
 *
 * Promises: no wall clock, no timers of its own, no chance but the seed. What falls due later happens when the
 * exchange is next touched, at the instant it was due.
 */

import Big from 'big.js';
import { type AccountSpec, accountState, type Host, SHARED_IP } from './engine/accounts/account.ts';
import { type Account, accountFace } from './engine/accounts/account-face.ts';
import { createWorld, type ExchangeOptions } from './engine/create-world.ts';
import type { JournalEntry } from './engine/journal.ts';
import type { Faults } from './engine/rules/fault-script.ts';
import { addTo } from './engine/rules/rate-window.ts';
import { type BookSpec, bookOf } from './engine/symbols/book.ts';
import { loadSymbols } from './engine/symbols/default-symbols.ts';
import { type RandomWalk, setMark, walk } from './engine/symbols/marks.ts';
import type { SymbolSpec, SymbolStatus } from './engine/symbols/symbols.ts';
import { type Tally, tallyOf } from './engine/tally.ts';
import { type EngineQueue, exchangeTimeMs, ipCounterOf, type Latency, type ListLag, symbolOf } from './engine/world.ts';
import { respond } from './wire/respond.ts';
import type { WireReply, WireRequest } from './wire/wire.ts';

export type { Account } from './engine/accounts/account-face.ts';
export type { ExchangeOptions } from './engine/create-world.ts';
export type { JournalEntry } from './engine/journal.ts';
export type { Fault } from './engine/rules/fault.ts';
export type { FaultRule } from './engine/rules/fault-script.ts';

export interface SimulatedExchange {
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
  /** The stage does something `afterMs` from now: a mark, a position, others who close. */
  after(afterMs: number, happen: () => void): void;
  /** So much weight of an address is used by others, from this instant on. Default: the address of all, at fapi. */
  spendWeight(weight: number, at?: { readonly ip?: string; readonly host?: Host }): void;
  readonly journal: readonly JournalEntry[];
  /** What the journal adds up to, from `since` on (an entry's `seq`; default from the beginning). */
  tally(since?: number): Tally;
  readonly faults: Faults;
  /** The whole wire without sockets. Rejects only when a scripted fault contradicts the account: the scenario is wrong. */
  respond(request: WireRequest): Promise<WireReply>;
}

export function createExchange(options: ExchangeOptions): SimulatedExchange {
  const world = createWorld(options);
  // What the stage does at an instant that is being settled, it does at that instant.
  const settle = (): number => {
    const nowMs = world.schedule.happeningAtMs() ?? world.clock.nowMs();
    world.schedule.settle(nowMs);
    return nowMs;
  };
  const exchange: SimulatedExchange = {
    addSymbol: spec => {
      world.symbols.put(spec);
    },
    changeSymbol: (symbol, changes) => world.symbols.put({ ...symbolOf(world, symbol).spec, ...changes }, true),
    addManySymbols: count => {
      for (const spec of loadSymbols(count)) exchange.addSymbol(spec);
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
    after: (afterMs, happen) => world.schedule.at(settle() + afterMs, happen),
    spendWeight: (weight, { ip = SHARED_IP, host = 'futures' } = {}) => {
      addTo(ipCounterOf(world, ip, host).weight, weight, exchangeTimeMs(world));
    },
    journal: world.journal,
    tally: (since = 0) => tallyOf(world.journal.filter(({ seq }) => seq >= since)),
    faults: world.faults,
    respond: request => respond(world, request),
  };
  return exchange;
}
