/** The result of a liquidation over all markets. The answer counts all attempts of the run, metrics only this one. */

import { type Answer, METRICS } from '../../contract.ts';
import { type AccountKind, MARKETS } from '../../core/exchange/market.ts';
import { COSTS } from '../../core/exchange/request.ts';
import { answerError, errorOfThrown } from '../../core/invocation/answer-error.ts';
import { answerOf, headlineOf, NOTHING_KNOWN, stateOf } from '../../core/liquidation/answer/answer.ts';
import {
  coversOf,
  endOfAll,
  errorsOfAll,
  marketsOfAnswer,
  remainingOfAll,
  type UncoveredRead,
  unseenInAll,
  warningsOfAll,
} from '../../core/liquidation/answer/market-ends.ts';
import { oneFigure, sumByAsset } from '../../core/liquidation/answer/profit.ts';
import type { CarriedByMarket } from '../../core/liquidation/carry/carry.ts';
import type { End } from '../../core/liquidation/decide.ts';
import { hasMoved, type Stay } from '../../core/liquidation/lists/stays.ts';
import { NOT_NOTIFIED } from '../../events.ts';
import { describeTrace, type NamedTrace } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { type KindFinding, kindMessage, kindUnknownErrors } from './kind-of-account.ts';
import type { Lease } from './lock.ts';
import { type MarketOutcome, type MarketResult, marketResult } from './market-outcome.ts';
import { scopeOf, type Task } from './task.ts';

/** The loop ended by itself, or with an unexpected error. */
export type AttemptOutcome =
  | {
      readonly kind: 'ended';
      readonly markets: readonly MarketOutcome[];
      readonly uncovered: readonly UncoveredRead[];
      /** Every request that ended. */
      readonly requests: readonly NamedTrace[];
      /** The account is of another kind than configured, and was cleared as that. */
      readonly otherKind?: AccountKind;
      /** The key is refused, and it is not known whether the account is of the other kind. */
      readonly kindUnknown?: Extract<KindFinding, { says: 'unknown' }>;
    }
  | { readonly kind: 'error'; readonly error: unknown };

export interface LiquidationResult {
  readonly state: 'completed' | 'partial' | 'failed';
  /** Undefined when the run ended with an unexpected error. */
  readonly end: End | undefined;
  readonly carried: CarriedByMarket;
  /** Something was closed in this attempt. */
  readonly moved: boolean;
  /** For the final record. */
  readonly details: Readonly<Record<string, unknown>>;
  /** `retryUntilMs`: until when further attempts run; undefined: there are none. */
  answer(retryUntilMs: number | undefined): Answer;
}

export async function buildResult(
  ports: LiquidatorPorts,
  task: Task,
  lease: Lease,
  outcome: Extract<AttemptOutcome, { kind: 'ended' }>,
): Promise<LiquidationResult> {
  const { requests, uncovered, otherKind, kindUnknown } = outcome;
  const scope = scopeOf(task);
  const markets = await Promise.all(outcome.markets.map(one => marketResult(ports, task, one)));
  const end = kindUnknown === undefined ? endOfAll(markets) : RETRY_SOON;
  const total = (of: (one: MarketResult) => number): number => markets.reduce((sum, one) => sum + of(one), 0);
  const closed = total(one => one.carried.closed);
  const cancelled = total(one => one.carried.ordersCancelled);
  const stays = total(one => one.stays.length);
  const gone = total(one => one.gone.length);
  const left = total(one => one.left.orders);
  const reads = Math.max(...markets.map(one => one.recorder.reads()));
  const flat = end.kind === 'flat' ? 'proven' : end.kind === 'time' && end.seenFlatOnce ? 'seen-once' : 'not';
  const finalState = stateOf(flat, { positions: closed, orders: cancelled }, scope) as LiquidationResult['state'];
  const realizedPnl = sumByAsset(markets.map(one => one.carried.realizedPnl));
  const confirms = task.request.resume?.confirms ?? false;
  const reopened = confirms && (stays > 0 || total(one => one.state.counts.ordersCancelled) > 0 || left > 0);

  // A confirming attempt that finds nothing open keeps `flat_after_seconds` of the prior answer.
  const confirmed = confirms && !reopened ? lease.priorAnswer : undefined;
  const flatAtMs = flat === 'proven' ? Math.max(...markets.map(one => one.state.flatAtMs ?? Number.NaN)) : Number.NaN;
  const flatAfterSeconds =
    confirmed?.flat_after_seconds ?? Math.max(0, Math.round(flatAtMs - lease.firstStartedAtMs)) / 1_000;
  if (confirmed === undefined && !Number.isNaN(flatAtMs)) {
    const tookMs = Math.max(0, flatAtMs - task.deadline.startedAtMs);
    ports.telemetry.metric(METRICS.timeToFlatMs, tookMs, 'Milliseconds');
  }

  const counts = {
    retries: total(one => one.state.counts.retries),
    positionsClosed: gone,
    positionsFailed: stays - gone,
    ordersCancelled: total(one => one.cancelled),
    rounds: reads,
    weightUsed: outcome.markets[0]?.session.limiter('futures').weightUsed() ?? 0,
  } as const;
  for (const [name, count] of Object.entries(counts)) {
    ports.telemetry.metric(METRICS[name as keyof typeof counts], count, 'Count');
  }
  const finishedAtMs = ports.clock.nowMs();
  return {
    state: finalState,
    end,
    carried: Object.fromEntries(markets.map(one => [one.state.job.market.name, one.carried])),
    moved: markets.some(({ state }) => hasMoved(state.stays, state.carried.stays)),
    details: {
      positions: markets.flatMap(one => one.gone.map(stay => describeProfit(one, stay))),
      reopened,
      requests_made: requests.length,
      other_requests: requests
        .filter(({ trace }) => !markets.some(one => one.recorder.isRecorded(trace)))
        .map(describeNamed),
      unanswered_requests: markets.flatMap(one =>
        one.state.pending.all().map(({ request, sentAtMs }) => ({
          request: COSTS[request.kind].name,
          started_at_ms: Math.round(sentAtMs),
        })),
      ),
    },
    answer: retryUntilMs =>
      answerOf(task.asked, finishedAtMs, {
        headline: headlineOf({
          state: finalState,
          scope,
          seenFlatOnce: flat === 'seen-once',
          reopened,
          unseen: unseenInAll(markets),
          covers: coversOf(markets, uncovered),
          retryUntilMs,
        }),
        state: finalState,
        success: flat === 'proven',
        positions_closed: closed,
        positions_failed: stays - gone,
        orders_cancelled: cancelled,
        total_realized_pnl: oneFigure(realizedPnl),
        realized_pnl: realizedPnl,
        pnl_is_estimate: markets.some(one => one.carried.isEstimate),
        commissions: sumByAsset(markets.map(one => one.carried.commissions)),
        ...(flat === 'proven' && !Number.isNaN(flatAfterSeconds) ? { flat_after_seconds: flatAfterSeconds } : {}),
        rounds: reads,
        errors: kindUnknownErrors(errorsOfAll(markets, task.settings), kindUnknown),
        warnings: [
          ...(otherKind === undefined ? [] : [answerError('WRONG_ACCOUNT', kindMessage(otherKind))]),
          ...warningsOfAll(markets, uncovered, task.settings),
        ],
        remaining: remainingOfAll(markets),
        markets: marketsOfAnswer(markets, uncovered),
        attempt: lease.attempt,
      }),
  };
}

/** The API that could accept the key did not answer: the next attempt does not wait for the watchdog. */
const RETRY_SOON: End = { kind: 'attempts' };

const describeNamed = ({ request, symbol, trace }: NamedTrace) => ({
  request,
  ...(symbol === undefined ? {} : { symbol }),
  ...describeTrace(trace),
});

/** The run ended with an unexpected error. */
export function errorResult(ports: LiquidatorPorts, task: Task, lease: Lease, error: unknown): LiquidationResult {
  ports.telemetry.log('CRITICAL', 'The liquidation failed unexpectedly', {
    correlation_id: task.correlationId,
    error,
    event: NOT_NOTIFIED,
  });
  const finishedAtMs = ports.clock.nowMs();
  const before = Object.values(lease.carried ?? {});
  return {
    state: 'failed',
    end: undefined,
    carried: lease.carried ?? {},
    moved: false,
    details: {},
    answer: retryUntilMs =>
      answerOf(task.asked, finishedAtMs, {
        headline: headlineOf({
          state: 'failed',
          scope: scopeOf(task),
          seenFlatOnce: false,
          reopened: false,
          unseen: [],
          covers: [],
          retryUntilMs,
        }),
        state: 'failed',
        positions_closed: before.reduce((sum, one) => sum + one.closed, 0),
        orders_cancelled: before.reduce((sum, one) => sum + one.ordersCancelled, 0),
        errors: [errorOfThrown(error)],
        remaining: NOTHING_KNOWN,
        attempt: lease.attempt,
      }),
  };
}

function describeProfit({ state, profitOf }: MarketResult, stay: Stay): Record<string, unknown> {
  const { first } = stay;
  const profit = profitOf(stay);
  const { market } = state.job;
  // One position has one margin asset.
  const [asset, amount] = Object.entries(profit.realizedPnl)[0] ?? [];
  return {
    ...(market === MARKETS.usdm ? {} : { market: market.name }),
    symbol: first.symbol,
    position_side: first.positionSide,
    amount: first.amount,
    quantity: profit.quantity,
    average_price: profit.averagePrice ?? null,
    ...{ realized_pnl: amount ?? null, margin_asset: asset ?? null },
    pnl_is_estimate: profit.isEstimate,
    commissions: profit.commissions,
  };
}
