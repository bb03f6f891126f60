/** Positions and orders at the exchange, before and after, side by side. Larger positions come first. */

import type { Truth } from '../../../../simulator/engine/accounts/truth.ts';
import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';
import { inColumns } from '../../../terminal/columns.ts';
import { countText } from '../../../terminal/numbers.ts';
import type { Screen } from '../../../terminal/paint.ts';
import { wasCancelled } from './cancelled-orders.ts';

const MOST_ROWS = 24;

interface Row {
  readonly symbol: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly left: boolean;
}

export function beforeAfter(evidence: Evidence, { paint, width }: Screen): readonly string[] {
  const { before, after, stage } = evidence;
  const rows = [...positionRows(before, after, stage.hedge), ...orderRows(evidence)];
  const symbols = [...new Set(rows.map(row => row.symbol))];
  const ordered = symbols.flatMap(symbol => rows.filter(row => row.symbol === symbol));
  // Rows that are still open are always shown, never only counted.
  const shown = ordered.length <= MOST_ROWS ? ordered : [...ordered].sort(leftFirst).slice(0, MOST_ROWS);
  const hidden = ordered.length - shown.length;
  const cells = shown.map((row, index) => [
    row.symbol === shown[index - 1]?.symbol ? '' : row.symbol,
    row.what,
    row.before,
    row.left ? paint.bad(row.after) : paint.good(row.after),
  ]);
  const heading = ['symbol', 'what', 'before', 'after'].map(paint.dim);
  const table = inColumns([heading, ...cells], ['left', 'left', 'right', 'left'], { width });
  return hidden === 0
    ? table
    : [...table, paint.dim(`  … and ${countText(hidden, 'more row')}${fate(ordered, shown)}`)];
}

const leftFirst = (a: Row, b: Row): number => Number(b.left) - Number(a.left);

function fate(all: readonly Row[], shown: readonly Row[]): string {
  const hidden = all.filter(row => !shown.includes(row));
  return hidden.some(row => row.left) ? ', some of them left' : ', all closed or cancelled';
}

function positionRows(before: Truth, after: Truth, hedge: boolean): readonly Row[] {
  const key = (row: Truth['positions'][number]): string => `${row.symbol} ${row.positionSide}`;
  const keys = [...new Set([...before.positions, ...after.positions].map(key))];
  return keys.map(one => {
    const [symbol = '', side = ''] = one.split(' ');
    const was = before.positions.find(row => key(row) === one)?.amount;
    const is = after.positions.find(row => key(row) === one)?.amount;
    const long = hedge ? side === 'LONG' : !(was ?? is ?? '').startsWith('-');
    return {
      ...{ symbol, what: long ? 'long position' : 'short position', before: was ?? 'none' },
      ...{ after: is === undefined ? 'closed' : is, left: is !== undefined },
    };
  });
}

function orderRows({ before, after, journal }: Evidence): readonly Row[] {
  const ordinary = [...before.orders, ...after.orders.filter(row => !has(before.orders, 'orderId', row.orderId))];
  const conditional = [
    ...before.conditionals,
    ...after.conditionals.filter(row => !has(before.conditionals, 'algoId', row.algoId)),
  ];
  return [
    ...ordinary.map(row => ({
      symbol: row.symbol,
      what: `${row.side} at ${row.price}${isExit(row) ? ', take-profit' : ', entry'}`,
      before: has(before.orders, 'orderId', row.orderId) ? row.quantity : 'none',
      ...fateOf(
        has(after.orders, 'orderId', row.orderId),
        after.fills.some(fill => fill.orderId === row.orderId),
      ),
    })),
    ...conditional.map(row => ({
      symbol: row.symbol,
      what: `stop ${row.side} at ${row.triggerPrice}${row.closePosition || row.reduceOnly ? ', protective' : ', entry'}`,
      before: row.closePosition ? 'all' : row.quantity,
      ...(has(after.conditionals, 'algoId', row.algoId) || wasCancelled(row, journal)
        ? fateOf(has(after.conditionals, 'algoId', row.algoId), false)
        : { after: 'ended with it', left: false }),
    })),
  ];
}

const isExit = ({ reduceOnly, side, positionSide }: Truth['orders'][number]): boolean =>
  reduceOnly || (positionSide === 'LONG' && side === 'SELL') || (positionSide === 'SHORT' && side === 'BUY');

function fateOf(left: boolean, filled: boolean): Pick<Row, 'after' | 'left'> {
  if (left) return { after: 'still there', left };
  return { after: filled ? 'filled' : 'cancelled', left };
}

const has = <K extends string>(rows: readonly Readonly<Record<K, string>>[], key: K, id: string): boolean =>
  rows.some(row => row[key] === id);
