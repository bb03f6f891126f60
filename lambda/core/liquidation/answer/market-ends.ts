/** What the markets of an account came to, as one answer: flat is what is flat everywhere, left is what is left anywhere. */

import type { Answer, AnswerError, MarketAnswer } from '../../../contract.ts';
import type { Settings } from '../../config/settings.ts';
import type { Failure } from '../../exchange/failure.ts';
import { MARKETS, type Market } from '../../exchange/market.ts';
import type { Position } from '../../exchange/model.ts';
import { answerError } from '../../invocation/answer-error.ts';
import type { End } from '../decide.ts';
import { type Leftover, leftover } from '../lists/proof.ts';
import type { EngineState } from '../state.ts';
import { remainingOf } from './answer.ts';
import { errorsOf, leftWarnings, unseenSymbols, unseenWarnings, warningsOf } from './errors-and-warnings.ts';

export interface MarketEnd {
  readonly state: EngineState;
  readonly end: End;
  readonly left: Leftover;
}

export function marketEndOf({ state, end }: Pick<MarketEnd, 'state' | 'end'>): MarketEnd {
  return { state, end, left: leftover(state) };
}

/** A market that is not covered, as one read showed it. */
export interface UncoveredRead {
  readonly market: Market;
  /** Undefined where it could not be read. */
  readonly positions: readonly Position[] | undefined;
  /** Where open orders need margin: symbols, or assets. Undefined where that was not shown. */
  readonly ordersIn?: readonly string[] | undefined;
  /** Why it could not be read; undefined where it was not asked, or does not exist. */
  readonly failure: Failure | undefined;
  /** Not of a market: the spot margin orders beside it, by their symbols. */
  readonly marginOrders?: readonly string[];
}

/** The end of the run: of the market that continues soonest. */
export function endOfAll(ends: readonly MarketEnd[]): End {
  const find = (kind: End['kind']) => ends.find(one => one.end.kind === kind)?.end;
  const timed = ends.filter(one => one.end.kind === 'time');
  const seenFlatOnce = ends.every(({ end }) => end.kind === 'flat' || (end.kind === 'time' && end.seenFlatOnce));
  if (timed.length > 0) return { kind: 'time', seenFlatOnce };
  return find('attempts') ?? find('limited') ?? find('stopped') ?? { kind: 'flat' };
}

/** Errors and rows name their market where the account has more than USDⓈ-M. */
const isNamed = (ends: readonly MarketEnd[]): boolean =>
  ends.length > 1 || ends.some(({ state }) => state.job.market !== MARKETS.usdm);

const named = <T extends object>(market: Market, all: boolean, one: T): T & { market?: Market['name'] } =>
  all ? { ...one, market: market.name } : one;

export function errorsOfAll(ends: readonly MarketEnd[], settings: Settings): readonly AnswerError[] {
  const all = isNamed(ends);
  const open = ends.filter(({ state }) => state.lists.positions.latest !== undefined);
  return ends.flatMap(({ state, end, left }) =>
    errorsOf(state, end, left, settings)
      .map(error => (error.code === 'KEY_REFUSED' ? withTakers(error, state.job.market, open) : error))
      .map(error => named(state.job.market, all, error)),
  );
}

/** The key is good, and lacks a right. */
function withTakers(error: AnswerError, market: Market, open: readonly MarketEnd[]): AnswerError {
  const takers = open.map(({ state }) => state.job.market).filter(one => one !== market);
  if (takers.length === 0) return error;
  const message = `${error.message} (${takers.map(one => one.title).join(', ')} takes the key: it lacks the right to ${market.title})`;
  return { ...error, message };
}

export function warningsOfAll(
  ends: readonly MarketEnd[],
  uncovered: readonly UncoveredRead[],
  settings: Settings,
): readonly AnswerError[] {
  const states = ends.map(({ state }) => state);
  const lefts = ends.map(({ left }) => left);
  return [
    ...(ends.length === 0 ? [] : leftWarnings(lefts, settings)),
    ...unseenWarnings(states, unseenInAll(ends), uncovered),
    ...states.flatMap(state => warningsOf(state, settings)),
    ...uncovered.flatMap(warningsOfUncovered),
  ];
}

const MOST_NAMED = 5;

function warningsOfUncovered(read: UncoveredRead): readonly AnswerError[] {
  const { market, positions, ordersIn = [], failure, marginOrders } = read;
  if (marginOrders !== undefined) return warningsOfMargin(marginOrders);
  const { title, name } = market;
  if (positions === undefined) {
    if (failure === undefined) return [];
    return [answerError('MARKET_NOT_READ', `${title} is not covered, and could not be read: ${failure.message}`)];
  }
  if (!isHeld(read)) return [];
  const count = positions.length === 1 ? '1 open position' : `${positions.length} open positions`;
  const held = [
    ...(positions.length === 0 ? [] : [`${count} (${firstOf(positions.map(row => `${row.symbol} ${row.amount}`))})`]),
    ...(ordersIn.length === 0 ? [] : [`open orders (${firstOf(ordersIn)})`]),
  ];
  const message = `${title} holds ${held.join(' and ')} and is not covered: add ${name} to markets under [exchange]`;
  return [answerError('MARKET_NOT_COVERED', message)];
}

const isHeld = ({ positions = [], ordersIn = [] }: UncoveredRead): boolean =>
  positions.length > 0 || ordersIn.length > 0;

const firstOf = (names: readonly string[]): string => {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${names.slice(0, MOST_NAMED).join(', ')}${more}`;
};

function warningsOfMargin(orders: readonly string[]): readonly AnswerError[] {
  if (orders.length === 0) return [];
  const count = orders.length === 1 ? '1 spot margin order' : `${orders.length} spot margin orders`;
  const symbols = [...new Set(orders)].slice(0, MOST_NAMED).join(', ');
  return [answerError('MARGIN_ORDERS_OPEN', `${count} (${symbols}) of this account not touched: cancel by hand`)];
}

/** Named symbols of which nothing was seen in any market. */
export function unseenInAll(ends: readonly MarketEnd[]): readonly string[] {
  const [first, ...others] = ends.map(({ state }) => unseenSymbols(state));
  return (first ?? []).filter(symbol => others.every(unseen => unseen.includes(symbol)));
}

/** The markets that the headline names: if there are more than USDⓈ-M, or if one that is not covered holds something. */
export function coversOf(ends: readonly MarketEnd[], uncovered: readonly UncoveredRead[]): readonly string[] {
  const titles = ends.map(({ state }) => state.job.market.headline);
  if (uncovered.some(isHeld)) return [`ONLY ${titles.join(', ')}`];
  return isNamed(ends) ? titles : [];
}

export function remainingOfAll(ends: readonly MarketEnd[]): Answer['remaining'] {
  const all = isNamed(ends);
  const parts = ends.map(({ state, left }) => ({ market: state.job.market, remaining: remainingOf(left) }));
  const seen = parts.map(({ remaining }) => remaining.seen_at);
  return {
    verified: parts.every(({ remaining }) => remaining.verified),
    // The oldest; null if a market was never read.
    seen_at: seen.includes(null) ? null : (seen.toSorted()[0] ?? null),
    positions: parts.flatMap(({ market, remaining }) => remaining.positions.map(row => named(market, all, row))),
    orders: parts.reduce((sum, { remaining }) => sum + remaining.orders, 0),
  };
}

export const marketsOfAnswer = (
  ends: readonly MarketEnd[],
  uncovered: readonly UncoveredRead[],
): readonly MarketAnswer[] => [
  ...ends.map(
    ({ state, end, left }): MarketAnswer => ({
      ...titled(state.job.market, true),
      flat: end.kind === 'flat',
      positions: state.lists.positions.latest === undefined ? null : left.positions.length,
      orders: left.orders === 0 && !wereOrdersRead(state) ? null : left.orders,
    }),
  ),
  ...uncovered
    .filter(({ marginOrders }) => marginOrders === undefined)
    .map(
      ({ market, positions }): MarketAnswer => ({
        ...titled(market, false),
        flat: null,
        positions: positions?.length ?? null,
        orders: null,
      }),
    ),
];

/** Orders count as none only if both lists were read. */
const wereOrdersRead = ({ lists: { orders, conditionals }, job: { scope } }: EngineState): boolean =>
  !scope.cancelOrders || (orders.latest !== undefined && conditionals.latest !== undefined);

const titled = ({ name, title }: Market, covered: boolean) => ({ market: name, title, covered });
