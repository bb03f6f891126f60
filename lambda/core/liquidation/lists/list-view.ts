/** What the exchange's lists showed last, each with its own age. */

import type { Failure, Reason } from '../../exchange/failure.ts';
import type { ConditionalOrder, OpenOrder, Position, Rows, StrategyOrder } from '../../exchange/model.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';

/** One answer to a list. */
export interface ListView<Row> extends Rows<Row> {
  /** Symbols of rows outside of what the call names: never acted on, only named to a person. */
  readonly elsewhere: readonly string[];
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** Only one of the answer's pages: the others are still on their way. */
  readonly inPart: boolean;
}

/** Whether rows of that symbol may be there that could not be read. */
export function isHidden({ unread, shown }: Pick<ListView<unknown>, 'unread' | 'shown'>, symbol: string): boolean {
  return unread.some(row => row.symbol === symbol || (row.symbol === undefined && shown?.has(symbol) !== true));
}

export interface Lists {
  readonly positions: ListState<Position>;
  readonly orders: ListState<OpenOrder>;
  readonly conditionals: ListState<ConditionalOrder>;
  readonly strategies: ListState<StrategyOrder>;
}

export type ListName = keyof Lists;

export interface ListState<Row> {
  /** The newest answer, in scope; undefined before the first. */
  readonly latest: ListView<Row> | undefined;
  /** Consecutive failures, the last of them, and when the next try is due. */
  readonly failures: number;
  readonly failure: Failure | undefined;
  readonly notBeforeMs: number;
  /** A look at least this new is asked for: a refusal pointed at this list. */
  readonly wantedSinceMs: number;
  /** It cannot be read in this attempt: its endpoint is refused. */
  readonly exhausted: boolean;
}

export const UNREAD_LIST = {
  latest: undefined,
  failures: 0,
  failure: undefined,
  notBeforeMs: 0,
  wantedSinceMs: 0,
  exhausted: false,
} as const;

/**
 * Positions have an endpoint of the version before: asked in turn, where the newer one fails in a way that may be its
 * own. What speaks of the way, the clock or the limits holds for both.
 */
export const asksOlder = ({ failure, failures }: Pick<ListState<unknown>, 'failure' | 'failures'>): boolean =>
  failure !== undefined && !ALIKE_FOR_BOTH.has(failure.reason) && failures % 2 === 1;

const ALIKE_FOR_BOTH: ReadonlySet<Reason> = new Set([
  ...(['not-sent', 'unreachable', 'stale-connection', 'clock'] as const),
  ...(['weight-limit', 'order-limit', 'ip-ban'] as const),
]);

/** Requests that read a list. */
export type ListRequestKind = Extract<
  ExchangeRequest['kind'],
  'positions' | 'open-orders' | 'conditional-orders' | 'strategy-orders'
>;

export const listNameOf = (kind: ListRequestKind): ListName => LISTS[kind];

const LISTS = {
  positions: 'positions',
  'open-orders': 'orders',
  'conditional-orders': 'conditionals',
  'strategy-orders': 'strategies',
} as const satisfies Record<ListRequestKind, ListName>;
