/** The liquidator's answer on the terminal: the verdict in a box, open positions, errors and their guides, the plan. */

import type { Answer, AnswerError, PlannedAction } from '../../lambda/contract.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import { profitWords, worth } from '../../lambda/views/words.ts';
import { box, hanging, inColumns, present } from '../terminal/layout.ts';
import { countText, duration, firstOf } from '../terminal/numbers.ts';
import type { Paint, Screen } from '../terminal/paint.ts';

const MOST_SHOWN = 12;
const NOT_BAD: readonly Answer['state'][] = ['completed', 'skipped', 'in_progress'];

/** `headline` is the current state, when it has changed since the answer. */
export function answerLines(answer: Answer, screen: Screen, headline = answer.headline): readonly string[] {
  const tone = isFlatResult(answer.state, headline) ? 'good' : NOT_BAD.includes(answer.state) ? 'warn' : 'bad';
  return [
    ...box({ word: headline, rest: summary(answer), tone }, screen),
    ...remainingLines(answer, screen),
    ...errorLines(answer.errors, 'bad', screen),
    ...errorLines(answer.warnings, 'warn', screen),
  ];
}

function summary(answer: Answer): string {
  const { positions_closed, positions_failed, orders_cancelled, duration_seconds } = answer;
  if (answer.state === 'skipped' || answer.state === 'in_progress' || answer.rounds === 0) return '';
  const fees = Object.entries(answer.commissions).map(([asset, amount]) => `${amount} ${asset}`);
  return present(
    `${countText(positions_closed, 'position')} closed`,
    positions_failed > 0 && `${positions_failed} failed`,
    `${countText(orders_cancelled, 'order')} cancelled in ${duration(duration_seconds * 1_000)}`,
    positions_closed > 0 && `PnL ${profitWords(answer)}${answer.pnl_is_estimate ? ' (estimate)' : ''}`,
    fees.length > 0 && `fees ${fees.join(', ')}`,
  ).join(', ');
}

function remainingLines({ state, remaining, rounds }: Answer, { paint, width }: Screen): readonly string[] {
  if (state === 'completed' || state === 'skipped' || state === 'in_progress' || rounds === 0) return [];
  if (!remaining.verified) {
    const unseen = 'The last read of the account failed: open positions unknown. Check the account at the exchange.';
    return hanging(' ', unseen, width).map(paint.bad);
  }
  const { positions, orders } = remaining;
  const rows = positions
    .slice(0, MOST_SHOWN)
    .map(one => [
      one.symbol,
      `${one.amount}${one.position_side === 'BOTH' ? '' : ` ${one.position_side}`}`,
      one.protective_orders === null
        ? 'stops not known'
        : one.protective_orders === 0
          ? paint.bad('no stop protects it')
          : `${countText(one.protective_orders, 'stop')} left`,
    ]);
  const more = positions.length - rows.length;
  return [
    `  Still open: ${countText(positions.length, 'position')}, ${countText(orders, 'order')}`,
    ...inColumns(rows, ['left', 'right', 'left'], { indent: 4, width }),
    ...(more > 0 ? [`    … and ${countText(more, 'more position')}`] : []),
  ];
}

const MOST_SYMBOLS = 5;

/** `bad` for errors, `warn` for warnings. Errors with one code and one text are one line, with their count. */
export function errorLines(
  errors: readonly AnswerError[],
  tone: 'bad' | 'warn',
  { paint, width }: Screen,
): readonly string[] {
  const mark = tone === 'bad' ? '✗' : '!';
  const kinds = [...Map.groupBy(errors, ({ code, message }) => JSON.stringify([code, message])).values()];
  const shown = kinds.slice(0, MOST_SHOWN);
  const more = kinds.length - shown.length;
  return [
    ...shown.flatMap(alike => hanging(`  ${paint[tone](mark)}`, sentence(alike), width)),
    ...(more > 0 ? [`  … and ${countText(more, 'more problem')}`] : []),
  ];
}

function sentence(alike: readonly AnswerError[]): string {
  const [{ code, message, heading } = { code: '', message: '', heading: '' }] = alike;
  const symbols = [...new Set(alike.flatMap(({ symbol }) => symbol ?? []))];
  const whose = symbols.length === 0 ? '' : `${firstOf(symbols, MOST_SYMBOLS)}: `;
  // "Once for each symbol" is already clear from the list of symbols.
  const often = alike.length > Math.max(1, symbols.length) ? `${alike.length} times: ` : '';
  return `${whose}${often}${message} [${code}; see "${heading}" in docs/troubleshooting.md]`;
}

const MOST_ROWS = 40;

/**
 * `isWhole` is false when the account, or part of it, could not be read: then an empty plan does not mean flat. Without
 * `symbols` it is the plan of the whole account.
 */
export function planLines(
  plan: readonly PlannedAction[],
  { paint, width }: Screen,
  isWhole: boolean,
  symbols?: readonly string[],
): readonly string[] {
  if (!isWhole) {
    if (plan.length === 0) return [`  ${paint.bad('not known: the account could not be read')}`];
    const seen = planLines(plan, { paint, width }, true);
    return [...seen, `  ${paint.bad('and possibly more: part of the account could not be read')}`];
  }
  if (plan.length === 0) {
    const where = symbols === undefined ? '' : ` in ${symbols.join(', ')}`;
    return [`  nothing: no position and no order${where}`];
  }
  const shown = plan.slice(0, MOST_ROWS);
  const rows = shown.map(action => [
    action.symbol,
    worth(action.notional) || '-',
    closes(action, paint),
    cancels(action),
  ]);
  const heading = ['symbol', 'worth', 'close', 'cancel'].map(paint.dim);
  const hidden = plan.length - shown.length;
  return [
    ...inColumns([heading, ...rows], ['left', 'right', 'left', 'left'], { width }),
    ...(hidden > 0 ? [paint.dim(`  … and ${countText(hidden, 'more symbol')}`)] : []),
  ];
}

function closes({ closes: all, not_closable }: PlannedAction, paint: Paint): string {
  const orders = all.map(({ side, quantity, position_side }) =>
    position_side === 'BOTH' ? `${side} ${quantity}` : `${side} ${quantity} (${position_side})`,
  );
  // A large position is closed in pieces; the first ones are enough.
  const shown = orders.length > 3 ? [...orders.slice(0, 2), `… ${orders.length} orders`] : orders;
  return [...(shown.length === 0 ? ['-'] : shown), ...(not_closable ? [paint.warn(not_closable)] : [])].join(', ');
}

function cancels(action: PlannedAction): string {
  const parts = [
    [action.cancel_orders, 'order'],
    [action.cancel_conditional_entries, 'conditional entry', 'conditional entries'],
  ] as const;
  const words = parts.flatMap(([number, one, many = `${one}s`]) =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`],
  );
  const stops = action.cancel_protective_after_close;
  const first = words.join(', ');
  if (stops === 0) return first || '-';
  return `${first === '' ? '' : `${first}, `}then ${countText(stops, 'stop')}`;
}
