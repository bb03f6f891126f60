/** The liquidator's answer at the end of a command: the verdict in a box, open positions, errors and their guides. */

import type { Answer } from '../../lambda/contract.ts';
import { isFlatResult } from '../../lambda/core/invocation/liquidation-record.ts';
import { profitWords } from '../../lambda/views/words.ts';
import { box, hanging, inColumns, present } from '../terminal/layout.ts';
import { countText, duration } from '../terminal/numbers.ts';
import type { Screen } from '../terminal/paint.ts';
import { errorLines } from './error-lines.ts';

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
