/** From what a run found to what callers read: state, headline, answer. */

import {
  type Answer,
  type AnswerError,
  type FinalState,
  HEADLINES,
  type RemainingPosition,
  retryingHeadline,
  type Trigger,
} from '../contract.ts';
import type { Leftover } from './flatness.ts';
import { clockTime, isoMicros } from './identity.ts';
import type { ConditionalOrder, Position, Scope } from './model.ts';
import { isProtective } from './plan.ts';

/** Who asked, and when: the part of an answer that is known from the start. */
export interface Asked {
  readonly correlationId: string | null;
  readonly botId: string | null;
  readonly trigger: Trigger | null;
  readonly dryRun: boolean;
  readonly startedAtMs: number;
}

export const NOTHING_KNOWN = { verified: false, positions: [], orders: 0 } as const;

/** An answer in which nothing was done; `parts` says what is different. */
export function answerOf(
  asked: Asked,
  finishedAtMs: number,
  parts: Partial<Answer> & Pick<Answer, 'headline' | 'state'>,
): Answer {
  const { headline, state, ...rest } = parts;
  return {
    // The verdict first: a person reads this in the console.
    headline,
    state,
    success: false,
    correlation_id: asked.correlationId,
    bot_id: asked.botId,
    trigger: asked.trigger,
    positions_closed: 0,
    positions_failed: 0,
    orders_cancelled: 0,
    total_realized_pnl: '0',
    pnl_is_estimate: false,
    commissions: {},
    duration_seconds: Math.round(finishedAtMs - asked.startedAtMs) / 1_000,
    rounds: 0,
    errors: [],
    warnings: [],
    remaining: NOTHING_KNOWN,
    replayed: false,
    dry_run: asked.dryRun,
    attempt: 0,
    started_at: isoMicros(asked.startedAtMs),
    finished_at: isoMicros(finishedAtMs),
    ...rest,
  };
}

/** Partial when something of what was asked for was done, failed when nothing was. */
export function stateOf(flat: boolean, done: { positions: number; orders: number }, scope: Scope): FinalState {
  if (flat) return 'completed';
  const progress = scope.closePositions ? done.positions : done.orders;
  return progress > 0 ? 'partial' : 'failed';
}

/** "FLAT" is said only of a whole account; a part of one, or one whose positions were left, is named as what it is. */
export function headlineOf(state: FinalState, scope: Scope, retryUntilMs: number | undefined): string {
  if (state === 'skipped') return HEADLINES.skipped;
  if (state !== 'completed') {
    return retryUntilMs === undefined ? HEADLINES.checkByHand : retryingHeadline(clockTime(retryUntilMs));
  }
  if (!scope.closePositions) return 'ORDERS CANCELLED, POSITIONS LEFT BY CONFIGURATION';
  const only = scope.symbols === undefined ? '' : ` (ONLY ${scope.symbols.join(', ')})`;
  const orders = scope.cancelOrders ? '' : ', ORDERS LEFT BY CONFIGURATION';
  return `${HEADLINES.flat}${only}${orders}`;
}

/** What is left, as callers see it, with the stops that still protect each position. */
export function remainingOf(left: Leftover): Answer['remaining'] {
  return {
    verified: left.verified,
    positions: left.positions.map(row => remaining(row, left.conditionals)),
    orders: left.orders,
  };
}

function remaining(row: Position, conditionals: readonly ConditionalOrder[]): RemainingPosition {
  const protective = conditionals.filter(
    one => one.symbol === row.symbol && one.positionSide === row.positionSide && isProtective(one),
  );
  return {
    symbol: row.symbol,
    position_side: row.positionSide,
    amount: row.amount,
    notional: row.notional,
    protective_orders: protective.length,
  };
}

/** A refusal: nothing was done. */
export function refusal(asked: Asked, finishedAtMs: number, errors: readonly AnswerError[]): Answer {
  return answerOf(asked, finishedAtMs, { headline: HEADLINES.refused, state: 'failed', errors });
}
