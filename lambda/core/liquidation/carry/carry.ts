/**
 * What an attempt leaves to the next one: counts, positions that were not seen gone with the orders sent for them, and what
 * refusals taught. It is stored in the run's record, and in the event of the hand-over in case the record cannot be read.
 */

import * as z from 'zod/mini';
import { MARKET_NAMES, type MarketName } from '../../exchange/market.ts';
import { fieldsOf, isObject, jsonIn } from '../../text/fields.ts';
import { WIDEST_WINDOW_MS } from '../account-faults.ts';
import { idOf, opens } from '../cancel/can-open.ts';
import { vanished } from '../cancel/entries.ts';
import type { GoneOrder } from '../cancel/gone-order.ts';
import { learntToCarry } from '../close/learnt.ts';
import { isSamePosition, staysAfter } from '../lists/stays.ts';
import type { EngineState } from '../state.ts';
import type { SymbolWork } from '../symbols/symbol-work.ts';
import { newSymbol, newTarget } from '../symbols/symbols.ts';
import type { Carried, CarriedLimit, CarriedOrder } from './carried.ts';

export const learnedLimitsOf = (state: EngineState): readonly CarriedLimit[] =>
  [...state.symbols.values()].flatMap(({ symbol, targets }) =>
    targets.flatMap(({ side, learnt: all }) => {
      const learnt = learntToCarry(all);
      return learnt === undefined ? [] : [{ symbol, side, learnt }];
    }),
  );

/**
 * Joins what earlier attempts left. A position of theirs that the read does not show is gone since; one that it shows keeps
 * its own first read and its orders.
 */
export function withCarried(state: EngineState, carried: Carried, atMs: number): EngineState {
  let { symbols } = state;
  const change = (symbol: string, to: (own: SymbolWork) => SymbolWork): void => {
    symbols = symbols.with(symbol, to(symbols.get(symbol) ?? newSymbol(symbol)));
  };
  for (const { first } of carried.stays) change(first.symbol, own => ({ ...own, held: true }));
  for (const { symbol, side, learnt } of carried.learnt) {
    change(symbol, own => {
      const target = own.targets.find(one => one.side === side);
      const others = own.targets.filter(one => one !== target);
      return { ...own, targets: [...others, { ...(target ?? newTarget(symbol, side, undefined)), learnt }] };
    });
  }
  const { latest } = state.lists.positions;
  const older = carried.stays.filter(({ first }) => !state.stays.some(stay => isSamePosition(stay.first, first)));
  const continued = state.stays.map(stay => {
    const before = carried.stays.find(({ first }) => isSamePosition(first, stay.first));
    if (before === undefined) return stay;
    const { first, firstSeenAtMs } = before;
    return { ...stay, first, firstSeenAtMs, orders: [...before.orders, ...stay.orders] };
  });
  const all = [...continued, ...older];
  const stays = latest ? staysAfter(all, latest) : all;
  const { recvWindowMs } = state.faults;
  const faults = { ...state.faults, recvWindowMs: Math.max(recvWindowMs, carried.recvWindowMs ?? 0) };
  const joined: EngineState = { ...state, carried, faults, symbols, stays };
  return afterCarriedOrders(afterCarriedOrders(joined, 'order', atMs), 'conditional', atMs);
}

export type CarriedByMarket = Readonly<Partial<Record<MarketName, Carried>>>;

/** USDⓈ-M alone is written without a market, as older versions did. */
export function writeCarriedMarkets(carried: CarriedByMarket): string {
  const { usdm, coinm } = carried;
  if (coinm === undefined) return usdm === undefined ? '' : JSON.stringify(usdm);
  return JSON.stringify({ markets: carried });
}

/** Undefined for a text that we did not write: then the attempt begins with nothing. Never throws. */
export function readCarriedMarkets(text = ''): CarriedByMarket | undefined {
  const written = jsonIn(text);
  const { markets } = fieldsOf(written);
  if (!isObject(markets)) {
    const usdm = readCarried(written);
    return usdm && { usdm };
  }
  const read = MARKET_NAMES.map(name => [name, readCarried(markets[name])] as const);
  return Object.fromEntries(read.filter(([, carried]) => carried !== undefined));
}

function readCarried(written: unknown): Carried | undefined {
  const read = carriedShape.safeParse(written);
  return read.success ? ({ ...read.data, seen: read.data.seen ?? [] } as Carried) : undefined;
}

const decimal = z.string().check(z.regex(/^-?\d{1,40}(?:\.\d{1,40})?$/));
const count = z.int().check(z.nonnegative());
const byAsset = z.record(z.string(), decimal);
const side = z.enum(['BOTH', 'LONG', 'SHORT']);

const position = z.object({
  symbol: z.string(),
  positionSide: side,
  amount: decimal,
  entryPrice: decimal,
  markPrice: decimal,
  notional: decimal,
  unrealizedPnl: decimal,
  marginAsset: z.string(),
  updatedAtMs: z.number(),
});

const receipt = z.object({
  orderId: z.optional(z.string()),
  status: z.optional(z.string()),
  executedQuantity: z.optional(decimal),
  averagePrice: z.optional(decimal),
  updatedAtMs: z.number(),
});

const stay = z.object({
  first: position,
  last: position,
  firstSeenAtMs: z.number(),
  orders: z.array(
    z.object({ order: z.object({ clientOrderId: z.string(), quantity: decimal }), receipt: z.optional(receipt) }),
  ),
  goneAtMs: z.optional(z.undefined()),
});

const digits = z.int().check(z.nonnegative(), z.maximum(30));

const learntShape = z.object({
  refusedQuantity: z.optional(decimal),
  takenQuantity: z.optional(decimal),
  digitsTaken: z.optional(z.literal(true)),
  digits: z.optional(digits),
  useLimit: z.optional(z.boolean()),
  emptyBooks: z.optional(count),
  nearer: z.optional(count),
  coarser: z.optional(count),
  unproven: z.optional(z.object({ refusedQuantity: z.optional(decimal), digits: z.optional(digits) })),
  atMs: z.optional(z.number()),
});

const order = z.object({
  ...{ symbol: z.string(), id: z.string(), kind: z.enum(['order', 'conditional']) },
  ...{ opens: z.boolean(), cancelled: z.boolean() },
});

const carriedShape = z.object({
  ...{ closed: count, ordersCancelled: count, realizedPnl: byAsset, commissions: byAsset, isEstimate: z.boolean() },
  stays: z.array(stay),
  orders: z.array(order),
  learnt: z.array(z.object({ symbol: z.string(), side, learnt: learntShape })),
  recvWindowMs: z.optional(z.number().check(z.positive(), z.maximum(WIDEST_WINDOW_MS))),
  // Absent in records of older versions.
  seen: z.optional(z.array(z.string())),
});

/** More are neither counted nor queried: the record that carries them has a size limit. */
const MOST_ORDERS = 300;

/** Orders that the attempt saw and did not see gone. */
export function ordersLeftBy(state: EngineState): readonly CarriedOrder[] {
  const { orders, conditionals } = state.lists;
  const rows = [...(orders.latest?.rows ?? []), ...(conditionals.latest?.rows ?? [])];
  const listed = rows.map((row): CarriedOrder => {
    const { symbol } = row;
    const id = idOf(row);
    const kind = 'orderId' in row ? 'order' : 'conditional';
    const work = state.symbols.get(symbol)?.[kind === 'order' ? 'cancelOrders' : 'cancelConditionals'];
    return { symbol, id, kind, opens: opens(row), cancelled: work?.accepted.has(id) ?? false };
  });
  // Those that vanished were counted then.
  const unexplained = [...state.entries.values()]
    .filter(({ outcome }) => outcome === 'unknown')
    .map(({ symbol, id, kind }): CarriedOrder => ({ symbol, id, kind, opens: true, cancelled: false }));
  return [...unexplained, ...listed, ...state.carried.orders].slice(0, MOST_ORDERS);
}

/**
 * Once a list of this kind is there: carried orders that it no longer shows are counted if they were cancelled, and queried by
 * ID if they could open a position.
 */
export function afterCarriedOrders(state: EngineState, kind: GoneOrder['kind'], atMs: number): EngineState {
  const { carried, lists } = state;
  const own = carried.orders.filter(one => one.kind === kind);
  const { latest } = kind === 'order' ? lists.orders : lists.conditionals;
  if (latest === undefined || own.length === 0) return state;
  const there = new Set(latest.rows.map(idOf));
  const gone = own.filter(one => !there.has(one.id));
  const ordersCancelled = state.counts.ordersCancelled + gone.filter(one => one.cancelled).length;
  const settled: EngineState = {
    ...state,
    carried: { ...carried, orders: carried.orders.filter(one => one.kind !== kind) },
    counts: { ...state.counts, ordersCancelled },
  };
  const opening = gone.filter(one => one.opens);
  return vanished(settled, kind, opening, atMs);
}
