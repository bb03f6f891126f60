/** The columns of a text on a terminal: 测 takes two, a combining accent and a colour code none. */

import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { NO_BREAK } from './numbers.ts';

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
