/** Rows in columns: each as wide as its widest cell, the last one wrapped at the screen's edge. */

import { NO_BREAK } from './numbers.ts';
import { COLUMNS, padEnd, padStart, widthOf, wrap } from './text-width.ts';

type Align = 'left' | 'right';

const GAP = '  ';
/** A last column that would be narrower than this, and needs more, is printed below the others. */
const NARROWEST = 20;
const BELOW = '    ';

/** Each row has as many cells as there are alignments. The last column is always on the left. */
export function inColumns(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  { indent = 2, width = COLUMNS }: { readonly indent?: number; readonly width?: number } = {},
): readonly string[] {
  const widths = aligns.map((_, column) => Math.max(0, ...rows.map(row => widthOf(row[column] ?? ''))));
  const last = aligns.length - 1;
  const before = indent + widths.slice(0, last).reduce((sum, one) => sum + one + GAP.length, 0);
  const margin = ' '.repeat(indent);
  const inside = width - indent - BELOW.length;
  const room = width - before;
  const isBeside = room >= Math.min(NARROWEST, widths[last] ?? 0);
  return rows.flatMap(row => {
    const heads = row.slice(0, last);
    const padded = heads.map(
      (cell, column) => (aligns[column] === 'right' ? padStart : padEnd)(cell, widths[column] ?? 0) + GAP,
    );
    const text = row[last] ?? '';
    if (isBeside) {
      const [first = '', ...rest] = wrap(text, room);
      return [`${margin}${padded.join('')}${first}`.trimEnd(), ...rest.map(line => `${' '.repeat(before)}${line}`)];
    }
    const above = before - GAP.length <= width ? [padded.join('').trimEnd()] : oneAfterTheOther(heads, inside);
    return [
      ...above.filter(line => line !== '').map(line => `${margin}${line}`),
      ...(widthOf(text) === 0 ? [] : wrap(text, inside).map(line => `${margin}${BELOW}${line}`)),
    ];
  });
}

/** Not even the cells before the last one have room for columns. */
function oneAfterTheOther(cells: readonly string[], width: number): readonly string[] {
  const [first = '', ...rest] = wrap(cells.filter(cell => widthOf(cell) > 0).join(` ${NO_BREAK}`), width);
  return [first, ...rest.map(line => `${BELOW}${line.replace(/^\u00a0/, '')}`)];
}
