/**
 * Every answer to a list is merged when it comes, unless a newer one is known. Only what is in scope is kept. An unreadable
 * row hides its own symbol and forbids the proof.
 */

import type { ConditionalOrder, OpenOrder, Position, Rows, Scope, TwapOrder } from '../../exchange/model.ts';
import { idOf, opens } from '../cancel/can-open.ts';
import { afterNewList, withoutObstacles } from '../cancel/cancel-progress.ts';
import { vanished } from '../cancel/entries.ts';
import type { GoneOrder } from '../cancel/gone-order.ts';
import { afterCarriedOrders } from '../carry/carry.ts';
import { afterRead, otherFormOrDust } from '../close/close-read.ts';
import type { EngineState } from '../state.ts';
import type { CloseTarget, SymbolWork } from '../symbols/symbol-work.ts';
import { isAboutOrders, newSymbol, newTarget, withSymbol } from '../symbols/symbols.ts';
import { withPageMissing } from './list-failed.ts';
import { isHidden, type ListName, type ListRequestKind, type ListView, listNameOf, olderAfter } from './list-view.ts';
import { inScope, withProof } from './proof.ts';
import { staysAfter } from './stays.ts';

type Listed = Rows<Position | OpenOrder | ConditionalOrder | TwapOrder>;

interface Arrival {
  readonly sentAtMs: number;
  readonly atMs: number;
  /** One page of several; the whole answer is still awaited. */
  readonly inPart?: boolean;
  /** Of positions, from the older version of the endpoint. */
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
  // The whole answer is as new as the page of it that came first.
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
  // Rows that the newer endpoint hides are read from the older one at once.
  const isHiding = older === 'asked' && older !== before.older;
  const wanted = isHiding ? { wantedSinceMs: atMs, hidden: latest.unread } : {};
  const read = { ...before, latest, older, ...wanted, ...NO_FAILURE };
  const list = answer.missing === undefined ? read : withPageMissing(job, before, read, answer.missing, latest);
  const merged: EngineState = { ...state, lists: { ...state.lists, [name]: list } };
  return withProof(MERGES[name](merged, latest as never, state));
}

const NO_FAILURE = { failures: 0, failure: undefined, notBeforeMs: 0, exhausted: false } as const;

const symbolsOutside = ({ rows }: Listed, scope: Scope): readonly string[] => [
  ...new Set(rows.flatMap(({ symbol }) => (inScope(scope, symbol) ? [] : [symbol]))),
];

/** It came late, and a newer one is known: what only the older one shows has vanished between the two. */
function afterOlderList(state: EngineState, name: ListName, { rows }: Listed, atMs: number): EngineState {
  if (name !== 'orders' && name !== 'conditionals') return state;
  const there = new Set(state.lists[name].latest?.rows.map(idOf));
  const gone = (rows as readonly (OpenOrder | ConditionalOrder)[]).filter(
    row => inScope(state.job.scope, row.symbol) && !there.has(idOf(row)),
  );
  return vanished(state, name === 'orders' ? 'order' : 'conditional', openingOf(gone), atMs);
}

const openingOf = (rows: readonly (OpenOrder | ConditionalOrder)[]) =>
  rows.filter(opens).map(row => ({ symbol: row.symbol, id: idOf(row) }));

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
    moved ||= next.targets.some((target, at) => target.position?.amount !== own.targets[at]?.position?.amount);
    changed.set(symbol, next);
  }
  return {
    ...state,
    symbols: state.symbols.withAll(changed),
    stays: staysAfter(state.stays, list),
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
    const position = rows.find(one => one.positionSide === side);
    const target = own.targets.find(one => one.side === side) ?? newTarget(own.symbol, side, undefined);
    return otherFormOrDust(state, afterRead(state, target, position, list.sentAtMs, list.answeredAtMs));
  });
  const notionalUsd = rows.reduce((sum, row) => sum + Math.abs(Number(row.notional)), 0);
  const next = { ...own, targets, notionalUsd, held: own.held || rows.length > 0 };
  return targets.some(target => isBlocked(own, target))
    ? { ...next, cancelOrders: { ...own.cancelOrders, forgotten: true } }
    : next;
}

/** A close was just verified, and orders block it, whether or not a list shows them. */
function isBlocked(own: SymbolWork, target: CloseTarget): boolean {
  const before = own.targets.find(one => one.side === target.side)?.stage.kind;
  return before === 'to-verify' && target.stage.kind === 'waiting' && isAboutOrders(target);
}

const mergeOrders =
  (kind: GoneOrder['kind']): Merge<OpenOrder | ConditionalOrder> =>
  (state, list, before) => {
    const name = kind === 'order' ? 'orders' : 'conditionals';
    const work = kind === 'order' ? 'cancelOrders' : 'cancelConditionals';
    const there = new Set(list.rows.map(idOf));
    const older: readonly (OpenOrder | ConditionalOrder)[] = before.lists[name].latest?.rows ?? [];
    const gone = older.filter(row => !there.has(idOf(row)));
    const symbols = gone.map(row => row.symbol);
    const shown = withRows(countCancelled(state, symbols, list.sentAtMs, work), list, name, work);
    const freed = kind === 'order' ? withoutObstacles(shown, symbols, list.answeredAtMs) : shown;
    const merged = vanished(withUnread(freed, list, work), kind, openingOf(gone), list.answeredAtMs);
    return afterCarriedOrders(merged, kind, list.answeredAtMs);
  };

/** TWAP and VP orders that are still there are cancelled once more. */
const mergeTwapOrders: Merge<TwapOrder> = (state, list) => {
  const ids = list.rows.map(row => row.algoId);
  return { ...state, twapOrders: afterNewList(state, state.twapOrders, ids, list.sentAtMs, list.answeredAtMs) };
};

const MERGES = {
  positions: mergePositions,
  orders: mergeOrders('order'),
  conditionals: mergeOrders('conditional'),
  twapOrders: mergeTwapOrders,
} as const;

type CancelKind = 'cancelOrders' | 'cancelConditionals';

function withRows(
  state: EngineState,
  list: ListView<OpenOrder | ConditionalOrder>,
  name: 'orders' | 'conditionals',
  work: CancelKind,
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

/** An order that cannot be read is cancelled with its symbol, once. */
function withUnread(state: EngineState, { unread }: ListView<unknown>, work: CancelKind): EngineState {
  let next = state;
  for (const { symbol } of unread) {
    if (symbol === undefined || next.symbols.get(symbol)?.[work].doneAtMs !== undefined) continue;
    next = withSymbol(next, symbol, own => ({ ...own, [work]: { ...own[work], forgotten: true } }));
  }
  return next;
}

/** `gone`: the symbol of each row that is gone. Those with a cancel count; those that filled are subtracted later. */
function countCancelled(state: EngineState, gone: readonly string[], sentAtMs: number, work: CancelKind): EngineState {
  const cancelled = gone.filter(symbol => {
    const cancels = state.symbols.get(symbol)?.[work];
    return cancels?.doneAtMs !== undefined || (cancels?.startedAtMs ?? sentAtMs) < sentAtMs;
  });
  if (cancelled.length === 0) return state;
  return { ...state, counts: { ...state.counts, ordersCancelled: state.counts.ordersCancelled + cancelled.length } };
}
