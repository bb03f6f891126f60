/**
 * The audit records of the engine's steps. Records made before the audit log is open are kept for it.
 *
 *   reads ──────── liquidation_positions_queried: what changed since the last one
 *   cancels ────── liquidation_orders_cancelled, one per symbol when they are over
 *   closes ─────── liquidation_position_closed once a read shows it gone, liquidation_position_close_failed per failed batch
 */

import { sum } from '../../core/exchange/amount.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import { MARKETS, type Market } from '../../core/exchange/market.ts';
import type { Position } from '../../core/exchange/model.ts';
import { COSTS, type ExchangeRequest } from '../../core/exchange/request.ts';
import { answerError, errorOfFailure } from '../../core/invocation/answer-error.ts';
import type { Profit } from '../../core/liquidation/answer/profit.ts';
import { leftover } from '../../core/liquidation/lists/leftover.ts';
import { readsList } from '../../core/liquidation/lists/list-view.ts';
import { isSamePosition, type SentOrder, type Stay } from '../../core/liquidation/lists/stays.ts';
import { PendingRequests } from '../../core/liquidation/pending.ts';
import type { EngineState } from '../../core/liquidation/state.ts';
import type { SymbolWork } from '../../core/liquidation/symbols/symbol-work.ts';
import { targetOf } from '../../core/liquidation/symbols/symbols.ts';
import type { RequestTrace } from '../../ports.ts';
import type { AuditEntry, AuditLog } from '../audit-log.ts';
import { describeTrace } from '../exchange/exchange-session.ts';
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
        const key = `close ${request.order.symbol} ${request.order.positionSide}`;
        traces.set(key, [...(traces.get(key) ?? []), trace]);
        recordFailedBatch(before, after, request, event.answer);
      } else if (COSTS[request.kind].operation === 'cancel' && 'symbol' in request) {
        const key = `cancel ${request.symbol}`;
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
    record({
      type: 'liquidation_positions_queried',
      operation: 'observe',
      data: {
        round: reads,
        verified: left.verified,
        positions: left.positions.map(describePosition),
        orders: orders.latest?.rows.length ?? null,
        conditional_orders: conditionals.latest?.rows.length ?? null,
        unread_rows: [state.lists.positions, orders, conditionals].flatMap(({ latest }) => latest?.unread ?? []),
        requests: described(readTraces),
      },
      ...(readFailure ? { error: { ...errorOfFailure(readFailure) }, level: 'WARN' } : {}),
    });
    readTraces = [];
    readFailure = undefined;
  }

  /** Positions that are gone are recorded now, the last ones at the end with their fills. */
  function recordGone(before: EngineState, after: EngineState): void {
    if (before.stays === after.stays || leftover(after).positions.length === 0) return;
    for (const stay of after.stays) if (stay.goneAtMs !== undefined) recordClosed(stay, undefined);
  }

  function recordClosed(stay: Stay, profit: Profit | undefined): void {
    const { first, orders } = stay;
    if (closedRecorded.has(first)) return;
    closedRecorded.add(first);
    const [asset] = Object.keys(profit?.realizedPnl ?? {});
    record({
      type: 'liquidation_position_closed',
      operation: 'close',
      symbol: first.symbol,
      data: {
        position_side: first.positionSide,
        amount: first.amount,
        quantity: profit && !profit.isEstimate ? profit.quantity : filledBy(orders),
        average_price:
          profit?.averagePrice ?? orders.find(({ receipt }) => receipt?.averagePrice)?.receipt?.averagePrice ?? null,
        realized_pnl: (asset && profit?.realizedPnl[asset]) ?? first.unrealizedPnl,
        pnl_is_estimate: profit?.isEstimate ?? true,
        margin_asset: first.marginAsset,
        commissions: profit?.commissions ?? {},
        client_order_ids: orders.map(({ order }) => order.clientOrderId),
        requests: described(tracesOf(`close ${first.symbol} ${first.positionSide}`)),
      },
    });
  }

  function recordUnproven(state: EngineState, { first, orders }: Stay): void {
    const unheard = tracesOf(`close ${first.symbol} ${first.positionSide}`);
    const inFlight = state.pending
      .all()
      .some(({ request }) => request.kind === 'close' && isSamePosition(request.order, first));
    if (unheard.length === 0 && !inFlight) return;
    const message = 'close orders were sent, but no later read of the positions shows it gone';
    const error = answerError('NOT_VERIFIED', message, first.symbol);
    record({
      type: 'liquidation_position_close_failed',
      operation: 'close',
      symbol: first.symbol,
      data: { ...describePosition(first), orders: orders.map(describeOrder), requests: described(unheard) },
      error: { ...error },
    });
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
    if (!isOver || target?.row === undefined || target.failure === undefined) return;
    const failed = !answer.ok || earlier.stage.soFar.failed || target.failure !== earlier.failure;
    if (!failed) return;
    const stay = after.stays.findLast(one => isSamePosition(one.first, order));
    const batch = stay?.orders.slice(-Math.max(1, earlier.stage.ids.length)) ?? [];
    record({
      type: 'liquidation_position_close_failed',
      operation: 'close',
      symbol: order.symbol,
      data: {
        ...describePosition(target.row),
        executed: sum(batch.map(({ receipt }) => receipt?.executedQuantity ?? '0')),
        orders: batch.map(describeOrder),
        requests: described(tracesOf(`close ${order.symbol} ${order.positionSide}`)),
      },
      error: { ...errorOfFailure(target.failure, order.symbol) },
    });
  }

  function recordCancels(before: EngineState, after: EngineState, symbol: string, failure: Failure | undefined): void {
    const earlier = before.symbols.get(symbol);
    const own = after.symbols.get(symbol);
    if (earlier === undefined || own === undefined) return;
    if (own.cancelOrders.stage.kind === 'in-flight' || own.cancelConditionals.stage.kind === 'in-flight') return;
    const isDone = (work: 'cancelOrders' | 'cancelConditionals'): boolean => own[work].doneAtMs !== undefined;
    const orders = isDone('cancelOrders') ? earlier.orders.length : 0;
    const conditionals = isDone('cancelConditionals') ? earlier.conditionals.length - keptOf(own) : 0;
    // A cancel of orders that no list showed: its request is only in the final record.
    if (orders + conditionals === 0 && failure === undefined) return;
    record({
      type: 'liquidation_orders_cancelled',
      operation: 'cancel',
      symbol,
      data: {
        orders,
        conditional_orders: conditionals,
        kept_protective: keptOf(own),
        requests: described(tracesOf(`cancel ${symbol}`)),
      },
      ...(failure ? { error: { ...errorOfFailure(failure, symbol) }, level: 'WARN' } : {}),
    });
  }
}

type CloseRequest = Extract<ExchangeRequest, { kind: 'close' }>;

/** TWAP and VP orders are not part of a read. */
const isListRead = ({ kind }: ExchangeRequest): boolean => readsList(kind) && kind !== 'strategy-orders';
/** Protective orders that stay while the position is there. */
const keptOf = (own: SymbolWork): number =>
  own.targets.some(target => target.row !== undefined)
    ? own.conditionals.filter(row => row.reduceOnly || row.closePosition).length
    : 0;

/** What our orders filled; null if one was not answered, or none was sent: then others may have closed it. */
function filledBy(orders: readonly SentOrder[]): string | null {
  const isUnknown =
    orders.length === 0 || orders.some(({ receipt, failure }) => !receipt && failure?.certainty !== 'refused');
  return isUnknown ? null : sum(orders.map(({ receipt }) => receipt?.executedQuantity ?? '0'));
}

function describePosition(position: Position): Record<string, unknown> {
  return {
    symbol: position.symbol,
    position_side: position.positionSide,
    amount: position.amount,
    notional: position.notional,
    entry_price: position.entryPrice,
    mark_price: position.markPrice,
    unrealized_pnl: position.unrealizedPnl,
  };
}

const describeOrder = ({ order, receipt }: SentOrder): Record<string, unknown> => ({
  client_order_id: order.clientOrderId,
  quantity: order.quantity,
  status: receipt?.status ?? null,
});
