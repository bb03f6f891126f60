/** The result of one market: what was closed, its profit, and what is carried to the next attempt. */

import { windowToCarry } from '../../core/liquidation/account-faults.ts';
import { seenSymbols } from '../../core/liquidation/answer/errors-and-warnings.ts';
import { type MarketEnd, marketEndOf } from '../../core/liquidation/answer/market-ends.ts';
import { estimatedProfit, type Profit, sumByAsset } from '../../core/liquidation/answer/profit.ts';
import type { Carried } from '../../core/liquidation/carry/carried.ts';
import { learnedLimitsOf, ordersLeftBy } from '../../core/liquidation/carry/carry.ts';
import type { Stay } from '../../core/liquidation/lists/stays.ts';
import type { EngineState } from '../../core/liquidation/state.ts';
import type { ExchangeSession } from '../exchange/exchange-session.ts';
import type { LiquidatorPorts } from '../liquidator-ports.ts';
import { askFills } from './ask-fills.ts';
import type { AuditRecorder } from './audit-recorder.ts';
import type { EngineResult } from './run-engine.ts';
import type { Task } from './task.ts';

/** The loop is over in one market. */
export interface MarketOutcome {
  readonly session: ExchangeSession;
  readonly result: EngineResult;
  readonly recorder: AuditRecorder;
}

export interface MarketResult extends MarketEnd {
  readonly recorder: AuditRecorder;
  /** In this attempt. */
  readonly stays: readonly Stay[];
  readonly gone: readonly Stay[];
  readonly cancelled: number;
  /** Of all attempts. */
  readonly carried: Carried;
  readonly profitOf: (stay: Stay) => Profit;
}

/** Fills are read only when the market is flat, or nothing more can be done. */
export async function marketResult(
  ports: LiquidatorPorts,
  task: Task,
  { session, result, recorder }: MarketOutcome,
): Promise<MarketResult> {
  const { state } = result;
  const stays = state.job.scope.closePositions ? state.stays : [];
  const gone = stays.filter(stay => stay.goneAtMs !== undefined);
  const profits =
    gone.length === 0
      ? new Map<Stay, Profit>()
      : await askFills({ clock: ports.clock, session, job: { ...state.job, deadline: task.deadline } }, gone);
  const profitOf = (stay: Stay): Profit => profits.get(stay) ?? estimatedProfit(stay);
  recorder.end(state, profitOf);

  const { carried: before } = state;
  const cancelled = cancelledBy(state);
  return {
    ...marketEndOf(result),
    ...{ recorder, stays, gone, cancelled, profitOf },
    carried: {
      closed: before.closed + gone.length,
      ordersCancelled: before.ordersCancelled + cancelled,
      realizedPnl: sumByAsset([before.realizedPnl, ...gone.map(stay => profitOf(stay).realizedPnl)]),
      commissions: sumByAsset([before.commissions, ...gone.map(stay => profitOf(stay).commissions)]),
      isEstimate: before.isEstimate || gone.some(stay => profitOf(stay).isEstimate),
      stays: stays.filter(stay => stay.goneAtMs === undefined),
      orders: ordersLeftBy(state),
      learnt: learnedLimitsOf(state),
      recvWindowMs: windowToCarry(state),
      seen: seenSymbols(state),
    },
  };
}

/** Orders that were seen, are gone, and did not fill. */
function cancelledBy(state: EngineState): number {
  const filled = [...state.entries.values()].filter(({ outcome }) => typeof outcome === 'object').length;
  return Math.max(0, state.counts.ordersCancelled - filled);
}
