/**
 * The result of a liquidation over all markets: counts of what was seen, errors that still matter. The answer counts
 * all attempts of the run; metrics count this attempt only.
 */

import { type Answer, METRICS } from '../../contract.ts';
import { MARKETS } from '../../core/exchange/market.ts';
import { COSTS } from '../../core/exchange/request.ts';
import { answerError, errorOfThrown } from '../../core/invocation/answer-error.ts';
import { answerOf, headlineOf, NOTHING_KNOWN, stateOf } from '../../core/liquidation/answer/answer.ts';
import {
  coversOf,
  endOfAll,
  errorsOfAll,
  marketsOfAnswer,
  remainingOfAll,
  unseenInAll,
  warningsOfAll,
} from '../../core/liquidation/answer/market-ends.ts';
import { oneFigure, type Profit, sumByAsset } from '../../core/liquidation/answer/profit.ts';
import type { CarriedByMarket } from '../../core/liquidation/carry/carried-markets.ts';
import type { End } from '../../core/liquidation/decide.ts';
import type { Stay } from '../../core/liquidation/lists/stays.ts';
import { hasMoved } from '../../core/liquidation/lists/stays.ts';
import { describeTrace, type NamedTrace } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { kindMessage, kindUnknownErrors } from './kind-of-account.ts';
import type { Lease } from './lock.ts';
import { type MarketResult, marketResult } from './market-outcome.ts';
import type { AttemptOutcome } from './outcome.ts';
import { scopeOf, type Task } from './task.ts';

export interface LiquidationResult {
  readonly state: 'completed' | 'partial' | 'failed';
  /** Undefined when the run broke off. */
  readonly end: End | undefined;
  readonly carried: CarriedByMarket;
  /** Something of it was closed in this attempt. */
  readonly moved: boolean;
  /** For the final record. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Makes the answer. `retryUntilMs`: until when further attempts run; undefined: there are none. */
  say(retryUntilMs: number | undefined): Answer;
}

export async function buildResult(
  ports: LiquidatorPorts,
  task: Task,
  lease: Lease,
  outcome: Extract<AttemptOutcome, { kind: 'ended' }>,
): Promise<LiquidationResult> {
  const { requests, peeks, otherKind, kindUnknown } = outcome;
  const scope = scopeOf(task);
  const markets = await Promise.all(outcome.markets.map(one => marketResult(ports, task, one)));
  const end = kindUnknown === undefined ? endOfAll(markets) : SOON_AGAIN;
  const total = (of: (one: MarketResult) => number): number => markets.reduce((sum, one) => sum + of(one), 0);
  const closed = total(one => one.carried.closed);
  const cancelled = total(one => one.carried.ordersCancelled);
  const stays = total(one => one.stays.length);
  const gone = total(one => one.gone.length);
  const left = total(one => one.left.orders);
  const looks = Math.max(...markets.map(one => one.recorder.looks()));
  const flat = end.kind === 'flat' ? 'proven' : end.kind === 'time' && end.seenFlatOnce ? 'seen-once' : 'not';
  const finalState = stateOf(flat, { positions: closed, orders: cancelled }, scope) as LiquidationResult['state'];
  const realizedPnl = sumByAsset(markets.map(one => one.carried.realizedPnl));
  const reopened =
    (task.request.resume?.confirms ?? false) &&
    (stays > 0 || total(one => one.state.counts.ordersCancelled) > 0 || left > 0);

  // A confirming attempt that finds nothing open keeps `flat_after_seconds` of the prior answer.
  const confirmed = (task.request.resume?.confirms ?? false) && !reopened ? lease.priorAnswer : undefined;
  const flatAtMs = flat === 'proven' ? Math.max(...markets.map(one => one.state.flatAtMs ?? Number.NaN)) : Number.NaN;
  const flatAfterSeconds =
    confirmed?.flat_after_seconds ?? Math.max(0, Math.round(flatAtMs - lease.firstStartedAtMs)) / 1_000;
  if (confirmed === undefined && !Number.isNaN(flatAtMs)) {
    const tookMs = Math.max(0, flatAtMs - task.deadline.startedAtMs);
    ports.telemetry.metric(METRICS.timeToFlatMs, tookMs, 'Milliseconds');
  }

  const nowCancelled = total(one => one.cancelled);
  measure(ports, { markets, closed: gone, cancelled: nowCancelled, left: stays - gone, looks });
  for (const { session } of outcome.markets.slice(0, 1)) {
    ports.telemetry.metric(METRICS.weightUsed, session.limiter('futures').weightUsed(), 'Count');
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
    say: retryUntilMs =>
      answerOf(task.asked, finishedAtMs, {
        headline: headlineOf({
          state: finalState,
          scope,
          seenFlatOnce: flat === 'seen-once',
          reopened,
          unseen: unseenInAll(markets),
          covers: coversOf(markets, peeks),
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
        rounds: looks,
        errors: kindUnknownErrors(errorsOfAll(markets, task.settings), kindUnknown),
        warnings: [
          ...(otherKind === undefined ? [] : [answerError('WRONG_ACCOUNT', kindMessage(otherKind))]),
          ...warningsOfAll(markets, peeks, task.settings),
        ],
        remaining: remainingOfAll(markets),
        markets: marketsOfAnswer(markets, peeks),
        attempt: lease.attempt,
      }),
  };
}

/** The API that could take the key did not answer, which passes: the next attempt does not wait for the watchdog. */
const SOON_AGAIN: End = { kind: 'attempts' };

function measure(
  { telemetry }: LiquidatorPorts,
  seen: {
    readonly markets: readonly MarketResult[];
    readonly closed: number;
    readonly cancelled: number;
    readonly left: number;
    readonly looks: number;
  },
): void {
  const states = seen.markets.map(one => one.state);
  telemetry.metric(
    METRICS.retries,
    states.reduce((sum, state) => sum + state.counts.retries, 0),
    'Count',
  );
  telemetry.metric(METRICS.positionsClosed, seen.closed, 'Count');
  telemetry.metric(METRICS.positionsFailed, seen.left, 'Count');
  telemetry.metric(METRICS.ordersCancelled, seen.cancelled, 'Count');
  telemetry.metric(METRICS.rounds, seen.looks, 'Count');
}

const describeNamed = ({ request, symbol, trace }: NamedTrace) => ({
  request,
  ...(symbol === undefined ? {} : { symbol }),
  ...describeTrace(trace),
});

/** The run broke off with an error that nothing inside could handle. */
export function brokenResult(ports: LiquidatorPorts, task: Task, lease: Lease, error: unknown): LiquidationResult {
  ports.telemetry.log('CRITICAL', 'The liquidation failed unexpectedly', {
    correlation_id: task.correlationId,
    error,
    event: 'detail',
  });
  const finishedAtMs = ports.clock.nowMs();
  const before = Object.values(lease.carried ?? {});
  return {
    state: 'failed',
    end: undefined,
    carried: lease.carried ?? {},
    moved: false,
    details: {},
    say: retryUntilMs =>
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
  return {
    ...(market === MARKETS.usdm ? {} : { market: market.name }),
    symbol: first.symbol,
    position_side: first.positionSide,
    amount: first.amount,
    quantity: profit.quantity,
    average_price: profit.averagePrice ?? null,
    ...oneAmount(profit),
    pnl_is_estimate: profit.isEstimate,
    commissions: profit.commissions,
  };
}

/** One position has one margin asset. */
function oneAmount({ realizedPnl }: Profit): Record<string, unknown> {
  const [asset, amount] = Object.entries(realizedPnl)[0] ?? [];
  return { realized_pnl: amount ?? null, margin_asset: asset ?? null };
}
