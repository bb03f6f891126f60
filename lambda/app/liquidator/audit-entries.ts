/** What the audit records of the engine's steps say; audit-recorder.ts has when each is made. */

import { sum } from '../../core/exchange/amount.ts';
import type { Failure } from '../../core/exchange/failure.ts';
import type { Position } from '../../core/exchange/model.ts';
import { answerError, errorOfFailure } from '../../core/invocation/answer-error.ts';
import type { Profit } from '../../core/liquidation/answer/profit.ts';
import type { Leftover } from '../../core/liquidation/lists/proof.ts';
import type { SentOrder, Stay } from '../../core/liquidation/lists/stays.ts';
import type { EngineState } from '../../core/liquidation/state.ts';
import { hasPosition, type SymbolWork } from '../../core/liquidation/symbols/symbol-work.ts';
import type { AuditEntry } from '../audit-log.ts';

type Requests = readonly Record<string, unknown>[];

/** `round`: the number of this read. */
export function readEntry(
  { lists: { positions, orders, conditionals } }: EngineState,
  left: Leftover,
  round: number,
  failure: Failure | undefined,
  requests: Requests,
): AuditEntry {
  return {
    type: 'liquidation_positions_queried',
    operation: 'observe',
    data: {
      round,
      verified: left.verified,
      positions: left.positions.map(describePosition),
      orders: orders.latest?.rows.length ?? null,
      conditional_orders: conditionals.latest?.rows.length ?? null,
      unread_rows: [positions, orders, conditionals].flatMap(({ latest }) => latest?.unread ?? []),
      requests,
    },
    ...(failure ? { error: { ...errorOfFailure(failure) }, level: 'WARN' } : {}),
  };
}

export function closedEntry({ first, orders }: Stay, profit: Profit | undefined, requests: Requests): AuditEntry {
  const [asset] = Object.keys(profit?.realizedPnl ?? {});
  return {
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
      requests,
    },
  };
}

/** Closes went out, and no read shows what became of them. */
export function unprovenEntry({ first, orders }: Stay, requests: Requests): AuditEntry {
  const message = 'close orders were sent, but no later read of the positions shows it gone';
  return {
    type: 'liquidation_position_close_failed',
    operation: 'close',
    symbol: first.symbol,
    data: { ...describePosition(first), orders: orders.map(describeOrder), requests },
    error: { ...answerError('NOT_VERIFIED', message, first.symbol) },
  };
}

export function failedBatchEntry(
  row: Position,
  failure: Failure,
  batch: readonly SentOrder[],
  requests: Requests,
): AuditEntry {
  return {
    type: 'liquidation_position_close_failed',
    operation: 'close',
    symbol: row.symbol,
    data: {
      ...describePosition(row),
      executed: sum(batch.map(({ receipt }) => receipt?.executedQuantity ?? '0')),
      orders: batch.map(describeOrder),
      requests,
    },
    error: { ...errorOfFailure(failure, row.symbol) },
  };
}

/** Undefined for a cancel of orders that no list showed: its request is only in the final record. */
export function cancelsEntry(
  before: SymbolWork,
  own: SymbolWork,
  failure: Failure | undefined,
  requests: () => Requests,
): AuditEntry | undefined {
  const isDone = (work: 'cancelOrders' | 'cancelConditionals'): boolean => own[work].doneAtMs !== undefined;
  const orders = isDone('cancelOrders') ? before.orders.length : 0;
  const conditionals = isDone('cancelConditionals') ? before.conditionals.length - keptOf(own) : 0;
  if (orders + conditionals === 0 && failure === undefined) return undefined;
  return {
    type: 'liquidation_orders_cancelled',
    operation: 'cancel',
    symbol: own.symbol,
    data: { orders, conditional_orders: conditionals, kept_protective: keptOf(own), requests: requests() },
    ...(failure ? { error: { ...errorOfFailure(failure, own.symbol) }, level: 'WARN' } : {}),
  };
}

/** Protective orders that stay while the position is there. */
const keptOf = (own: SymbolWork): number =>
  hasPosition(own) ? own.conditionals.filter(row => row.reduceOnly || row.closePosition).length : 0;

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
