/** The errors and warnings of an answer: what still matters at the end, each with its reason. */

import type { AnswerError } from '../../../contract.ts';
import type { Settings } from '../../config/settings.ts';
import type { Failure } from '../../exchange/failure.ts';
import type { Position, UnreadRow } from '../../exchange/model.ts';
import { answerError, errorOfFailure } from '../../invocation/answer-error.ts';
import { isoMicros } from '../../invocation/identity.ts';
import type { End } from '../decide.ts';
import type { ListName } from '../lists/list-view.ts';
import type { Leftover } from '../lists/proof.ts';
import type { EngineState } from '../state.ts';
import type { SymbolWork } from '../symbols/symbol-work.ts';
import { isAboutOrders } from '../symbols/symbols.ts';

/** None for a flat account; for any other what keeps it from being flat, widest first. */
export function errorsOf(state: EngineState, end: End, left: Leftover, settings: Settings): readonly AnswerError[] {
  if (end.kind === 'flat') return [];
  const errors: AnswerError[] = [];
  if (end.kind === 'stopped') errors.push(errorOfFailure(end.failure));
  if (end.kind === 'limited') errors.push(mustWait(end.untilMs, end.failure));
  for (const own of state.symbols.values()) errors.push(...errorsOfSymbol(own, left));
  errors.push(...errorsOfTwapOrders(state));
  if (!left.verified) errors.push(...errorsOfLists(state, end));
  if (end.kind === 'time') errors.push(answerError('TIMEOUT', `not flat within ${withinText(state, settings)}`));
  if (end.kind === 'attempts') {
    const message = `not flat after max_retries = ${settings.liquidation.maxRetries} further tries of each symbol`;
    errors.push(answerError('ATTEMPTS_EXHAUSTED', message));
  }
  if (!left.verified) errors.push(answerError('NOT_VERIFIED', notVerified(left)));
  return errors;
}

function mustWait(untilMs: number, failure: Failure | undefined): AnswerError {
  const until = `The exchange requested that nothing is sent before ${isoMicros(untilMs)}`;
  if (failure === undefined) return answerError('RATE_LIMITED', until);
  return { ...errorOfFailure(failure), message: `${failure.message.replace(/\.$/, '')}. ${until}` };
}

function errorsOfSymbol(
  { symbol, targets, orders, conditionals, cancelOrders, cancelConditionals }: SymbolWork,
  left: Leftover,
): readonly AnswerError[] {
  const errorsFor = (failure: Failure | undefined) => (failure ? [errorOfFailure(failure, symbol)] : []);
  const open = targets.filter(target => target.position !== undefined && target.failure !== undefined);
  const failures = open.flatMap(({ failure }) => errorsFor(failure));
  const failed = [
    ...(orders.length > 0 ? errorsFor(cancelOrders.failure) : []),
    ...(conditionals.length > 0 ? errorsFor(cancelConditionals.failure) : []),
  ];
  if (left.orders === 0) return failures;
  // If resting orders blocked a close, the failed cancel is the cause: it comes first.
  return open.some(isAboutOrders) ? [...failed, ...failures] : [...failures, ...failed];
}

/** TWAP and VP orders that are still listed, each with the reason if it is known. */
function errorsOfTwapOrders({ lists, twapOrders, job: { scope } }: EngineState): readonly AnswerError[] {
  const { failure } = twapOrders;
  if (!scope.cancelOrders || failure === undefined) return [];
  return (lists.twapOrders.latest?.rows ?? []).map(({ symbol, algoId }) => {
    const message = `the TWAP or VP order ${algoId} is not cancelled: ${failure.message}`;
    return errorOfFailure({ ...failure, message }, symbol);
  });
}

function errorsOfLists(state: EngineState, end: End): readonly AnswerError[] {
  const lists = (['positions', 'orders', 'conditionals'] as const).map(name => ({ name, ...state.lists[name] }));
  const known = end.kind === 'stopped' || end.kind === 'limited';
  const failures = lists.flatMap(({ name, failure, failures: count }) =>
    failure && count > 0 && !known
      ? [errorOfFailure({ ...failure, message: `the ${LIST_WORDS[name]} could not be read: ${failure.message}` })]
      : [],
  );
  const unread = lists.flatMap(({ name, latest }) =>
    (latest?.unread ?? []).map(row => answerError('ROW_UNREADABLE', unreadText(row, LIST_WORDS[name]), row.symbol)),
  );
  return [...failures, ...unread];
}

const unreadText = ({ symbol, problem, isPage }: UnreadRow, list = ''): string =>
  isPage
    ? `one of the two pages of ${list} cannot be read: ${problem}`
    : `a row of ${symbol ?? 'an unnamed symbol'} cannot be read: ${problem}`;

/** The time is that of this attempt if it was resumed, or if the function is about to be stopped. */
function withinText({ job: { deadline } }: EngineState, { liquidation: { timeoutMs } }: Settings): string {
  const ownMs = Math.round(deadline.answerByMs - deadline.startedAtMs);
  return ownMs === timeoutMs ? `timeout_seconds = ${timeoutMs / 1_000}` : `the ${ownMs / 1_000} s of this attempt`;
}

const LIST_WORDS: Readonly<Record<ListName, string>> = {
  positions: 'positions',
  orders: 'open orders',
  conditionals: 'conditional orders',
  twapOrders: 'TWAP and VP orders',
};

function notVerified({ seenAtMs, neverRead }: Leftover): string {
  if (neverRead.length > 0) {
    const words = neverRead.map(name => LIST_WORDS[name]).join(', ');
    return `never read: ${words}. What is left of them is not known`;
  }
  const at = isoMicros(seenAtMs ?? 0);
  return `what is left was last seen at ${at}; it was not read whole, or something was sent after it`;
}

/** What was done as asked and should be known. */
export function warningsOf(state: EngineState, settings: Settings): readonly AnswerError[] {
  const { twapOrders } = state.lists;
  const warnings = [...disagreeingSigns(state), ...hiddenRows(state)];
  if (!state.job.hasWallet || !settings.liquidation.cancelOrders || twapOrders.latest !== undefined) return warnings;
  const why = twapOrders.failure ? ` (${twapOrders.failure.message})` : '';
  const message = `TWAP and VP orders were not read: the wallet's host did not list them${why}`;
  return [...warnings, answerError('STRATEGIES_NOT_READ', message)];
}

/** Named symbols of which neither a position nor an order was ever seen, once every list was read. */
export function unseenSymbols(state: EngineState): readonly string[] {
  const { symbols } = state.job.scope;
  const { positions, orders, conditionals } = state.lists;
  if (symbols === undefined || !positions.latest || !orders.latest || !conditionals.latest) return [];
  const seen = new Set(seenSymbols(state));
  return symbols.filter(symbol => !seen.has(symbol));
}

/** Named symbols of which something was seen, by this attempt or one before it. */
export function seenSymbols({ symbols, carried, job }: EngineState): readonly string[] {
  if (job.scope.symbols === undefined) return [];
  return [...new Set([...carried.seen, ...[...symbols.values()].filter(wasSeen).map(own => own.symbol)])];
}

interface Elsewhere {
  readonly positions?: readonly Pick<Position, 'symbol'>[] | undefined;
  readonly ordersIn?: readonly string[] | undefined;
}

/** A name without position or order is probably misspelled, so what is open is named. `uncovered`: markets not covered. */
export function unseenWarnings(
  states: readonly EngineState[],
  symbols: readonly string[],
  uncovered: readonly Elsewhere[] = [],
): readonly AnswerError[] {
  const elsewhere = new Set(uncovered.flatMap(({ positions = [] }) => positions.map(one => one.symbol)));
  const orders = new Set(uncovered.flatMap(({ ordersIn = [] }) => ordersIn));
  const open = openElsewhere(states, elsewhere);
  return symbols.map(symbol => {
    const message = elsewhere.has(symbol)
      ? `${symbol} is held in a market that is not covered, so it was not closed`
      : orders.has(symbol)
        ? `${symbol} has open orders in a market that is not covered, so they were not cancelled`
        : `no position and no order in ${symbol}; ${open}; check how it is written`;
    return answerError('SYMBOL_NOT_SEEN', message, symbol);
  });
}

/** What the configuration asks to leave. */
export function leftWarnings(lefts: readonly Leftover[], { liquidation }: Settings): readonly AnswerError[] {
  const { closePositions, cancelOrders } = liquidation;
  const open = lefts.reduce((sum, { positions }) => sum + positions.length, 0);
  const positions = `close_positions = false: ${open === 1 ? '1 position was' : `${open} positions were`} left open`;
  return [
    ...(!closePositions && open > 0 ? [answerError('POSITIONS_LEFT', positions)] : []),
    ...(cancelOrders ? [] : [answerError('ORDERS_LEFT', 'cancel_orders = false: orders were left in the book')]),
  ];
}

const MOST_NAMED = 8;

/** Positions first: a misspelled name most likely meant one. */
function openElsewhere(states: readonly EngineState[], uncovered: ReadonlySet<string>): string {
  const lists = states.flatMap(state => [state.lists.positions, state.lists.orders, state.lists.conditionals]);
  const all = lists.flatMap(({ latest }) => latest?.elsewhere ?? []);
  const open = [...new Set([...all, ...uncovered])];
  if (open.length === 0) return 'nothing else is open in the account';
  const more = open.length > MOST_NAMED ? ` and ${open.length - MOST_NAMED} more` : '';
  return `open in the account: ${open.slice(0, MOST_NAMED).join(', ')}${more}`;
}

const wasSeen = (own: SymbolWork): boolean =>
  own.held ||
  own.orders.length > 0 ||
  own.conditionals.length > 0 ||
  own.cancelOrders.doneAtMs !== undefined ||
  own.cancelConditionals.doneAtMs !== undefined;

/** Rows of the newer endpoint that could not be read, if the older one was read instead. */
function hiddenRows({ lists: { positions } }: EngineState): readonly AnswerError[] {
  const rows = positions.older === 'asked' ? positions.hidden : [];
  return rows.map(row => {
    const message = `${unreadText(row)}; the older version of the endpoint was read instead`;
    return answerError('ROW_UNREADABLE', message, row.symbol);
  });
}

const disagreeingSigns = ({ stays }: EngineState): readonly AnswerError[] =>
  stays
    .filter(({ first }) => first.signDisagrees)
    .map(({ first: { symbol, positionSide } }) => {
      const message = `the exchange wrote the ${positionSide} position with the other sign; its side was taken from positionSide`;
      return answerError('POSITION_SIGN', message, symbol);
    });
