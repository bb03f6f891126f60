/** Rows set in columns: each as wide as its widest cell, the last one wrapped at the screen's edge. */

import { COLUMNS, padEnd, padStart, widthOf, wrap } from './text-width.ts';

export type Align = 'left' | 'right';

const GAP = '  ';

/** Each row has as many cells as there are alignments. The last column is always on the left. */
export function inColumns(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  { indent = 2, width = COLUMNS }: { readonly indent?: number; readonly width?: number } = {},
): readonly string[] {
  const widths = aligns.map((_, column) => Math.max(0, ...rows.map(row => widthOf(row[column] ?? ''))));
  const last = aligns.length - 1;
  const before = indent + widths.slice(0, last).reduce((sum, one) => sum + one + GAP.length, 0);
  const room = Math.max(10, width - before);
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
