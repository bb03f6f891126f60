/**
 * Reads the fills of our own orders once the account is flat, page by page until their quantity is the executed one. It comes
 * last, and is limited in time and to a quarter of the weight that is left. What is not read is estimated, and marked so.
 */

import { difference, isMore, isZero, magnitude, sum } from '../../core/exchange/amount.ts';
import { costIn } from '../../core/exchange/market.ts';
import type { Fill } from '../../core/exchange/model.ts';
import { COSTS } from '../../core/exchange/request.ts';
import { estimatedProfit, type Profit, profitFromFills } from '../../core/liquidation/answer/profit.ts';
import type { SentOrder, Stay } from '../../core/liquidation/lists/stays.ts';
import { type Called, type Caller, callExchange } from '../exchange/call-exchange.ts';
import { createPages } from './pages-of-fills.ts';

/** The caller does not wait longer for profits: the rest is estimated. */
const PATIENCE_MS = 1_500;
const WEIGHT_SHARE = 0.25;

/** The profit of each stay, the largest position first. */
export async function askFills(
  caller: Omit<Caller, 'signal'>,
  stays: readonly Stay[],
): Promise<ReadonlyMap<Stay, Profit>> {
  const { clock, session, job } = caller;
  const nowMs = clock.nowMs();
  const workUntilMs = Math.min(job.deadline.workUntilMs, nowMs + PATIENCE_MS);
  const over = new AbortController();
  const limited = { ...job, maxRetries: 1, deadline: { ...job.deadline, workUntilMs } };
  const brief = { ...caller, signal: over.signal, job: limited };
  const answered = new AbortController();
  void clock.sleep(workUntilMs - nowMs, answered.signal).then(() => over.abort('over'));
  const budget = { weight: session.limiter('futures').room(nowMs).weightLeft * WEIGHT_SHARE };
  const bySize = [...stays].sort((a, b) => (isMore(magnitude(a.first.notional), magnitude(b.first.notional)) ? -1 : 1));
  const profits = await Promise.all(bySize.map(async stay => [stay, await profitOf(brief, stay, budget)] as const));
  answered.abort('answered');
  return new Map(profits);
}

async function profitOf(caller: Caller, stay: Stay, budget: { weight: number }): Promise<Profit> {
  const orders = stay.orders.filter(mayHaveExecuted);
  // The profit of positions that others closed can only be estimated.
  if (orders.length === 0) return estimatedProfit(stay);
  const ids = await Promise.all(orders.map(one => executedOrder(caller, stay.first.symbol, one, budget)));
  if (ids.includes(undefined)) return estimatedProfit(stay);
  const executed = ids.flatMap(one => (one && !isZero(one.quantity) ? [one] : []));
  const fills = await fillsOf(caller, stay.first.symbol, executed, budget);
  if (fills === undefined || fills.length === 0) return estimatedProfit(stay);
  const profit = profitFromFills(fills, stay.first.marginAsset);
  // Others closed a part of it, whose profit is not known.
  const closedByOthers = isMore(difference(magnitude(stay.first.amount), profit.quantity), '0');
  return closedByOthers ? { ...profit, isEstimate: true } : profit;
}

const mayHaveExecuted = ({ receipt, failure }: SentOrder): boolean =>
  receipt
    ? receipt.executedQuantity === undefined || !isZero(receipt.executedQuantity)
    : failure?.certainty === 'unknown' || failure === undefined;

interface Executed {
  readonly orderId: string;
  readonly quantity: string;
  readonly atMs: number;
}

/** What an order executed in the end; undefined if that cannot be read. */
async function executedOrder(
  caller: Caller,
  symbol: string,
  { order, receipt }: SentOrder,
  budget: { weight: number },
): Promise<Executed | undefined> {
  if (receipt?.orderId !== undefined && receipt.executedQuantity !== undefined && ENDED.has(receipt.status ?? '')) {
    return { orderId: receipt.orderId, quantity: receipt.executedQuantity, atMs: receipt.updatedAtMs };
  }
  if (!spend(budget, COSTS.order.weight)) return undefined;
  const found = await callExchange(caller, { kind: 'order', symbol, by: { clientOrderId: order.clientOrderId } });
  if (found.ok)
    return { orderId: found.value.orderId, quantity: found.value.executedQuantity, atMs: found.value.updatedAtMs };
  return found.failure.reason === 'nothing-there' ? { orderId: '', quantity: '0', atMs: 0 } : undefined;
}

const ENDED: ReadonlySet<string> = new Set(['FILLED', 'CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH', 'REJECTED']);

/** All fills of these orders; undefined if they could not all be read. */
async function fillsOf(
  caller: Caller,
  symbol: string,
  orders: readonly Executed[],
  budget: { weight: number },
): Promise<readonly Fill[] | undefined> {
  const { market } = caller.session;
  const own = new Set(orders.map(one => one.orderId));
  const wanted = sum(orders.map(one => one.quantity));
  const [only] = orders;
  if (only === undefined) return [];
  const sinceMs = Math.min(...orders.map(one => one.atMs)) - SLACK_MS;
  let from: { orderId: string } | { fillId: string } | { sinceMs: number } =
    orders.length === 1 && market.fillsByOrder ? { orderId: only.orderId } : { sinceMs };
  const fills = new Map<string, Fill>();
  const pages = createPages();
  for (;;) {
    if (!spend(budget, costIn(market, 'fills').weight)) return undefined;
    const page: Called<readonly Fill[]> = await callExchange(caller, { kind: 'fills', symbol, from });
    if (!page.ok) return undefined;
    for (const fill of page.value) if (own.has(fill.orderId)) fills.set(fill.fillId, fill);
    const missing = difference(wanted, sum([...fills.values()].map(fill => fill.quantity)));
    if (!isMore(missing, '0')) return [...fills.values()];
    const next = pages.after(page.value.map(fill => fill.fillId));
    if (next === undefined) return undefined;
    from = { fillId: next };
  }
}

/** A fill's time may be a little before that of its order's last change. */
const SLACK_MS = 60_000;

function spend(budget: { weight: number }, weight: number): boolean {
  if (budget.weight < weight) return false;
  budget.weight -= weight;
  return true;
}
