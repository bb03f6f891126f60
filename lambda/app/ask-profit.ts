/** Asks the exchange what closing brought, once the account is flat and time is left; estimates what it cannot learn. */

import { estimatedProfit, type Profit, profitFromTrades } from '../core/profit.ts';
import { REQUESTS } from '../core/request-costs.ts';
import { attempt } from './attempt.ts';
import type { SeenPosition } from './ledger.ts';
import type { Run } from './run.ts';

/** The profit of each position, in the given order. Positions that others closed can only be estimated. */
export async function askProfit(run: Run, positions: readonly SeenPosition[]): Promise<readonly Profit[]> {
  const { deadline, world } = run;
  const workUntilMs = Math.min(deadline.workUntilMs, world.clock.nowMs() + PATIENCE_MS);
  const brief = { ...run, deadline: { ...deadline, workUntilMs } };
  return Promise.all(positions.map(position => profitOf(brief, position)));
}

/** A flat account does not keep its caller waiting for figures: what is not known by then is estimated. */
const PATIENCE_MS = 1_500;

async function profitOf(run: Run, { first, closes }: SeenPosition): Promise<Profit> {
  const orderIds = closes.flatMap(({ receipt }) => (receipt ? [receipt.orderId] : []));
  // An order whose outcome stayed unknown may have traded too: then the sum would be wrong without saying so.
  if (orderIds.length === 0 || closes.some(({ failure }) => failure?.knowledge === 'unknown'))
    return estimatedProfit(first);
  const outcomes = await Promise.all(
    orderIds.map(orderId =>
      attempt(run, REQUESTS.trades, (exchange, limits) => exchange.trades(first.symbol, orderId, limits)),
    ),
  );
  const trades = outcomes.flatMap(outcome => (outcome.ok ? outcome.value : []));
  return outcomes.every(outcome => outcome.ok) && trades.length > 0 ? profitFromTrades(trades) : estimatedProfit(first);
}
