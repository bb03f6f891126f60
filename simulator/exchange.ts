/**
 * A simulated Binance futures exchange: accounts, orders, books and the exchange's rules. Clients use its wire protocol
 * (`respond`, or wire/server.ts for HTTP). Tests also set up symbols, accounts, mark prices and scripted faults, and read
 * the journal of all requests and the real state of each account.
 *
 * Promises: no wall clock, no timers, no randomness but the seed. A later event happens when the exchange is next used, at
 * the instant at which it was due.
 */

import Big from 'big.js';
import { type AccountSpec, accountState, type Host, SHARED_IP } from './engine/accounts/account.ts';
import { type Account, accountFace } from './engine/accounts/account-handle.ts';
import { createWorld, type ExchangeOptions } from './engine/create-world.ts';
import { type JournalEntry, type Tally, tallyOf } from './engine/journal.ts';
import type { Faults } from './engine/rules/fault-script.ts';
import { addTo } from './engine/rules/rate-window.ts';
import { type BookSpec, bookOf } from './engine/symbols/book.ts';
import { loadSymbols } from './engine/symbols/default-symbols.ts';
import { type RandomWalk, setMark, walk } from './engine/symbols/marks.ts';
import type { SymbolSpec, SymbolStatus } from './engine/symbols/symbols.ts';
import { type EngineQueue, exchangeTimeMs, ipCounterOf, type Latency, type ListLag, symbolOf } from './engine/world.ts';
import { respond } from './wire/respond.ts';
import { listen, type UserEvent } from './wire/user-events.ts';
import type { WireReply, WireRequest } from './wire/wire.ts';

export type { Account } from './engine/accounts/account-handle.ts';
export type { ExchangeOptions } from './engine/create-world.ts';
export type { JournalEntry } from './engine/journal.ts';
export type { Fault } from './engine/rules/fault.ts';
export type { FaultRule } from './engine/rules/fault-script.ts';

export interface SimulatedExchange {
  /** Adds or replaces. About a dozen realistic ones are there from the start, besides those that fill the list. */
  addSymbol(spec: SymbolSpec): void;
  /** Other rules for a known symbol; its mark price, book and status stay. */
  changeSymbol(symbol: string, changes: Partial<SymbolSpec>): void;
  /** SYM001USDT, SYM002USDT … */
  addManySymbols(count: number): void;
  addAccount(spec: AccountSpec): Account;
  /** Resting orders fill and conditional orders trigger at the new price. */
  setMark(symbol: string, price: string): void;
  moveMarks(walk: RandomWalk): void;
  setStatus(symbol: string, status: SymbolStatus): void;
  /** The levels of the book: distance from the mark price, and quantity. */
  setBook(symbol: string, book: BookSpec): void;
  setLatency(latency: Latency): void;
  /** How far each list is behind; an omitted one stays as it is. */
  setListLag(lag: Partial<ListLag>): void;
  /** An order or cancel that waits in it beyond its recvWindow is -5028, and not executed. Reads do not wait. */
  setEngineQueue(queue: EngineQueue): void;
  /** Calls `happen` after this time: to set a mark, open a position, close by others. */
  after(afterMs: number, happen: () => void): void;
  /** Others use this much weight of an address now. Default: the shared address, at fapi. */
  spendWeight(weight: number, at?: { readonly ip?: string; readonly host?: Host }): void;
  readonly journal: readonly JournalEntry[];
  /** Sums of the journal, from the entry `since` on (its `seq`); default: all. */
  tally(since?: number): Tally;
  readonly faults: Faults;
  /** The wire without sockets. Rejects only when a scripted fault contradicts the account: the scenario is wrong. */
  respond(request: WireRequest): Promise<WireReply>;
  /** A user data stream without sockets (user-stream.ts). */
  listen(listenKey: string, onEvent: (event: UserEvent) => void): (() => void) | undefined;
}

export function createExchange(options: ExchangeOptions): SimulatedExchange {
  const world = createWorld(options);
  // A call from within an event happens at the instant of that event.
  const settle = (): number => {
    const nowMs = world.schedule.happeningAtMs() ?? world.clock.nowMs();
    world.schedule.settle(nowMs);
    return nowMs;
  };
  const exchange: SimulatedExchange = {
    addSymbol: spec => world.symbols.put(spec),
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
    listen: (listenKey, onEvent) => {
      settle();
      return listen(world, listenKey, onEvent);
    },
  };
  return exchange;
}
