/** A verdict in a box: an emphasised word and its details. */

import { NO_BREAK } from './numbers.ts';
import type { Screen } from './paint.ts';
import { padEnd, widthOf, wrap } from './text-width.ts';

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
