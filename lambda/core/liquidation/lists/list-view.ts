/** What the exchange's lists showed last, each with its own age. */

import type { Failure, Reason } from '../../exchange/failure.ts';
import type { ConditionalOrder, OpenOrder, Position, Rows, StrategyOrder, UnreadRow } from '../../exchange/model.ts';
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
  /** Of positions: whether the endpoint of the version before is asked because rows of the newer one cannot be read. */
  readonly older: 'untried' | 'asked' | 'no-better';
  /** Rows that only the newer endpoint hid. */
  readonly hidden: readonly UnreadRow[];
}

export const UNREAD_LIST = {
  latest: undefined,
  failures: 0,
  failure: undefined,
  notBeforeMs: 0,
  wantedSinceMs: 0,
  exhausted: false,
  older: 'untried',
  hidden: [],
} as const;

/**
 * Positions have an endpoint of the version before: asked in turn, where one of them fails in a way that may be its own,
 * and instead of the newer one where rows of that cannot be read. What speaks of the way, the clock or the limits holds
 * for both.
 */
export function asksOlder({
  failure,
  failures,
  older,
}: Pick<ListState<unknown>, 'failure' | 'failures' | 'older'>): boolean {
  const isOtherTurn = failure !== undefined && !ALIKE_FOR_BOTH.has(failure.reason) && failures % 2 === 1;
  return isOtherTurn !== (older === 'asked');
}

/** After an answer with rows that cannot be read, or without: which endpoint is asked from now on. */
export function olderAfter(
  before: ListState<unknown>['older'],
  isOlder: boolean,
  unread: number,
): ListState<unknown>['older'] {
  if (unread === 0 || before === 'no-better') return before;
  return isOlder ? 'no-better' : 'asked';
}

const ALIKE_FOR_BOTH: ReadonlySet<Reason> = new Set([
  ...(['not-sent', 'unreachable', 'stale-connection', 'clock'] as const),
  ...(['weight-limit', 'order-limit', 'ip-ban'] as const),
]);

/** Requests that read a list. */
export type ListRequestKind = Extract<
  ExchangeRequest['kind'],
  'positions' | 'open-orders' | 'conditional-orders' | 'strategy-orders'
>;

/** It is asked for what another list hides (witness.ts): no read that others wait for. */
export const isWitness = (request: ExchangeRequest): boolean => request.kind === 'positions' && request.witness === true;

export const listNameOf = (kind: ListRequestKind): ListName => LISTS[kind];

const LISTS = {
  positions: 'positions',
  'open-orders': 'orders',
  'conditional-orders': 'conditionals',
  'strategy-orders': 'strategies',
} as const satisfies Record<ListRequestKind, ListName>;
