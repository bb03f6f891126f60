/** What the exchange's lists showed last, each with its own age. */

import type { Failure, Reason } from '../../exchange/failure.ts';
import type { ConditionalOrder, OpenOrder, Position, Rows, TwapOrder, UnreadRow } from '../../exchange/model.ts';
import type { ExchangeRequest } from '../../exchange/request.ts';

/** One answer to a list. */
export interface ListView<Row> extends Rows<Row> {
  /** Symbols of rows outside of the call's symbols: only reported. */
  readonly elsewhere: readonly string[];
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** Only one of the answer's pages; the others still come. */
  readonly inPart: boolean;
}

/** Whether unreadable rows may be of that symbol. */
export function isHidden({ unread, shown }: Pick<ListView<unknown>, 'unread' | 'shown'>, symbol: string): boolean {
  return unread.some(row => row.symbol === symbol || (row.symbol === undefined && shown?.has(symbol) !== true));
}

export interface Lists {
  readonly positions: ListState<Position>;
  readonly orders: ListState<OpenOrder>;
  readonly conditionals: ListState<ConditionalOrder>;
  readonly twapOrders: ListState<TwapOrder>;
}

export type ListName = keyof Lists;

export interface ListState<Row> {
  /** The newest answer, in scope; undefined before the first. */
  readonly latest: ListView<Row> | undefined;
  /** Consecutive failures, the last of them, and when the next try is due. */
  readonly failures: number;
  readonly failure: Failure | undefined;
  readonly notBeforeMs: number;
  /** A read at least this new is wanted: a refusal pointed at this list. */
  readonly wantedSinceMs: number;
  /** Its endpoint is refused: it cannot be read in this attempt. */
  readonly exhausted: boolean;
  /** Of positions: whether the older version of the endpoint is read because rows of the newer one cannot be. */
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
 * Whether the older version of the positions' endpoint is read next: in turn if one fails in a way that the other may not,
 * and for good if rows of the newer one cannot be read.
 */
export function asksOlder({
  failure,
  failures,
  older,
}: Pick<ListState<unknown>, 'failure' | 'failures' | 'older'>): boolean {
  const isOtherTurn = failure !== undefined && !ALIKE_FOR_BOTH.has(failure.reason) && failures % 2 === 1;
  return isOtherTurn !== (older === 'asked');
}

/** Which endpoint is read after an answer with `unread` rows that cannot be read. */
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
export type ListRequestKind = keyof typeof LISTS;

/** It looks for positions that another list hides (cross-check.ts): nothing waits for it. */
export const isCrossCheck = (request: ExchangeRequest): boolean =>
  request.kind === 'positions' && request.crossCheck === true;

export const listNameOf = (kind: ListRequestKind): ListName => LISTS[kind];

export const readsList = (kind: ExchangeRequest['kind']): kind is ListRequestKind => Object.hasOwn(LISTS, kind);

const LISTS = {
  positions: 'positions',
  'open-orders': 'orders',
  'conditional-orders': 'conditionals',
  'twap-orders': 'twapOrders',
} as const satisfies Partial<Record<ExchangeRequest['kind'], ListName>>;
