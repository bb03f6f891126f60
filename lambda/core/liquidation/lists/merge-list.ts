/**
 * Every answer to a list is merged when it comes, however late; an older one never overwrites a newer one. Only what is
 * in scope is kept. Readable rows are acted on; an unreadable one hides its own symbol and forbids the proof.
 */

import type { ConditionalOrder, OpenOrder, Position, Rows, Scope, StrategyOrder } from '../../exchange/model.ts';
import { canOpen, reducesOnly } from '../cancel/can-open.ts';
import { afterNewList, withoutObstacles } from '../cancel/cancel-progress.ts';
import { vanished } from '../cancel/entries.ts';
import { afterCarriedOrders } from '../carry/carried-orders.ts';
import { afterRead } from '../close/close-read.ts';
import { withoutDust } from '../close/dust.ts';
import type { EngineState } from '../state.ts';
import type { CloseTarget, SymbolWork } from '../symbols/symbol-work.ts';
import { isAboutOrders, newSymbol, newTarget, withSymbol } from '../symbols/symbols.ts';
import { inScope } from './leftover.ts';
import { withPageMissing } from './list-failed.ts';
import { isHidden, type ListName, type ListRequestKind, type ListView, listNameOf, olderAfter } from './list-view.ts';
import { afterWholeRead } from './proof.ts';
import { staysAfter } from './stays.ts';

type Listed = Rows<Position | OpenOrder | ConditionalOrder | StrategyOrder>;

export interface Arrival {
  readonly sentAtMs: number;
  readonly atMs: number;
  /** One page of several; the answer itself is still awaited. */
  readonly inPart?: boolean;
  /** Of positions, from the endpoint of the version before. */
  readonly older?: boolean;
}

export function afterList(
  state: EngineState,
  kind: ListRequestKind,
  answer: Listed,
  { sentAtMs, atMs, inPart = false, older: isOlderEndpoint = false }: Arrival,
): EngineState {
  const name = listNameOf(kind);
  const before = state.lists[name];
  const { latest: known } = before;
  // The rest of what a page showed is as new as the page.
  const isOlder = known && (known.inPart && !inPart ? known.sentAtMs > sentAtMs : known.sentAtMs >= sentAtMs);
  if (isOlder) return inPart ? state : afterOlderList(state, name, answer, atMs);
  const { job } = state;
  const { scope } = job;
  const latest = {
    rows: answer.rows.filter(row => inScope(scope, row.symbol)),
    unread: answer.unread.filter(({ symbol }) => symbol === undefined || inScope(scope, symbol)),
    ...(answer.shown === undefined ? {} : { shown: answer.shown }),
    inPart,
    elsewhere: scope.symbols === undefined ? [] : symbolsOutside(answer, scope),
    sentAtMs,
    answeredAtMs: atMs,
  };
  const mayBeOlder = name === 'positions' && !inPart;
  const older = mayBeOlder ? olderAfter(before.older, isOlderEndpoint, latest.unread.length) : before.older;
  // What the newer endpoint hides is asked of the older one at once.
  const isHiding = older === 'asked' && older !== before.older;
  const wanted = isHiding ? { wantedSinceMs: atMs, hidden: latest.unread } : {};
  const read = { ...before, latest, older, ...wanted, ...NO_FAILURE };
  const list = answer.missing === undefined ? read : withPageMissing(job, before, read, answer.missing, latest);
  const merged: EngineState = { ...state, lists: { ...state.lists, [name]: list } };
  return afterWholeRead(MERGES[name](merged, latest as never, state));
}

const NO_FAILURE = { failures: 0, failure: undefined, notBeforeMs: 0, exhausted: false } as const;

const symbolsOutside = ({ rows }: Listed, scope: Scope): readonly string[] => [
  ...new Set(rows.flatMap(({ symbol }) => (inScope(scope, symbol) ? [] : [symbol]))),
];

/** It came late, and a newer one is known: what only it shows has vanished between the two. */
function afterOlderList(state: EngineState, name: ListName, { rows }: Listed, atMs: number): EngineState {
  if (name !== 'orders' && name !== 'conditionals') return state;
  const { scope } = state.job;
  const there = new Set(
    name === 'orders'
      ? state.lists.orders.latest?.rows.map(row => row.orderId)
      : state.lists.conditionals.latest?.rows.map(row => row.algoId),
  );
  const opening = rows.flatMap(row => {
    if (!inScope(scope, row.symbol)) return [];
    if ('orderId' in row) return canOpen(row) ? [{ symbol: row.symbol, id: row.orderId }] : [];
    return 'algoId' in row && 'side' in row && !reducesOnly(row) ? [{ symbol: row.symbol, id: row.algoId }] : [];
  });
  return vanished(state, name === 'orders' ? 'order' : 'conditional', opening, there, atMs);
}

/** `before` is the state with the list that is replaced. */
type Merge<Row> = (state: EngineState, list: ListView<Row>, before: EngineState) => EngineState;

const mergePositions: Merge<Position> = (state, list) => {
  const rowsOf = Map.groupBy(list.rows, ({ symbol }) => symbol);
  const changed = new Map<string, SymbolWork>();
  let moved = false;
  for (const symbol of new Set([...state.symbols.keys(), ...rowsOf.keys()])) {
    const own = state.symbols.get(symbol) ?? newSymbol(symbol);
    const rows = rowsOf.get(symbol) ?? [];
    if (rows.length === 0 && (own.targets.length === 0 || isHidden(list, symbol))) continue;
    const next = withPositions(state, own, rows, list);
    moved ||= next.targets.some((target, at) => target.row?.amount !== own.targets[at]?.row?.amount);
    changed.set(symbol, next);
  }
  const stays = staysAfter(state.stays, list);
  return {
    ...state,
    symbols: state.symbols.withAll(changed),
    stays,
    movedAtMs: moved ? list.answeredAtMs : state.movedAtMs,
  };
};

function withPositions(
  state: EngineState,
  own: SymbolWork,
  rows: readonly Position[],
  list: ListView<Position>,
): SymbolWork {
  const sides = new Set([...own.targets.map(one => one.side), ...rows.map(row => row.positionSide)]);
  const targets = [...sides].map(side => {
    const row = rows.find(one => one.positionSide === side);
    const target = own.targets.find(one => one.side === side) ?? newTarget(own.symbol, side, undefined);
    return withoutDust(state, afterRead(state, target, row, list.sentAtMs, list.answeredAtMs));
  });
  const rank = rows.reduce((sum, row) => sum + Math.abs(Number(row.notional)), 0);
  const next = { ...own, targets, rank, held: own.held || rows.length > 0 };
  return targets.some(target => isBlocked(own, target))
    ? { ...next, cancelOrders: { ...own.cancelOrders, forgotten: true } }
    : next;
}

/** Orders stand in the way of a close that was just looked after, whether or not a list shows them. */
function isBlocked(own: SymbolWork, target: CloseTarget): boolean {
  const before = own.targets.find(one => one.side === target.side)?.stage.kind;
  return before === 'to-verify' && target.stage.kind === 'waiting' && isAboutOrders(target);
}

const mergeOrders: Merge<OpenOrder> = (state, list, before) => {
  const older = before.lists.orders.latest?.rows ?? [];
  const there = new Set(list.rows.map(row => row.orderId));
  const gone = older.filter(canOpen).map(({ symbol, orderId }) => ({ symbol, id: orderId }));
  const counted = countCancelled(state, older, row => there.has(row.orderId), list.sentAtMs, 'cancelOrders');
  const shown = withRows(counted, list, 'orders', 'cancelOrders', row => row.orderId);
  const freed = older.filter(row => !there.has(row.orderId)).map(row => row.symbol);
  const merged = withUnread(withoutObstacles(shown, freed, list.answeredAtMs), list, 'cancelOrders');
  const explained = vanished(merged, 'order', gone, there, list.answeredAtMs);
  return afterCarriedOrders(explained, 'order', list.answeredAtMs);
};

const mergeConditionals: Merge<ConditionalOrder> = (state, list, before) => {
  const older = before.lists.conditionals.latest?.rows ?? [];
  const there = new Set(list.rows.map(row => row.algoId));
  const gone = older.filter(row => !reducesOnly(row)).map(({ symbol, algoId }) => ({ symbol, id: algoId }));
  const counted = countCancelled(state, older, row => there.has(row.algoId), list.sentAtMs, 'cancelConditionals');
  const shown = withRows(counted, list, 'conditionals', 'cancelConditionals', row => row.algoId);
  const merged = withUnread(shown, list, 'cancelConditionals');
  const explained = vanished(merged, 'conditional', gone, there, list.answeredAtMs);
  return afterCarriedOrders(explained, 'conditional', list.answeredAtMs);
};

/** TWAP and VP orders that are still there are cancelled once more. */
const mergeStrategies: Merge<StrategyOrder> = (state, list) => {
  const ids = list.rows.map(row => row.algoId);
  return { ...state, strategies: afterNewList(state, state.strategies, ids, list.sentAtMs, list.answeredAtMs) };
};

const MERGES = {
  positions: mergePositions,
  orders: mergeOrders,
  conditionals: mergeConditionals,
  strategies: mergeStrategies,
} as const;

function withRows<K extends 'orders' | 'conditionals'>(
  state: EngineState,
  list: ListView<SymbolWork[K][number]>,
  name: K,
  work: 'cancelOrders' | 'cancelConditionals',
  idOf: (row: SymbolWork[K][number]) => string,
): EngineState {
  const rowsOf = Map.groupBy(list.rows, ({ symbol }) => symbol);
  const changed = new Map<string, SymbolWork>();
  for (const symbol of new Set([...state.symbols.keys(), ...rowsOf.keys()])) {
    const own = state.symbols.get(symbol) ?? newSymbol(symbol);
    const rows = rowsOf.get(symbol) ?? [];
    if (rows.length === 0 && own[name].length === 0) continue;
    const cancels = afterNewList(state, own[work], rows.map(idOf), list.sentAtMs, list.answeredAtMs);
    changed.set(symbol, { ...own, [name]: rows, [work]: cancels });
  }
  return { ...state, symbols: state.symbols.withAll(changed) };
}

/** An order that cannot be read is cancelled with its symbol, once: what it is does not matter for that. */
function withUnread(
  state: EngineState,
  { unread }: ListView<unknown>,
  work: 'cancelOrders' | 'cancelConditionals',
): EngineState {
  const symbols = new Set(unread.flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol])));
  return [...symbols].reduce(
    (next, symbol) =>
      withSymbol(next, symbol, own =>
        own[work].doneAtMs === undefined ? { ...own, [work]: { ...own[work], forgotten: true } } : own,
      ),
    state,
  );
}

/** Rows of the older list that are gone after a cancel of their symbol was sent. Those that filled are taken off later. */
function countCancelled<Row extends { readonly symbol: string }>(
  state: EngineState,
  before: readonly Row[],
  isThere: (row: Row) => boolean,
  sentAtMs: number,
  work: 'cancelOrders' | 'cancelConditionals',
): EngineState {
  const wasSent = (symbol: string): boolean => {
    const cancels = state.symbols.get(symbol)?.[work];
    return cancels?.doneAtMs !== undefined || (cancels?.startedAtMs ?? sentAtMs) < sentAtMs;
  };
  const gone = before.filter(row => !isThere(row) && wasSent(row.symbol));
  if (gone.length === 0) return state;
  return { ...state, counts: { ...state.counts, ordersCancelled: state.counts.ordersCancelled + gone.length } };
}
