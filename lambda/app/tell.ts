/** What the trail says of each thing that happens in a liquidation: the shapes of its records, all in one place. */

import { sum } from '../core/amount.ts';
import { answerError, errorOfFailure } from '../core/answer-error.ts';
import type { Failure } from '../core/failure.ts';
import type { Leftover } from '../core/flatness.ts';
import type { Position } from '../core/model.ts';
import type { Profit } from '../core/profit.ts';
import type { RequestTrace } from '../ports.ts';
import type { ActResult, ClosedPosition, SentClose } from './act.ts';
import { describeTrace } from './attempt.ts';
import type { SeenPosition } from './ledger.ts';
import type { Observation } from './observe.ts';
import type { Trail } from './trail.ts';

export function tellObservation(trail: Trail, round: number, observation: Observation, left: Leftover): void {
  const { snapshot, failures, traces } = observation;
  const [failure] = failures;
  trail.record({
    type: 'liquidation_positions_queried',
    operation: 'observe',
    data: {
      round,
      verified: left.verified,
      positions: left.positions.map(describePosition),
      orders: snapshot.orders?.length ?? null,
      conditional_orders: snapshot.conditionals?.length ?? null,
      requests: traces.map(describeTrace),
    },
    ...(failure ? { error: { ...errorOfFailure(failure) }, level: 'WARN' } : {}),
  });
}

/** Gives whether the closes were told: those of a try that failed are, the others wait until the position is gone. */
export function tellResult(trail: Trail, result: ActResult, failures: readonly Failure[]): boolean {
  const { plan, cancelled } = result;
  if (cancelled.traces.length > 0) {
    const [failure] = cancelled.failures;
    trail.record({
      type: 'liquidation_orders_cancelled',
      operation: 'cancel',
      symbol: plan.symbol,
      data: {
        orders: cancelled.orders,
        conditional_orders: cancelled.conditionals,
        kept_protective: plan.keptProtective,
        requests: cancelled.traces.map(describeTrace),
      },
      ...(failure ? { error: { ...errorOfFailure(failure, plan.symbol) }, level: 'WARN' } : {}),
    });
  }
  const closeFailures = failures.filter(failure => !cancelled.failures.includes(failure));
  const [failure] = closeFailures;
  if (failure === undefined) return false;
  for (const position of result.positions) tellCloseFailed(trail, position, failure);
  return true;
}

function tellCloseFailed(trail: Trail, { plan, closes }: ClosedPosition, failure: Failure): void {
  const { symbol } = plan.position;
  trail.record({
    type: 'liquidation_position_close_failed',
    operation: 'close',
    symbol,
    data: {
      ...describePosition(plan.position),
      executed: sum(closes.map(({ receipt }) => receipt?.executedQuantity ?? '0')),
      orders: closes.map(describeClose),
      requests: requestsOf(closes),
    },
    error: { ...errorOfFailure(failure, symbol) },
  });
}

/** A position that an observation showed to be gone. `profit` when it could be asked for. */
export function tellClosed(trail: Trail, { first, closes }: SeenPosition, profit: Profit | undefined): void {
  trail.record({
    type: 'liquidation_position_closed',
    operation: 'close',
    symbol: first.symbol,
    data: {
      position_side: first.positionSide,
      amount: first.amount,
      quantity: profit && !profit.isEstimate ? profit.quantity : filledBy(closes),
      average_price:
        profit?.averagePrice ?? closes.find(({ receipt }) => receipt?.averagePrice)?.receipt?.averagePrice ?? null,
      realized_pnl: profit?.realizedPnl ?? first.unrealizedPnl,
      pnl_is_estimate: profit?.isEstimate ?? true,
      commissions: profit?.commissions ?? {},
      client_order_ids: closes.map(({ order }) => order.clientOrderId),
      requests: requestsOf(closes.filter(({ told }) => !told)),
    },
  });
}

/** What our orders filled; null where one of them was never answered, or none was sent: then others may have closed it. */
function filledBy(closes: readonly SentClose[]): string | null {
  const unknown = closes.length === 0 || closes.some(({ failure }) => failure?.knowledge === 'unknown');
  return unknown ? null : sum(closes.map(({ receipt }) => receipt?.executedQuantity ?? '0'));
}

/** A position for which orders were sent that no later observation showed to have closed it. */
export function tellUnproven(trail: Trail, { first, closes }: SeenPosition): void {
  const untold = closes.filter(({ told }) => !told);
  if (untold.length === 0) return;
  const error = answerError(
    'NOT_VERIFIED',
    'closes were sent, and no observation after them showed the position gone',
    first.symbol,
  );
  trail.record({
    type: 'liquidation_position_close_failed',
    operation: 'close',
    symbol: first.symbol,
    data: { ...describePosition(first), orders: untold.map(describeClose), requests: requestsOf(untold) },
    error: { ...error },
  });
}

/** A bug of ours: the trail gets its kind, never anything the error carried. The log has the stack. */
export function tellUnforeseen(trail: Trail, error: unknown, symbol: string): Failure {
  const kind = error instanceof Error ? error.name : typeof error;
  const failure = {
    knowledge: 'unknown',
    reason: 'unforeseen',
    message: `an unforeseen ${kind} while closing ${symbol}`,
  } as const;
  trail.record({
    type: 'liquidation_position_close_failed',
    operation: 'close',
    symbol,
    data: {},
    error: { ...errorOfFailure(failure, symbol) },
  });
  return failure;
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

const describeClose = ({ order, receipt }: SentClose): Record<string, unknown> => ({
  client_order_id: order.clientOrderId,
  quantity: order.quantity,
  status: receipt?.status ?? null,
});

const requestsOf = (closes: readonly { readonly traces: readonly RequestTrace[] }[]) =>
  closes.flatMap(({ traces }) => traces.map(describeTrace));
