/**
 * What a read of the positions says of a close. Another order goes out only if something moved, or a try was used up. A rest
 * that no order can close is sent once as it was written; if that is refused it is reported as dust.
 */

import { isMore, magnitude } from '../../exchange/amount.ts';
import type { Failure } from '../../exchange/failure.ts';
import type { Position } from '../../exchange/model.ts';
import { duplicateReadMs } from '../lists/want-reads.ts';
import type { EngineState } from '../state.ts';
import type { CloseTarget, SymbolWork } from '../symbols/symbol-work.ts';
import { obstacleOf } from '../symbols/symbols.ts';
import { overdueMs } from '../timing.ts';
import { afterFailure } from '../work.ts';
import { doubtDigits, learnLimitForm } from './learnt.ts';
import { planClose } from './plan-close.ts';
import { rulesOf } from './rules-progress.ts';

/**
 * The target after a read that was sent at `sentAtMs` and shows `position`.
 *
 *   gone ─────────────────────────────▶ done
 *   changed since the last batch ─────▶ the rest at once, tries begin anew
 *   unchanged, and the read is newer ─▶ a try is used up (or none failed: the bot trades on)
 */
export function afterRead(
  state: EngineState,
  target: CloseTarget,
  position: CloseTarget['position'],
  sentAtMs: number,
  atMs: number,
): CloseTarget {
  const seen = { ...target, position };
  const { stage } = target;
  if (position === undefined) {
    // Reads may overtake one another: a newer one that still shows the position is no reason for another order.
    const isOut = stage.kind === 'in-flight' || (stage.kind === 'to-verify' && sentAtMs < stage.sinceMs);
    return { ...seen, tries: 0, waits: 0, stage: isOut ? stage : { kind: 'idle' }, dust: undefined };
  }
  const moved = target.triedAmount !== undefined && position.amount !== target.triedAmount;
  switch (stage.kind) {
    case 'to-verify':
      if (sentAtMs < stage.sinceMs || isLagging(target, position, atMs)) return seen;
      if (moved) return restAtOnce(state, seen, atMs);
      return untouched(state, seen, stage.failed, atMs);
    case 'in-flight': {
      // A part of the only order was executed: nothing more comes of it, whenever its answer comes. Else longer with each try.
      const isPart = moved && isOneOrder(state, target, stage.ids);
      const patienceMs = isPart ? duplicateReadMs(state) : overdueMs(state) * 2 ** Math.min(target.tries, 3);
      if (sentAtMs - stage.sinceMs < patienceMs) return seen;
      // No answer for so long: do not wait for it. A close that arrives late can only reduce.
      return moved
        ? restAtOnce(state, seen, atMs)
        : untouched(state, { ...seen, failure: CLOSE_UNANSWERED }, true, atMs);
    }
    case 'waiting':
    case 'exhausted':
      return moved ? restAtOnce(state, seen, atMs) : seen;
    case 'idle':
      return seen;
  }
}

/** Of several, the others are still on their way. */
function isOneOrder({ pending }: EngineState, { triedAmount = '0' }: CloseTarget, ids: readonly number[]): boolean {
  const [request] = ids.map(id => pending.get(id)?.request);
  return request?.kind === 'close' && !isMore(magnitude(triedAmount), request.order.quantity);
}

/** A position that grows after each batch (the bot still trades) is closed after a pause. */
function restAtOnce(state: EngineState, target: CloseTarget, atMs: number): CloseTarget {
  const fresh: CloseTarget = { ...target, tries: 0, waits: 0, stage: { kind: 'idle' } };
  const grows = isMore(target.position?.amount.replace('-', '') ?? '0', target.triedAmount?.replace('-', '') ?? '0');
  if (!grows || target.batches <= CALM_BATCHES) return fresh;
  const pauseMs = state.job.retryDelayMs * Math.min(8, target.batches - CALM_BATCHES);
  return { ...fresh, stage: { kind: 'waiting', untilMs: atMs + pauseMs } };
}

function untouched(state: EngineState, target: CloseTarget, failed: boolean, atMs: number): CloseTarget {
  const { job } = state;
  const own = state.symbols.get(target.symbol);
  const obstacle = own === undefined ? 'stays' : obstacleOf(own, target);
  if (obstacle === 'cancelled') return { ...target, tries: 0, waits: 0, stage: { kind: 'idle' } };
  if (obstacle === 'perhaps') return { ...target, tries: target.tries + 1, stage: { kind: 'idle' } };
  if (!failed && target.batches <= CALM_BATCHES) return { ...target, stage: { kind: 'idle' } };
  const failure = target.failure ?? UNTOUCHED;
  // The first order after an unknown answer goes out at once: the read took time already.
  const tried = afterFailure(job, target, 'later', failure, atMs, target.batches);
  const isFirst = tried.tries === 1 && tried.stage.kind === 'waiting' && failure.certainty === 'unknown';
  return { ...target, ...tried, ...(isFirst ? { stage: { kind: 'idle' } } : {}) };
}

const CALM_BATCHES = 3;

const UNTOUCHED: Failure = {
  certainty: 'unknown',
  subject: 'target',
  reason: 'no-answer',
  message: 'orders were taken, and no read after them showed the position smaller',
};
const CLOSE_UNANSWERED: Failure = {
  certainty: 'unknown',
  subject: 'request',
  reason: 'no-answer',
  message: 'no answer to the close order, and no read after it showed the position smaller',
};

/** A row older than our own fill counts as lag for so long. Then it is believed: closing again can only reduce. */
const LAG_MAX_MS = 1_500;

const isLagging = ({ fill }: CloseTarget, position: NonNullable<CloseTarget['position']>, atMs: number): boolean =>
  fill !== undefined && position.updatedAtMs < fill.updatedAtMs && atMs - fill.knownAtMs <= LAG_MAX_MS;

/** A target that none of the planned orders can close: with another form of order, or given up as dust. */
export function otherFormOrDust(state: EngineState, target: CloseTarget): CloseTarget {
  const { position, learnt, stage } = target;
  const knowsDigits = learnt.digits !== undefined || learnt.offStep === true;
  if (position === undefined || !knowsDigits || stage.kind === 'in-flight' || stage.kind === 'to-verify') return target;
  const rules = rulesOf(state, target.symbol);
  const { orders, dust } = planClose(position, learnt, rules);
  if (orders.length > 0) return target;
  const otherForm = learnLimitForm(position, learnt, rules, learnt.atMs ?? 0) ?? doubtDigits(learnt);
  return otherForm === undefined
    ? asDust(target, position, dust)
    : { ...target, learnt: otherForm, stage: { kind: 'idle' } };
}

function asDust(target: CloseTarget, { symbol, amount }: Position, dust: string): CloseTarget {
  const message = `${dust} of ${amount} is below the smallest order of ${symbol}: it can only be closed on the exchange's page`;
  const failure: Failure = { certainty: 'refused', subject: 'target', reason: 'too-small', message };
  return { ...target, failure, dust, stage: { kind: 'exhausted' } };
}

/** After the rules were read: they may show that a rest is dust. */
export function otherFormsOrDust(state: EngineState): EngineState {
  const changed = new Map<string, SymbolWork>();
  for (const own of state.symbols.values()) {
    const targets = own.targets.map(target => otherFormOrDust(state, target));
    if (targets.some((target, at) => target !== own.targets[at])) changed.set(own.symbol, { ...own, targets });
  }
  return changed.size === 0 ? state : { ...state, symbols: state.symbols.withAll(changed) };
}
