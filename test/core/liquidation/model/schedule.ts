/**
 * One schedule: an account, the ways of its exchange, and what goes wrong, as plain data. Everything that happens follows
 * from it, so a schedule that fails can be made smaller, printed, and kept. Instants are ms from the start of the run.
 */

import type { Failure } from '../../../../lambda/core/exchange/failure.ts';
import type { PositionSide, Side } from '../../../../lambda/core/exchange/model.ts';
import type { RequestKind } from '../../../../lambda/core/exchange/request.ts';

export interface Schedule {
  readonly seed: number;
  readonly hedge: boolean;
  readonly positions: readonly HeldPosition[];
  readonly orders: readonly RestingOrder[];
  readonly conditionals: readonly WaitingOrder[];
  readonly twapOrders: readonly RunningTwap[];
  /** The bot, or a person, trades beside us. */
  readonly trades: readonly OtherTrade[];
  readonly exchange: ExchangeWays;
  readonly faults: readonly Fault[];
  readonly key: KeyRotation | undefined;
  /** Requests are refused for their clock until the server's time is asked for, once at each of these instants. */
  readonly clockSteps: readonly number[];
  readonly halts: readonly Halt[];
  readonly limits: readonly PlannedLimit[];
  readonly job: JobWays;
}

/** Amounts in thousandths; signed in both modes. */
export interface HeldPosition {
  readonly symbol: string;
  readonly side: PositionSide;
  readonly amount: number;
}

export interface RestingOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly quantity: number;
  readonly reduceOnly: boolean;
  /** It fills at this instant if it is still there. */
  readonly fillsAtMs: number | undefined;
  /** It fills when its cancel arrives. */
  readonly fillsOnCancel: boolean;
}

export interface WaitingOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly quantity: number;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly triggersAtMs: number | undefined;
}

/** A TWAP: opens `quantity` every `everyMs` until `untilMs`. */
export interface RunningTwap {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly quantity: number;
  readonly everyMs: number;
  readonly untilMs: number;
}

/** `delta` in thousandths, signed as a position is; where it reduces it never flips. */
export interface OtherTrade {
  readonly reduceOnly: boolean;
  readonly atMs: number;
  readonly symbol: string;
  readonly side: PositionSide;
  readonly delta: number;
}

export interface ExchangeWays {
  /** One way; the answer takes as long again. */
  readonly wireMs: number;
  readonly spreadMs: number;
  /** Positions show what was so long ago, until `lagsUntilMs`. */
  readonly positionLagMs: number;
  readonly listLagMs: number;
  readonly lagsUntilMs: number;
  /** How much of one order the book can fill, in thousandths; undefined: all of it. */
  readonly thinBook: number | undefined;
  /** How market orders end that find nothing at all, until `emptyUntilMs`. */
  readonly emptyUntilMs: number;
  readonly largestQuantity: number | undefined;
  /** What exchangeInfo says of it. */
  readonly documentedLargest: number | undefined;
  /** In hedge mode a close of less is refused as too small; 0: none is. In one-way mode reduce-only orders are exempt. */
  readonly leastQuantity: number;
  /** Digits that a quantity may have, and that rows are written with. */
  readonly takenDigits: number;
  /** What exchangeInfo says of them; left out: the same. */
  readonly documentedDigits?: number;
  readonly writtenDigits: number;
  /** Orders wait so long in the matching engine, until `queueUntilMs`. */
  readonly queueMs: number;
  readonly queueUntilMs: number;
  /** Which resting orders take up a position (-2022, -4118). */
  readonly reservedBy: 'reduce-only' | 'all-same-side';
  readonly oversize: 'trim' | 'reject';
  /** The state in a receipt. `new`: accepted, no fill reported. */
  readonly receipts: 'full' | 'new' | 'bare';
  readonly emptyCancel: 'ok' | 'unknown-order';
  /** Used by others of the same address before we began. */
  readonly weightUsed: number;
}

export interface Fault {
  readonly on: RequestKind | 'any';
  readonly symbol: string | undefined;
  readonly skip: number;
  readonly times: number;
  readonly untilMs: number;
  readonly fate: Fate;
}

export type Says = 'silence' | 'no-answer' | 'stale-connection' | 'server-error' | 'bad-reply' | 'unreachable';

export type Fate =
  | { readonly kind: 'slow'; readonly thereMs: number; readonly backMs: number }
  /** It never arrives. */
  | { readonly kind: 'lost'; readonly says: Says; readonly afterMs: number }
  /** It is executed, and its answer does not come. */
  | { readonly kind: 'unanswered'; readonly says: Exclude<Says, 'unreachable'>; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly failure: Omit<Failure, 'message'> }
  /** It arrives twice. */
  | { readonly kind: 'twice'; readonly afterMs: number }
  /** A list whose rows of this symbol (all: undefined) cannot be read, or are not there. */
  | { readonly kind: 'unread'; readonly symbol: string | undefined }
  | { readonly kind: 'hides'; readonly symbol: string | undefined }
  /**
   * A list of two pages: one comes alone, the other so much later. `isLost`: it never comes, and the answer is the
   * first page, with the other one named as missing.
   */
  | { readonly kind: 'in-part'; readonly page: 0 | 1; readonly restMs: number; readonly isLost: boolean };

export interface KeyRotation {
  /** The old key is refused from here on. */
  readonly atMs: number;
  /** The secret holds the new one from here on. */
  readonly secretAtMs: number;
}

export interface Halt {
  readonly symbol: string;
  readonly untilMs: number;
  readonly reason: 'not-trading' | 'symbol-restricted' | 'rejected';
}

/** From `atMs` on the exchange refuses for its limits, with or without a requested wait. */
export interface PlannedLimit {
  readonly atMs: number;
  readonly reason: 'weight-limit' | 'ip-ban' | 'order-limit';
  readonly waitMs: number;
  readonly isReported: boolean;
}

export interface JobWays {
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly jitter: number;
  readonly recvWindowMs: number;
  readonly hasWallet: boolean;
  readonly closePositions: boolean;
  readonly cancelOrders: boolean;
  readonly symbols: readonly string[] | undefined;
  /** The lock and the first record take so long. */
  readonly mayActAfterMs: number;
  readonly confirmMs: number;
}

/** When the last fault that ends is over; Infinity where one never ends. */
export function calmFromMs({ faults, halts, key, limits, exchange, trades, ...rest }: Schedule): number {
  return Math.max(
    0,
    ...faults.map(one => one.untilMs),
    ...halts.map(one => one.untilMs),
    ...limits.map(one => one.atMs + one.waitMs),
    ...trades.map(one => one.atMs),
    ...rest.twapOrders.map(one => one.untilMs),
    ...rest.orders.map(one => one.fillsAtMs ?? 0),
    ...rest.conditionals.map(one => one.triggersAtMs ?? 0),
    ...rest.clockSteps,
    ...(key ? [key.secretAtMs] : []),
    ...[exchange.lagsUntilMs, exchange.emptyUntilMs, exchange.queueUntilMs],
  );
}

/** Orders that are to be left may take up a position for good (-2022, -4118). */
export const canEndFlat = ({ job, orders }: Schedule): boolean => job.cancelOrders || orders.length === 0;
