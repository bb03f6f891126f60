/**
 * What a liquidation came to: fills if time is left, counts from what was seen, the errors that still matter. Numbers are
 * those of all attempts of the run; metrics are given the difference to the attempts before.
 */

import { type Answer, METRICS } from '../../contract.ts';
import { errorOfThrown } from '../../core/answer-error.ts';
import { COSTS } from '../../core/exchange/request.ts';
import { answerOf, headlineOf, NOTHING_KNOWN, remainingOf, stateOf } from '../../core/liquidation/answer.ts';

import { type Carried, NOTHING_CARRIED } from '../../core/liquidation/carried.ts';
import { ordersLeftBy } from '../../core/liquidation/carried-orders.ts';
import { lessonsOf } from '../../core/liquidation/carry.ts';

import type { End } from '../../core/liquidation/decide.ts';
import { leftover } from '../../core/liquidation/leftover.ts';
import { estimatedProfit, oneFigure, type Profit, sumByAsset } from '../../core/liquidation/profit.ts';
import type { State } from '../../core/liquidation/state.ts';
import type { Stay } from '../../core/liquidation/stays.ts';
import { errorsOf, seenSymbols, unseenSymbols, warningsOf } from '../../core/liquidation/troubles.ts';
import { describeTrace, type NamedTrace } from '../exchange/exchange-session.ts';
import type { World } from '../world.ts';
import { askFills } from './ask-fills.ts';
import type { Lease } from './lock.ts';
import type { Outcome } from './outcome.ts';
import { scopeOf, type Task } from './task.ts';

export interface LiquidationResult {
  readonly state: 'completed' | 'partial' | 'failed';
  /** Undefined when the run broke off. */
  readonly end: End | undefined;
  readonly carried: Carried;
  /** For the final record. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The answer, once it is known until when somebody goes on (undefined: nobody does). */
  say(retryUntilMs: number | undefined, toldUntilMs: number | undefined): Answer;
}

export async function buildResult(
  world: World,
  task: Task,
  lease: Lease,
  outcome: Extract<Outcome, { kind: 'ended' }>,
): Promise<LiquidationResult> {
  const { session, result, recorder } = outcome;
  const { state, end } = result;
  const scope = scopeOf(task);
  const left = leftover(state);
  const stays = scope.closePositions ? state.stays : [];
  const gone = stays.filter(stay => stay.goneAtMs !== undefined);
  const profits = await profitsOf(world, task, outcome, gone);
  const profitOf = (stay: Stay): Profit => profits.get(stay) ?? estimatedProfit(stay);
  recorder.end(state, profitOf);

  const { carried: before } = state;
  const closed = before.closed + gone.length;
  const cancelled = before.ordersCancelled + cancelledBy(state);
  const flat = end.kind === 'flat' ? 'proven' : end.kind === 'time' && end.seenFlatOnce ? 'seen-once' : 'not';
  const finalState = stateOf(flat, { positions: closed, orders: cancelled }, scope) as LiquidationResult['state'];
  const realizedPnl = sumByAsset([before.realizedPnl, ...gone.map(stay => profitOf(stay).realizedPnl)]);
  const commissions = sumByAsset([before.commissions, ...gone.map(stay => profitOf(stay).commissions)]);
  const isEstimate = before.isEstimate || gone.some(stay => profitOf(stay).isEstimate);
  const reopened =
    (task.request.resume?.confirms ?? false) &&
    (stays.length > 0 || state.counts.ordersCancelled > 0 || left.orders > 0);

  measure(world, task, {
    state,
    flat,
    closed: gone.length,
    cancelled: cancelledBy(state),
    left: stays.length - gone.length,
    looks: recorder.looks(),
  });
  world.telemetry.metric(METRICS.weightUsed, session.limiter('futures').weightUsed(), 'Count');
  const finishedAtMs = world.clock.nowMs();
  return {
    state: finalState,
    end,
    carried: {
      ...{ closed, ordersCancelled: cancelled, realizedPnl, commissions, isEstimate },
      stays: stays.filter(stay => stay.goneAtMs === undefined),
      orders: ordersLeftBy(state),
      learnt: lessonsOf(state),
      seen: seenSymbols(state),
    },
    details: {
      positions: gone.map(stay => describeProfit(stay, profitOf(stay))),
      reopened,
      requests_made: session.requests.length,
      other_requests: session.requests.filter(({ trace }) => !recorder.isRecorded(trace)).map(describeNamed),
      unanswered_requests: state.pending.all().map(({ request, sentAtMs }) => ({
        request: COSTS[request.kind].name,
        started_at_ms: Math.round(sentAtMs),
      })),
    },
    say: retryUntilMs =>
      answerOf(task.asked, finishedAtMs, {
        headline: headlineOf({
          state: finalState,
          scope,
          seenFlatOnce: flat === 'seen-once',
          reopened,
          unseen: unseenSymbols(state),
          retryUntilMs,
        }),
        state: finalState,
        success: flat === 'proven',
        positions_closed: closed,
        positions_failed: stays.length - gone.length,
        orders_cancelled: cancelled,
        total_realized_pnl: oneFigure(realizedPnl),
        realized_pnl: realizedPnl,
        pnl_is_estimate: isEstimate,
        commissions,
        rounds: recorder.looks(),
        errors: errorsOf(state, end, left, task.settings),
        warnings: warningsOf(state, left, task.settings),
        remaining: remainingOf(left),
        attempt: lease.attempt,
      }),
  };
}

/** Asked for only when the account is flat, or nothing more can be done: nothing else waits for the weight then. */
async function profitsOf(
  world: World,
  task: Task,
  { session, result }: Extract<Outcome, { kind: 'ended' }>,
  gone: readonly Stay[],
): Promise<ReadonlyMap<Stay, Profit>> {
  if (gone.length === 0) return new Map();
  return askFills({ clock: world.clock, session, job: { ...result.state.job, deadline: task.deadline } }, gone);
}

/** Orders that were seen, are gone, and did not fill. */
function cancelledBy(state: State): number {
  const filled = [...state.entries.values()].filter(({ outcome }) => typeof outcome === 'object').length;
  return Math.max(0, state.counts.ordersCancelled - filled);
}

function measure(
  { telemetry }: World,
  task: Task,
  seen: {
    readonly state: State;
    readonly flat: string;
    readonly closed: number;
    readonly cancelled: number;
    readonly left: number;
    readonly looks: number;
  },
): void {
  const { state } = seen;
  telemetry.metric(METRICS.retries, state.counts.retries, 'Count');
  if (seen.flat === 'proven' && state.flatAtMs !== undefined) {
    telemetry.metric(METRICS.timeToFlatMs, Math.max(0, state.flatAtMs - task.deadline.startedAtMs), 'Milliseconds');
  }
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
export function brokenResult(world: World, task: Task, lease: Lease, error: unknown): LiquidationResult {
  world.telemetry.log('CRITICAL', 'The liquidation broke off', {
    correlation_id: task.correlationId,
    error,
    event: 'detail',
  });
  const finishedAtMs = world.clock.nowMs();
  const before = lease.carried ?? NOTHING_CARRIED;
  return {
    state: 'failed',
    end: undefined,
    carried: before,
    details: {},
    say: retryUntilMs =>
      answerOf(task.asked, finishedAtMs, {
        headline: headlineOf({
          state: 'failed',
          scope: scopeOf(task),
          seenFlatOnce: false,
          reopened: false,
          unseen: [],
          retryUntilMs,
        }),
        state: 'failed',
        positions_closed: before.closed,
        orders_cancelled: before.ordersCancelled,
        errors: [errorOfThrown(error)],
        remaining: NOTHING_KNOWN,
        attempt: lease.attempt,
      }),
  };
}

function describeProfit({ first }: Stay, profit: Profit): Record<string, unknown> {
  return {
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
