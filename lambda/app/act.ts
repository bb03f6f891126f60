/**
 * Carries out one symbol's plan: cancels first, then the closes, chunks side by side. What failed is part of the
 * result; nothing is inferred from what was sent, and the next observation judges.
 */

import type { Failure } from '../core/failure.ts';
import { clientOrderId } from '../core/identity.ts';
import type { CloseOrder, Receipt } from '../core/model.ts';
import type { Step } from '../core/next-step.ts';
import type { CloseDraft, PositionPlan, SymbolPlan } from '../core/plan.ts';
import { REQUESTS } from '../core/request-costs.ts';
import type { RequestTrace } from '../ports.ts';
import { attempt, type Outcome } from './attempt.ts';
import type { Run } from './run.ts';

export interface SentClose {
  readonly order: CloseOrder;
  /** The exchange's word on it; undefined when it failed. */
  readonly receipt: Receipt | undefined;
  readonly failure: Failure | undefined;
  readonly step: Step | undefined;
  readonly traces: readonly RequestTrace[];
}

export interface CancelResult {
  readonly orders: number;
  readonly conditionals: number;
  readonly failures: readonly Failure[];
  readonly traces: readonly RequestTrace[];
}

export interface ClosedPosition {
  readonly plan: PositionPlan;
  readonly closes: readonly SentClose[];
}

export interface ActResult {
  readonly plan: SymbolPlan;
  readonly cancelled: CancelResult;
  readonly positions: readonly ClosedPosition[];
}

export interface Naming {
  readonly correlationId: string;
  /** Name of the attempt and number of the try: "1.2". */
  readonly attempt: string;
}

/** Acts on one symbol. A cancel that failed, or is not heard of, does not keep the close from being tried. */
export async function act(run: Run, plan: SymbolPlan, naming: Naming): Promise<ActResult> {
  const cancelling = cancel(run, plan);
  await cancelledOrLongEnough(run, plan, cancelling);
  const drafts = plan.positions.flatMap(position => position.closes.map(draft => ({ position, draft })));
  const closing = drafts.map(async ({ position, draft }, chunk) => ({
    position,
    close: await place(run, draft, naming, chunk),
  }));
  const [cancelled, sent] = await Promise.all([cancelling, Promise.all(closing)]);
  return {
    plan,
    cancelled,
    positions: plan.positions.map(position => ({
      plan: position,
      closes: sent.filter(one => one.position === position).map(one => one.close),
    })),
  };
}

/** The retries of a cancel that hangs would take all the time there is, and the position would stay as it is. */
async function cancelledOrLongEnough(run: Run, plan: SymbolPlan, cancelling: Promise<unknown>): Promise<void> {
  if (plan.cancelOrders === 0 && plan.cancelConditionals.length === 0) return;
  const { clock } = run.world;
  const { startedAtMs, workUntilMs } = run.deadline;
  const done = new AbortController();
  const longEnoughMs = Math.min(CANCEL_MAX_MS, (workUntilMs - startedAtMs) * CANCEL_SHARE);
  await Promise.race([cancelling.finally(() => done.abort('done')), clock.sleep(longEnoughMs, done.signal)]);
}

/** How long cancels hold up the closes of their symbol. */
const CANCEL_MAX_MS = 1_000;
const CANCEL_SHARE = 0.2;

async function cancel(run: Run, plan: SymbolPlan): Promise<CancelResult> {
  const { symbol } = plan;
  const ordinary =
    plan.cancelOrders > 0
      ? [attempt(run, REQUESTS.cancelOrders, (exchange, limits) => exchange.cancelOrders(symbol, limits))]
      : [];
  const conditional = plan.cancelAllConditionals
    ? [attempt(run, REQUESTS.cancelConditionals, (exchange, limits) => exchange.cancelConditionals(symbol, limits))]
    : plan.cancelConditionals.map(({ algoId }) =>
        attempt(run, REQUESTS.cancelConditional, (exchange, limits) =>
          exchange.cancelConditional(symbol, algoId, limits),
        ),
      );
  const [orders, conditionals] = await Promise.all([Promise.all(ordinary), Promise.all(conditional)]);
  const accepted = conditionals.filter(isDone).length;
  return {
    orders: orders.some(isDone) ? plan.cancelOrders : 0,
    conditionals: plan.cancelAllConditionals && accepted > 0 ? plan.cancelConditionals.length : accepted,
    failures: [...orders, ...conditionals].flatMap(one => (one.ok || isDone(one) ? [] : [one.failure])),
    traces: [...orders, ...conditionals].flatMap(one => one.traces),
  };
}

/** "Nothing to cancel" is what was wanted. */
const isDone = (outcome: Outcome<null>): boolean => outcome.ok || outcome.step === 'reached';

async function place(run: Run, draft: CloseDraft, naming: Naming, chunk: number): Promise<SentClose> {
  const name = { ...naming, symbol: draft.symbol, side: draft.side, chunk };
  const order = { ...draft, clientOrderId: clientOrderId(name) };
  const outcome = await attempt(run, REQUESTS.place, (exchange, limits) => exchange.place(order, limits));
  return {
    order,
    receipt: outcome.ok ? outcome.value : undefined,
    failure: outcome.ok ? undefined : outcome.failure,
    step: outcome.ok ? undefined : outcome.step,
    traces: outcome.traces,
  };
}
