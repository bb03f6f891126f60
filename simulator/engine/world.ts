/**
 * The whole state of the exchange: the first argument of its rules. It has two times: `clock` is the tests' clock,
 * `exchangeTimeMs` the exchange's own, which differs by a fixed skew.
 */

import type { AccountState, Host } from './accounts/account.ts';
import type { SimulatorClock } from './clock.ts';
import type { JournalEntry } from './journal.ts';
import type { FaultScript } from './rules/fault-script.ts';
import type { IpCounter, Limits } from './rules/limits.ts';
import { createIpCounter } from './rules/limits.ts';
import { refusalOf } from './rules/refusal.ts';
import type { Schedule } from './rules/schedule.ts';
import type { UnconfirmedRules } from './rules/unconfirmed.ts';
import type { SymbolTable } from './symbols/symbol-table.ts';
import type { MarketCode, SymbolState } from './symbols/symbols.ts';

export interface Latency {
  readonly rttMs: number;
  readonly jitterMs?: number;
  /** Round trip by path, instead of `rttMs`. */
  readonly byPath?: Readonly<Record<string, number>>;
}

/** How far each list is behind the real state. */
export interface ListLag {
  /** From a fill to the row of its position; what a scenario opens shows at once. */
  readonly positionsMs: number;
  /** From a change of an order to its row: what a client placed shows later, what has ended is still shown. */
  readonly ordersMs: number;
  readonly conditionalsMs: number;
}

/** How long orders and cancels wait in the matching engine; conditional orders too, where the switch says so. */
export interface EngineQueue {
  readonly waitMs: number;
  /** Instead of `waitMs`. */
  readonly bySymbol?: Readonly<Record<string, number>>;
}

export interface World {
  readonly clock: SimulatorClock;
  readonly clockSkewMs: number;
  listLag: ListLag;
  readonly omitAveragePrice: boolean;
  readonly rules: UnconfirmedRules;
  readonly limits: Limits;
  readonly random: () => number;
  readonly schedule: Schedule;
  readonly symbols: SymbolTable;
  readonly accounts: AccountState[];
  readonly ips: Map<string, IpCounter>;
  readonly faults: FaultScript;
  readonly journal: JournalEntry[];
  latency: Latency;
  engineQueue: EngineQueue;
  /** Ids grow; kept as digits because they may exceed 2^53. */
  lastOrderId: bigint;
  lastAlgoId: bigint;
  lastTwapId: bigint;
  lastTradeId: number;
}

/** The exchange's clock, whole milliseconds, as it appears on the wire. */
export const exchangeTimeMs = (world: World): number => toExchangeTime(world, world.clock.nowMs());

export const toExchangeTime = (world: World, atMs: number): number => Math.floor(atMs + world.clockSkewMs);

/** Whether a symbol is of that market. An unknown one is of none. */
export const isOf = (world: World, market: MarketCode, symbol: string): boolean =>
  world.symbols.get(symbol)?.market === market;

/** The symbol, or -1121. */
export function symbolOf(world: World, symbol: string): SymbolState {
  const known = world.symbols.get(symbol);
  if (known === undefined) throw refusalOf(-1121);
  return known;
}

function mostOf(limits: Limits, host: Host): number {
  if (host === 'futures') return limits.weightPerMinute;
  return host === 'portfolio' ? limits.portfolioWeightPerMinute : limits.walletWeightPerMinute;
}

/** The counter of an address. Each host has its own; accounts of one address share both. */
export function ipCounterOf({ ips, limits }: World, ip: string, host: Host): IpCounter {
  const key = `${host} ${ip}`;
  const most = mostOf(limits, host);
  const known = ips.get(key) ?? createIpCounter(ip, most);
  ips.set(key, known);
  return known;
}
