/** Errors, each kind once: the symbols, how often, and the heading of its guide. */

import type { AnswerError } from '../../lambda/contract.ts';
import { hanging } from '../terminal/layout.ts';
import { countText, firstOf } from '../terminal/numbers.ts';
import type { Screen } from '../terminal/paint.ts';

const MOST_SHOWN = 12;
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
