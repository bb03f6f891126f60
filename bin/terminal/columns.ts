/** Rows in columns: each as wide as its widest cell, the last one wrapped at the screen's edge. */

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
  const room = width - before;
  if (room < Math.min(NARROWEST, widths[last] ?? 0)) return stacked(rows, last, indent, width);
  return rows.flatMap(row => {
    const head = aligns
      .slice(0, last)
      .map((align, column) => {
        const cell = row[column] ?? '';
        return (align === 'right' ? padStart : padEnd)(cell, widths[column] ?? 0) + GAP;
      })
      .join('');
    const [first = '', ...rest] = wrap(row[last] ?? '', room);
    return [`${' '.repeat(indent)}${head}${first}`.trimEnd(), ...rest.map(line => `${' '.repeat(before)}${line}`)];
  });
}

/** No room for columns: the cells one after the other, with the last cell below them. */
function stacked(rows: readonly (readonly string[])[], last: number, indent: number, width: number): readonly string[] {
  const margin = ' '.repeat(indent);
  return rows.flatMap(row => {
    const head = row.slice(0, last).filter(cell => widthOf(cell) > 0);
    const [first = '', ...rest] = wrap(head.join(` ${NO_BREAK}`), width - indent - BELOW.length);
    const text = row[last] ?? '';
    return [
      ...(head.length === 0
        ? []
        : [`${margin}${first}`, ...rest.map(line => `${margin}${BELOW}${line.replace(NO_BREAK, '')}`)]),
      ...(widthOf(text) === 0 ? [] : wrap(text, width - indent - BELOW.length).map(line => `${margin}${BELOW}${line}`)),
    ];
  });
}

const NO_BREAK = '\u00a0';
