/**
 * Which positions can be closed now, the largest first. A close waits, for a short time, for the cancels of its symbol
 * (resting orders make it fail: -2022, -4118) and for the list of orders; it never waits for other symbols.
 */

import type { CloseOrder } from '../../exchange/model.ts';
import { clientOrderId } from '../../invocation/identity.ts';
import { isBeingRepaired } from '../account-faults.ts';
import { duplicateReadMs, pendingReads } from '../lists/want-reads.ts';
import type { EngineState } from '../state.ts';
import { type CloseTarget, type SymbolWork, uncancelledOrders } from '../symbols/symbol-work.ts';
import { DUPLICATE_READ_MIN_MS } from '../timing.ts';
import { isDue } from '../work.ts';
import { planClose } from './plan-close.ts';
import { rulesOf } from './rules-progress.ts';

interface DueClose {
  readonly notionalUsd: number;
  readonly target: CloseTarget;
}

/** Without the orders, which `closeOrders` makes when they go out. `cancelsFromMs`: when the limits allow a cancel. */
export function wantCloses(
  state: EngineState,
  nowMs: number,
  cancelsFromMs: number,
): { readonly closes: readonly DueClose[]; readonly timers: readonly number[] } {
  const closes: DueClose[] = [];
  const timers: number[] = [];
  if (!mayWantCloses(state)) return { closes, timers };
  for (const shelf of state.symbols.shelves) {
    if (!shelf.summary().mayClose) continue;
    for (const symbolWork of shelf.values) {
      for (const target of symbolWork.targets) {
        if (target.position === undefined) continue;
        const { stage } = target;
        if (!isDue(target, nowMs)) {
          if (stage.kind === 'waiting') timers.push(stage.untilMs);
          continue;
        }
        const heldUntilMs = heldUntil(state, symbolWork, target, nowMs, cancelsFromMs);
        if (heldUntilMs > nowMs) timers.push(heldUntilMs);
        else closes.push({ notionalUsd: symbolWork.notionalUsd, target });
      }
    }
  }
  closes.sort((a, b) => b.notionalUsd - a.notionalUsd || (a.target.symbol < b.target.symbol ? -1 : 1));
  return { closes, timers };
}

/** Whether any close may go out now or after a wait. Cheap: no target is read. */
export const mayWantCloses = ({ symbols, mayAct, job }: EngineState): boolean =>
  mayAct && job.scope.closePositions && symbols.shelves.some(shelf => shelf.summary().mayClose);

/** The orders of one close; the same state gives the same names. */
export function closeOrders(state: EngineState, target: CloseTarget): readonly CloseOrder[] {
  const { position, symbol, side } = target;
  if (position === undefined) return [];
  const { orders } = planClose(position, target.learnt, rulesOf(state, symbol));
  const { correlationId, attemptName, market } = state.job;
  return orders.map((draft, chunk) => {
    const name = { correlationId, symbol, side: draft.side, attempt: `${attemptName}.${target.batches + 1}`, chunk };
    return {
      ...draft,
      clientOrderId: clientOrderId(side === 'BOTH' ? name : { ...name, positionSide: side }, market.longestClientId),
    };
  });
}

/** Infinity during a repair: its end is an event. */
function heldUntil(
  state: EngineState,
  symbolWork: SymbolWork,
  target: CloseTarget,
  nowMs: number,
  cancelsFromMs: number,
): number {
  if (isBeingRepaired(state, target.failure)) return Number.POSITIVE_INFINITY;
  if (!state.job.scope.cancelOrders) return nowMs;
  const { latest, failures, exhausted } = state.lists.orders;
  if (latest === undefined) {
    const sinceMs = state.lists.positions.latest?.answeredAtMs ?? nowMs;
    if (exhausted || pendingReads(state, 'orders').length === 0) return nowMs;
    return sinceMs + (failures > 0 ? DUPLICATE_READ_MIN_MS : duplicateReadMs(state));
  }
  if (uncancelledOrders(symbolWork).length === 0) return nowMs;
  const { stage, startedAtMs } = symbolWork.cancelOrders;
  // A cancel that waits for its next try delays no close.
  if (stage.kind === 'exhausted' || stage.kind === 'waiting') return nowMs;
  const holdMs = cancelHoldMs(state);
  // A close is not counted by weight. If no cancel fits into the limits within the hold, the close goes out before it.
  if (startedAtMs === undefined && cancelsFromMs - nowMs > holdMs) return nowMs;
  return (startedAtMs ?? nowMs) + holdMs;
}

/** How long cancels may delay a close: the retries of one without an answer would use up the attempt. */
const cancelHoldMs = ({ job: { deadline } }: EngineState): number =>
  Math.min(CANCEL_HOLD_MAX_MS, (deadline.workUntilMs - deadline.startedAtMs) * CANCEL_HOLD_SHARE);

const CANCEL_HOLD_MAX_MS = 1_000;
const CANCEL_HOLD_SHARE = 0.2;
