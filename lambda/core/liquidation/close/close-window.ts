/**
 * recvWindow of a close. An order that waits in the matching engine for longer is refused (-5028), and is not answered while
 * it waits. So after each order without an answer the window is doubled, and the next attempt begins with it. A close that
 * is executed late can only reduce.
 */
import type { EngineState } from '../state.ts';
import type { CloseTarget } from '../symbols/symbol-work.ts';

/** Binance, General Info, "Timing security": recvWindow is at most 60000. */
export const WIDEST_WINDOW_MS = 60_000;

export const windowOf = ({ faults }: Pick<EngineState, 'faults'>, target: CloseTarget): number =>
  Math.min(WIDEST_WINDOW_MS, faults.recvWindowMs * (isSilent(target) ? 2 ** target.tries : 1));

const isSilent = ({ failure }: CloseTarget): boolean =>
  failure?.certainty === 'unknown' && failure.reason === 'no-answer';

/** For the next attempt; undefined if it need not be wider than configured. */
export function windowToCarry(state: EngineState): number | undefined {
  let widestMs = state.faults.recvWindowMs;
  for (const { targets } of state.symbols.values()) {
    for (const target of targets)
      if (target.row !== undefined) widestMs = Math.max(widestMs, nextWindowMs(state, target));
  }
  return widestMs > state.job.recvWindowMs ? Math.min(WIDEST_WINDOW_MS, widestMs) : undefined;
}

function nextWindowMs(state: EngineState, target: CloseTarget): number {
  const { stage } = target;
  if (stage.kind !== 'in-flight') return windowOf(state, target);
  const sent = stage.ids.map(id => state.pending.get(id)?.request);
  return Math.max(...sent.map(request => (request?.kind === 'close' ? request.recvWindowMs * 2 : 0)));
}
