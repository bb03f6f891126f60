/** From what an attempt found to what callers read: state, headline, answer. */

import {
  type Answer,
  type AnswerError,
  type FinalState,
  HEADLINES,
  NOTHING_SEEN,
  type RemainingPosition,
  retryingHeadline,
  type Trigger,
} from '../../../contract.ts';
import { isMore, isZero } from '../../exchange/amount.ts';
import type { ConditionalOrder, Position, Scope } from '../../exchange/model.ts';
import { clockTime, isoMicros } from '../../invocation/identity.ts';
import { reducesOnly } from '../cancel/can-open.ts';
import type { Leftover } from '../lists/proof.ts';

/** Who asked, and when: the part of an answer that is known from the start. */
export interface Asked {
  readonly correlationId: string | null;
  readonly botId: string | null;
  readonly trigger: Trigger | null;
  readonly dryRun: boolean;
  readonly startedAtMs: number;
}

export const NOTHING_KNOWN = { verified: false, seen_at: null, positions: [], orders: 0 } as const;

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
    realized_pnl: {},
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

/** Partial when something of what was asked for was done, or the account was seen flat once; failed when nothing was. */
export function stateOf(
  flat: 'proven' | 'seen-once' | 'not',
  done: { readonly positions: number; readonly orders: number },
  scope: Scope,
): FinalState {
  if (flat === 'proven') return 'completed';
  const progress = scope.closePositions ? done.positions : done.orders;
  return flat === 'seen-once' || progress > 0 ? 'partial' : 'failed';
}

export interface Ended {
  readonly state: FinalState;
  readonly scope: Scope;
  readonly seenFlatOnce: boolean;
  /** The read that confirms found something open again. */
  readonly reopened: boolean;
  /** Named symbols of which nothing was ever seen. */
  readonly unseen: readonly string[];
  /** Markets to name in the headline; none if only USDⓈ-M is covered and no other market holds a position. */
  readonly covers: readonly string[];
  /** When retries end; undefined if there are none. */
  readonly retryUntilMs: number | undefined;
}

/** "FLAT" is said only of a whole account; a part of one, or one whose positions were left, is named as what it is. */
export function headlineOf({ state, scope, seenFlatOnce, reopened, unseen, covers, retryUntilMs }: Ended): string {
  if (state === 'skipped') return HEADLINES.skipped;
  const before = reopened ? `${HEADLINES.reopened}: ` : '';
  if (state !== 'completed') {
    if (retryUntilMs === undefined) return `${before}${HEADLINES.checkByHand}`;
    return `${before}${seenFlatOnce ? HEADLINES.seenFlatOnce : retryingHeadline(clockTime(retryUntilMs))}`;
  }
  if (!scope.closePositions) return `${before}ORDERS CANCELLED, POSITIONS LEFT BY CONFIGURATION`;
  const named = scope.symbols?.filter(symbol => !unseen.includes(symbol));
  if (named?.length === 0) return `${NOTHING_SEEN} ${unseen.join(', ')}`;
  const parts = [...(covers.length > 0 ? [covers.join(', ')] : []), ...(named ? [`ONLY ${named.join(', ')}`] : [])];
  const only = parts.length === 0 ? '' : ` (${parts.join('; ')})`;
  const orders = scope.cancelOrders ? '' : ', ORDERS LEFT BY CONFIGURATION';
  const flat = `${HEADLINES.flat}${only}${orders}`;
  return reopened ? `${HEADLINES.reopened}, ${flat} AGAIN` : flat;
}

/** What is left, as callers see it, with the stops that still protect each position. */
export function remainingOf(left: Leftover): Answer['remaining'] {
  return {
    verified: left.verified,
    seen_at: left.seenAtMs === undefined ? null : isoMicros(left.seenAtMs),
    positions: left.positions.map(row => remaining(row, left.conditionals)),
    orders: left.orders,
  };
}

function remaining(row: Position, conditionals: readonly ConditionalOrder[] | undefined): RemainingPosition {
  return {
    symbol: row.symbol,
    position_side: row.positionSide,
    amount: row.amount,
    notional: row.notional,
    protective_orders: conditionals ? conditionals.filter(one => protects(one, row)).length : null,
  };
}

/** A stop that reduces this position on the losing side of the mark. A take-profit does not protect. */
function protects(order: ConditionalOrder, row: Position): boolean {
  if (order.symbol !== row.symbol || !reducesOnly(order)) return false;
  if (order.positionSide !== undefined && order.positionSide !== row.positionSide) return false;
  const isLong = row.positionSide === 'LONG' || (row.positionSide === 'BOTH' && !row.amount.startsWith('-'));
  if (order.side !== (isLong ? 'SELL' : 'BUY') || /TAKE_PROFIT/.test(order.type)) return false;
  // A trailing stop has no trigger price, and follows the mark from the losing side.
  if (isZero(order.triggerPrice)) return /TRAILING/.test(order.type);
  if (isZero(row.markPrice)) return /^STOP/.test(order.type);
  return isLong ? isMore(row.markPrice, order.triggerPrice) : isMore(order.triggerPrice, row.markPrice);
}

/** A refusal: nothing was done. */
export function refusal(asked: Asked, finishedAtMs: number, errors: readonly AnswerError[]): Answer {
  return answerOf(asked, finishedAtMs, { headline: HEADLINES.refused, state: 'failed', errors });
}
