/** Lines on a terminal: widths in columns (测 takes two, a combining accent and a colour code none), wrapping, columns, boxes. */

import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { NO_BREAK } from './numbers.ts';
import type { Screen } from './paint.ts';

/** Used when the width of the screen is unknown and a figure needs one. */
export const COLUMNS = 80;

export const widthOf = (text: string): number => stringWidth(text);

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/**
 * Lines of at most `width` columns, broken between words; only a word that is itself too long is broken. Where the width
 * is Infinity, as in a pipe, one line.
 */
export function wrap(text: string, width: number): readonly string[] {
  const words = text.replaceAll(/[ \n\t]+/g, ' ').trim();
  return Number.isFinite(width)
    ? wrapAnsi(whole(words, width), Math.max(1, width), { hard: true }).split('\n')
    : [words];
}

/** A command that fits on a line is not broken, so that it can be copied. */
const whole = (words: string, width: number): string =>
  words.replaceAll(COMMAND, one => (widthOf(one) <= width ? one.replaceAll(' ', NO_BREAK) : one));

const COMMAND = /\bflatline [a-z-]+(?: --[a-z-]+(?: [^\s;,()-][^\s;,()]*)?| liq_\w+)+/g;

/**
 * A line as it is, or, if it is wider than the screen and begins at its edge, a sentence broken between words. Rows and
 * marks begin with spaces and were wrapped where they were made. A word that is too long, as an address, stays whole.
 */
export const sentenceLines = (line: string, width: number): readonly string[] =>
  widthOf(line) <= width || line.startsWith(' ') ? [line] : wrapAnsi(whole(line, width), width).split('\n');

/** `mark`, a space and the text, whose further lines begin below its first one. */
export function hanging(mark: string, text: string, width: number): readonly string[] {
  const indent = widthOf(mark);
  return wrap(text, width - indent - 1).map((line, index) => `${index === 0 ? mark : ' '.repeat(indent)} ${line}`);
}

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

export function box(
  { word, rest, tone }: { readonly word: string; readonly rest: string; readonly tone: 'good' | 'warn' | 'bad' },
  { paint, width }: Screen,
): readonly string[] {
  const text = rest === '' ? word : `${word.replaceAll(' ', NO_BREAK)}${NO_BREAK} ${rest}`;
  const lines = wrap(text, width - 6);
  const inside = Math.max(...lines.map(widthOf));
  const paintIn = paint[tone];
  const body = lines.map((line, index) => {
    const strong = index === 0 ? word.length : 0;
    const padded = padEnd(line, inside);
    return `${paintIn('║')} ${paintIn(paint.bold(padded.slice(0, strong)) + padded.slice(strong))} ${paintIn('║')}`;
  });
  const edge = '═'.repeat(inside + 2);
  return [paintIn(`╔${edge}╗`), ...body, paintIn(`╚${edge}╝`)].map(line => `  ${line}`);
}

/** The sentences whose condition holds, as in `present(isOpen && 'It is open.', …)`. */
export const present = (...sentences: readonly (string | false | undefined)[]): readonly string[] =>
  sentences.filter(sentence => typeof sentence === 'string');
