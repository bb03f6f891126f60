/** The initial state of an exchange: its options, and their defaults. */

import type { SimulatorClock } from './clock.ts';
import { createFaultScript } from './rules/fault-script.ts';
import { LIMITS, type Limits } from './rules/limits.ts';
import { createSchedule } from './rules/schedule.ts';
import { LIKELY, type UnconfirmedRules } from './rules/unconfirmed.ts';
import { createRandom } from './seeded-random.ts';
import { COIN_SYMBOLS, DEFAULT_SYMBOLS } from './symbols/default-symbols.ts';
import { listedSymbols } from './symbols/listed-symbols.ts';
import { createSymbolTable } from './symbols/symbol-table.ts';
import type { SymbolSpec } from './symbols/symbols.ts';
import type { World } from './world.ts';

export interface ExchangeOptions {
  readonly clock: SimulatorClock;
  /** Default 1. */
  readonly seed?: number;
  /** What Binance's documents leave open; see unconfirmed.ts for the defaults. */
  readonly unconfirmed?: Partial<UnconfirmedRules>;
  readonly limits?: Partial<Limits>;
  /** How long REST does not show a fill in the positions. Default 0. */
  readonly positionLagMs?: number;
  /** The exchange's clock minus `clock`. Default 0. */
  readonly clockSkewMs?: number;
  /** Default true: placement and cancel replies without avgPrice and cumQuote, as since the CM-UM integration of 2026-06-30. */
  readonly omitAveragePrice?: boolean;
  /** How many symbols exchangeInfo lists; default 700, as many as make it as large as the real one. At least 13. */
  readonly symbolCount?: number;
  /** Where order ids begin; beyond 2^53 they no longer fit a JavaScript number. */
  readonly firstOrderId?: string;
}

const SYMBOL_COUNT = 700;

/** Made once: the same objects in every exchange, so that their part of exchangeInfo is written once. */
const LISTED = listedSymbols(SYMBOL_COUNT);

const othersOf = (count: number): readonly SymbolSpec[] => {
  const others = Math.max(0, count - DEFAULT_SYMBOLS.length);
  return others <= LISTED.length ? LISTED.slice(0, others) : listedSymbols(others);
};

export function createWorld(options: ExchangeOptions): World {
  return {
    clock: options.clock,
    clockSkewMs: options.clockSkewMs ?? 0,
    listLag: { positionsMs: options.positionLagMs ?? 0, ordersMs: 0, conditionalsMs: 0 },
    omitAveragePrice: options.omitAveragePrice ?? true,
    rules: { ...LIKELY, ...options.unconfirmed },
    limits: { ...LIMITS, ...options.limits },
    random: createRandom(options.seed ?? 1),
    schedule: createSchedule(),
    symbols: createSymbolTable(DEFAULT_SYMBOLS, othersOf(options.symbolCount ?? SYMBOL_COUNT), COIN_SYMBOLS),
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
