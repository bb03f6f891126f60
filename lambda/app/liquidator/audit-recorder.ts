/**
 * The audit records of the engine's steps: when each is made. audit-entries.ts has what it says. Records made before the audit
 * log is open are kept for it.
 *
 *   reads ──────── liquidation_positions_queried: what changed since the last one
 *   cancels ────── liquidation_orders_cancelled, one per symbol when they are over
 *   closes ─────── liquidation_position_closed once a read shows it gone, liquidation_position_close_failed per failed batch
 */

import type { Failure } from '../../core/exchange/failure.ts';
import { MARKETS, type Market } from '../../core/exchange/market.ts';
import type { Position } from '../../core/exchange/model.ts';
import { COSTS, type ExchangeRequest } from '../../core/exchange/request.ts';
import type { Profit } from '../../core/liquidation/answer/profit.ts';
import { readsList } from '../../core/liquidation/lists/list-view.ts';
import { leftover } from '../../core/liquidation/lists/proof.ts';
import { isSamePosition, type Stay } from '../../core/liquidation/lists/stays.ts';
import { PendingRequests } from '../../core/liquidation/pending.ts';
import type { EngineState } from '../../core/liquidation/state.ts';
import { targetOf } from '../../core/liquidation/symbols/symbols.ts';
import type { RequestTrace } from '../../ports.ts';
import type { AuditEntry, AuditLog } from '../audit-log.ts';
import { describeTrace } from '../exchange/exchange-session.ts';
import { cancelsEntry, closedEntry, failedBatchEntry, readEntry, unprovenEntry } from './audit-entries.ts';
import type { Recorder } from './run-engine.ts';

export interface AuditRecorder {
  readonly step: Recorder;
  /** Records are written to it from now on, first those made before. */
  openAuditLog(auditLog: AuditLog): void;
  /** Records what is left once the run is over and its fills are known. */
  end(state: EngineState, profitOf: (stay: Stay) => Profit | undefined): void;
  /** Complete reads recorded so far. */
  reads(): number;
  /** Whether the request is in a record; the final one has the others. */
  isRecorded(trace: RequestTrace): boolean;
}

/** For one market; records of another than USDⓈ-M name it. */
export function createAuditRecorder(market: Market = MARKETS.usdm): AuditRecorder {
  const kept: AuditEntry[] = [];
  let auditLog: AuditLog | undefined;
  let reads = 0;
  let shown = '';
  let readTraces: RequestTrace[] = [];
  let readFailure: Failure | undefined;
  const traces = new Map<string, RequestTrace[]>();
  const recorded = new Set<RequestTrace>();
  const described = (own: readonly RequestTrace[]): readonly Record<string, unknown>[] =>
    own.map(trace => {
      recorded.add(trace);
      return describeTrace(trace);
    });
  const closedRecorded = new Set<Stay['first']>();

  const record = (entry: AuditEntry): void => {
    const own = market === MARKETS.usdm ? entry : { ...entry, data: { ...entry.data, market: market.name } };
    if (auditLog) auditLog.record(own);
    else kept.push(own);
  };
  const tracesOf = (key: string): readonly RequestTrace[] => {
    const own = traces.get(key) ?? [];
    traces.delete(key);
    return own;
  };

  return {
    reads: () => reads,
    isRecorded: trace => recorded.has(trace),
    openAuditLog(opened) {
      auditLog = opened;
      for (const event of kept.splice(0)) opened.record(event);
    },
    step(before, event, after, trace) {
      if (event.kind === 'answered-in-part') recordGone(before, after);
      if (event.kind !== 'answered') return;
      const call = before.pending.get(event.id);
      if (call === undefined || trace === undefined) return;
      const { request } = call;
      if (isListRead(request)) {
        readTraces.push(trace);
        if (!event.answer.ok) readFailure = event.answer.failure;
        recordRead(after, false);
        recordGone(before, after);
      } else if (request.kind === 'close') {
        const key = closeKey(request.order);
        traces.set(key, [...(traces.get(key) ?? []), trace]);
        recordFailedBatch(before, after, request, event.answer);
      } else if (COSTS[request.kind].operation === 'cancel' && 'symbol' in request) {
        const key = cancelKey(request.symbol);
        traces.set(key, [...(traces.get(key) ?? []), trace]);
        // An order that is gone already counts as cancelled.
        const isDone = event.answer.ok || event.answer.failure.reason === 'nothing-there';
        recordCancels(before, after, request.symbol, isDone ? undefined : event.answer.failure);
      }
    },
    end(state, profitOf) {
      recordRead(state, true);
      for (const stay of state.stays) {
        if (stay.goneAtMs === undefined) recordUnproven(state, stay);
        else recordClosed(stay, profitOf(stay));
      }
    },
  };

  /** A read is complete when no list of it is awaited. It is recorded if something changed. */
  function recordRead(state: EngineState, isLast: boolean): void {
    if (!isLast && state.pending.all().some(({ request }) => isListRead(request))) return;
    if (readTraces.length === 0) return;
    // Without the requests in flight: they do not change whether this read was complete.
    const left = leftover({ ...state, pending: PendingRequests.none });
    const { orders, conditionals } = state.lists;
    const now = [
      ...left.positions.map(row => `${row.symbol} ${row.positionSide} ${row.amount}`),
      ...[orders.latest?.rows.length, conditionals.latest?.rows.length, state.flatAtMs, state.provenAtMs],
    ].join();
    if (now === shown && readFailure === undefined && !isLast) return;
    shown = now;
    reads += 1;
    record(readEntry(state, left, reads, readFailure, described(readTraces)));
    readTraces = [];
    readFailure = undefined;
  }

  /** Positions that are gone are recorded now, the last ones at the end with their fills. */
  function recordGone(before: EngineState, after: EngineState): void {
    if (before.stays === after.stays || leftover(after).positions.length === 0) return;
    for (const stay of after.stays) if (stay.goneAtMs !== undefined) recordClosed(stay, undefined);
  }

  function recordClosed(stay: Stay, profit: Profit | undefined): void {
    if (closedRecorded.has(stay.first)) return;
    closedRecorded.add(stay.first);
    record(closedEntry(stay, profit, described(tracesOf(closeKey(stay.first)))));
  }

  function recordUnproven(state: EngineState, stay: Stay): void {
    const unrecorded = tracesOf(closeKey(stay.first));
    const inFlight = state.pending
      .all()
      .some(({ request }) => request.kind === 'close' && isSamePosition(request.order, stay.first));
    if (unrecorded.length > 0 || inFlight) record(unprovenEntry(stay, described(unrecorded)));
  }

  function recordFailedBatch(
    before: EngineState,
    after: EngineState,
    { order }: CloseRequest,
    answer: { readonly ok: boolean },
  ): void {
    const earlier = targetOf(before, order.symbol, order.positionSide);
    const target = targetOf(after, order.symbol, order.positionSide);
    const isOver = earlier?.stage.kind === 'in-flight' && target?.stage.kind !== 'in-flight';
    if (!isOver || target?.position === undefined || target.failure === undefined) return;
    const failed = !answer.ok || earlier.stage.soFar.failed || target.failure !== earlier.failure;
    if (!failed) return;
    const stay = after.stays.findLast(one => isSamePosition(one.first, order));
    const batch = stay?.orders.slice(-Math.max(1, earlier.stage.ids.length)) ?? [];
    record(failedBatchEntry(target.position, target.failure, batch, described(tracesOf(closeKey(order)))));
  }

  function recordCancels(before: EngineState, after: EngineState, symbol: string, failure: Failure | undefined): void {
    const earlier = before.symbols.get(symbol);
    const own = after.symbols.get(symbol);
    if (earlier === undefined || own === undefined) return;
    if (own.cancelOrders.stage.kind === 'in-flight' || own.cancelConditionals.stage.kind === 'in-flight') return;
    const entry = cancelsEntry(earlier, own, failure, () => described(tracesOf(cancelKey(symbol))));
    if (entry !== undefined) record(entry);
  }
}

const closeKey = ({ symbol, positionSide }: Pick<Position, 'symbol' | 'positionSide'>): string =>
  `close ${symbol} ${positionSide}`;

const cancelKey = (symbol: string): string => `cancel ${symbol}`;

type CloseRequest = Extract<ExchangeRequest, { kind: 'close' }>;

/** TWAP and VP orders are not part of a read. */
const isListRead = ({ kind }: ExchangeRequest): boolean => readsList(kind) && kind !== 'twap-orders';
