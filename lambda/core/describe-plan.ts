/** One symbol's plan, as dry runs and preflights show it. */

import type { PlannedAction } from '../contract.ts';
import { isMore } from './amount.ts';
import type { SymbolPlan } from './plan.ts';

export function describePlan(plan: SymbolPlan): PlannedAction {
  const dusty = plan.positions.find(one => isMore(one.dust, '0'));
  return {
    symbol: plan.symbol,
    notional: plan.exposure,
    cancel_orders: plan.cancelOrders,
    cancel_conditional_entries: plan.cancelConditionals.length,
    cancel_protective_after_close: plan.keptProtective,
    closes: plan.positions.flatMap(one =>
      one.closes.map(({ side, positionSide, quantity }) => ({ side, position_side: positionSide, quantity })),
    ),
    ...(dusty ? { not_closable: `${dusty.dust} is below the smallest order` } : {}),
  };
}
