/** What a liquidation came to: profit if time is left, state, headline, and the errors that still matter. */

import { type Answer, type AnswerError, METRICS } from '../contract.ts';
import { answerError, errorOfFailure, errorOfThrown } from '../core/answer-error.ts';
import type { HandOver } from '../core/hand-over.ts';
import { estimatedProfit, type Profit, totalProfit } from '../core/profit.ts';
import { REQUESTS } from '../core/request-costs.ts';
import { answerOf, headlineOf, NOTHING_KNOWN, remainingOf, stateOf } from '../core/verdict.ts';
import { askProfit } from './ask-profit.ts';
import { describeTrace } from './attempt.ts';
import type { SeenPosition } from './ledger.ts';
import type { Lease } from './lock.ts';
import type { Ending } from './rounds.ts';
import type { NamedTrace, Run } from './run.ts';
import { scopeOf, type Task } from './task.ts';
import { tellClosed, tellUnproven } from './tell.ts';
import type { Trail } from './trail.ts';
import type { World } from './world.ts';

/** How the work ended: by itself, or by an error that nothing inside could handle. */
export type Outcome =
  | { readonly kind: 'ended'; readonly run: Run; readonly ending: Ending }
  | { readonly kind: 'broken'; readonly error: unknown };

/** What the final event and the answer say. */
export interface Verdict {
  readonly answer: Answer;
  /** Per position, for the final event. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The attempt that follows; undefined when it is over. */
  readonly next: HandOver | undefined;
}

export const endingOf = (answer: Answer): Verdict => ({ answer, details: {}, next: undefined });

export async function judge(run: Run, task: Task, lease: Lease, trail: Trail, ending: Ending): Promise<Verdict> {
  const { world } = run;
  const { ledger, left } = ending;
  const scope = scopeOf(task);
  const flat = ending.end === 'flat';
  const seen = scope.closePositions ? ledger.seen() : [];
  const gone = seen.filter(one => one.gone);
  const profits = await askProfit(run, gone);
  const profitOf = new Map<SeenPosition, Profit>(gone.map((one, i) => [one, profits[i] ?? estimatedProfit(one.first)]));
  for (const position of ending.untold) tellClosed(trail, position, profitOf.get(position));
  for (const position of seen.filter(one => !one.gone)) tellUnproven(trail, position);

  // An attempt that resumes goes on counting where the one before ended.
  const before = unfinished(lease.priorAnswer);
  const closed = gone.length + (before?.positions_closed ?? 0);
  const cancelled = ledger.ordersCancelled() + (before?.orders_cancelled ?? 0);
  const state = stateOf(flat, { positions: closed, orders: cancelled }, scope);
  const total = totalProfit([...profits, ...(before ? [profitSoFar(before)] : [])]);
  if (flat && ending.flatAtMs !== undefined) {
    world.telemetry.metric(METRICS.timeToFlatMs, ending.flatAtMs - task.deadline.startedAtMs, 'Milliseconds');
  }
  world.telemetry.metric(METRICS.weightUsed, run.budget.weightUsed(), 'Count');
  const answer = answerOf(task.asked, world.clock.nowMs(), {
    headline: headlineOf(state, scope, undefined),
    state,
    success: flat,
    positions_closed: closed,
    positions_failed: seen.length - gone.length,
    orders_cancelled: cancelled,
    total_realized_pnl: total.realizedPnl,
    pnl_is_estimate: total.isEstimate,
    commissions: total.commissions,
    rounds: ending.rounds,
    errors: flat ? [] : errorsOf(ending, task),
    warnings: leftByConfiguration(task, left.positions.length),
    remaining: remainingOf(left),
    attempt: lease.attempt,
  });
  const details = {
    positions: gone.map(one => describeProfit(one, profitOf.get(one))),
    requests_made: run.requests.length,
    other_requests: run.requests.filter(({ request }) => UNTOLD.has(request)).map(describeNamed),
  };
  return { ...endingOf(answer), details };
}

/** Requests that belong to no event of their own. */
const UNTOLD: ReadonlySet<string> = new Set([REQUESTS.trades.name, REQUESTS.rules.name, REQUESTS.syncClock.name]);

const describeNamed = ({ request, trace }: NamedTrace) => ({ request, ...describeTrace(trace) });

const unfinished = (answer: Answer | undefined): Answer | undefined =>
  answer?.state === 'partial' || answer?.state === 'failed' ? answer : undefined;

const profitSoFar = (before: Answer): Profit => ({
  realizedPnl: before.total_realized_pnl,
  isEstimate: before.pnl_is_estimate,
  averagePrice: undefined,
  quantity: '0',
  commissions: before.commissions,
});

function errorsOf(ending: Ending, task: Task): readonly AnswerError[] {
  const { ledger, left, end, stopped } = ending;
  const held = new Set(left.positions.map(row => row.symbol));
  const errors: AnswerError[] = stopped ? [errorOfFailure(stopped)] : [];
  for (const [symbol, failure] of ledger.failures()) {
    // A failure that was overcome is history; it stands in the trail.
    const matters = symbol === undefined ? !left.verified : !left.verified || held.has(symbol) || left.orders > 0;
    if (matters && failure !== stopped) errors.push(errorOfFailure(failure, symbol));
  }
  if (end === 'time') {
    const { timeoutMs } = task.settings.liquidation;
    const ownMs = Math.round(task.deadline.answerByMs - task.deadline.startedAtMs);
    // A resumed attempt has a time of its own, and so has one whose function is about to be stopped.
    const within =
      ownMs === timeoutMs ? `timeout_seconds = ${timeoutMs / 1_000}` : `the ${ownMs / 1_000} s of this attempt`;
    errors.push(answerError('TIMEOUT', `not flat within ${within}`));
  }
  if (end === 'attempts') {
    const { maxRetries } = task.settings.liquidation;
    errors.push(
      answerError('ATTEMPTS_EXHAUSTED', `not flat after max_retries = ${maxRetries} further tries of each symbol`),
    );
  }
  if (!left.verified)
    errors.push(answerError('NOT_VERIFIED', 'the last observation failed: what is left is not known'));
  return errors;
}

function leftByConfiguration({ settings }: Task, positions: number): readonly AnswerError[] {
  const { closePositions, cancelOrders } = settings.liquidation;
  const warnings: AnswerError[] = [];
  if (!closePositions && positions > 0) {
    warnings.push(answerError('POSITIONS_LEFT', `close_positions = false: ${positions} positions were left open`));
  }
  if (!cancelOrders) warnings.push(answerError('ORDERS_LEFT', 'cancel_orders = false: orders were left in the book'));
  return warnings;
}

export function broken(world: World, task: Task, lease: Lease, error: unknown): Verdict {
  world.telemetry.log('CRITICAL', 'The liquidation broke off', {
    event: 'detail',
    correlation_id: task.correlationId,
    error,
  });
  const scope = scopeOf(task);
  return endingOf(
    answerOf(task.asked, world.clock.nowMs(), {
      headline: headlineOf('failed', scope, undefined),
      state: 'failed',
      errors: [errorOfThrown(error)],
      remaining: NOTHING_KNOWN,
      attempt: lease.attempt,
    }),
  );
}

function describeProfit({ first }: SeenPosition, profit: Profit | undefined): Record<string, unknown> {
  return {
    symbol: first.symbol,
    position_side: first.positionSide,
    amount: first.amount,
    quantity: profit?.quantity ?? null,
    average_price: profit?.averagePrice ?? null,
    realized_pnl: profit?.realizedPnl ?? first.unrealizedPnl,
    pnl_is_estimate: profit?.isEstimate ?? true,
    commissions: profit?.commissions ?? {},
  };
}
