/** What a liquidation would do to the account as it was seen, for dry runs and preflights. */

import type { PlannedAction } from '../../../contract.ts';
import { byMagnitude, magnitude, sum } from '../../exchange/amount.ts';
import { cancellableNow } from '../cancel/want-cancels.ts';
import { planClose } from '../close/plan-close.ts';
import { rulesOf } from '../close/rules-progress.ts';
import type { EngineState } from '../state.ts';
import type { SymbolWork } from '../symbols/symbol-work.ts';

/** The most exposed symbol first; symbols with nothing to do are left out. */
export const describePlan = (state: EngineState): readonly PlannedAction[] =>
  [...state.symbols.values()]
    .map(own => plannedFor(state, own))
    .filter(
      plan =>
        plan.closes.length + plan.cancel_orders + plan.cancel_conditional_entries + plan.cancel_protective_after_close >
        0,
    )
    .sort((a, b) => byMagnitude(a.notional, b.notional) || (a.symbol < b.symbol ? -1 : 1));

function plannedFor(state: EngineState, own: SymbolWork): PlannedAction {
  const { closePositions, cancelOrders } = state.job.scope;
  const positions = own.targets.flatMap(({ position }) => (position ? [position] : []));
  const plans = own.targets.map(
    ({ position, learnt }) => position && planClose(position, learnt, rulesOf(state, own.symbol)),
  );
  const drafts = closePositions ? plans.flatMap(plan => plan?.orders ?? []) : [];
  const entries = cancelOrders ? cancellableNow(state, own).length : 0;
  return {
    symbol: own.symbol,
    notional: sum(positions.map(position => magnitude(position.notional))),
    cancel_orders: cancelOrders ? own.orders.length : 0,
    cancel_conditional_entries: entries,
    cancel_protective_after_close: cancelOrders && closePositions ? own.conditionals.length - entries : 0,
    closes: drafts.map(({ side, positionSide, quantity }) => ({ side, position_side: positionSide, quantity })),
  };
}
