/**
 * Every request at the venue as a bar over time, a row for the account and one for each symbol:
 *
 *            0        100        200 ms
 *   account  ooo              ooo   ooo
 *   BTCUSDT     xxx###
 */

import type { JournalEntry } from '../../../../simulator/venue/venue.ts';
import type { Paint } from './paint.ts';
import { COLUMNS, padEnd, widthOf } from './text-width.ts';
import { count, duration, kindOf, type RequestKind } from './words.ts';

const MOST_ROWS = 24;
const INDENT = 2;

const GLYPHS: Readonly<Record<RequestKind, string>> = { look: 'o', ask: '?', cancel: 'x', close: '#' };
/** Where bars overlap, the more telling one is seen. */
const RANK: readonly string[] = [' ', 'o', '?', 'x', '#', '!'];

export function timeline(journal: readonly JournalEntry[], rttMs: number, paint: Paint): readonly string[] {
  const [first] = journal;
  if (first === undefined) return ['  no request reached the venue'];
  const symbolOf = symbolFinder(journal);
  // An entry is written when it arrives, half a round trip after it was sent.
  const startMs = first.receivedAtMs - rttMs / 2;
  const endMs = Math.max(...journal.map(entry => endOf(entry, rttMs)));
  const names = ['account', ...new Set(journal.map(symbolOf).filter(name => name !== 'account'))];
  const shown = names.slice(0, MOST_ROWS);
  const label = Math.max(...shown.map(widthOf));
  const width = COLUMNS - INDENT - label - 2;
  const at = (ms: number): number => Math.min(width - 1, Math.floor(((ms - startMs) / (endMs - startMs || 1)) * width));
  const row = (name: string): string => {
    const bars: string[] = Array.from({ length: width }, () => ' ');
    for (const entry of journal.filter(one => symbolOf(one) === name)) {
      const glyph = entry.status === 200 ? GLYPHS[kindOf(entry)] : '!';
      for (let x = at(entry.receivedAtMs - rttMs / 2); x <= at(endOf(entry, rttMs) - 0.001); x += 1) {
        if (RANK.indexOf(glyph) > RANK.indexOf(bars[x] ?? ' ')) bars[x] = glyph;
      }
    }
    return bars.join('').trimEnd();
  };
  const hidden = names.length - shown.length;
  const failed = journal.some(entry => entry.status !== 200);
  return [
    `${' '.repeat(INDENT + label + 2)}${paint.dim(ruler(endMs - startMs, width))}`,
    ...shown.map(name => `${' '.repeat(INDENT)}${padEnd(name, label)}  ${colour(row(name), paint)}`.trimEnd()),
    ...(hidden > 0
      ? [paint.dim(`  … and ${count(hidden, 'more symbol')}, with ${rest(journal, symbolOf, shown)}`)]
      : []),
    paint.dim(`  o look  x cancel  # close  ? ask for a result${failed ? '  ! no answer, or an error' : ''}`),
  ];
}

/** A conditional order is cancelled by its ID alone; its symbol is that of the cancels and closes around it. */
function symbolFinder(_journal: readonly JournalEntry[]): (entry: JournalEntry) => string {
  return ({ params }) => params.symbol ?? 'account';
}

const endOf = ({ answeredAtMs, receivedAtMs }: JournalEntry, rttMs: number): number =>
  answeredAtMs ?? receivedAtMs + rttMs / 2;

function rest(
  journal: readonly JournalEntry[],
  symbolOf: (entry: JournalEntry) => string,
  shown: readonly string[],
): string {
  const hidden = journal.filter(entry => !shown.includes(symbolOf(entry)));
  return count(hidden.length, 'request');
}

/** Marks at round instants: `0   100   200 ms`. */
function ruler(spanMs: number, width: number): string {
  const stepMs = niceStep(spanMs, Math.max(2, Math.floor(width / 14)));
  let text = '';
  for (let ms = 0; ms <= spanMs; ms += stepMs) {
    const mark = ms === 0 ? '0' : duration(ms);
    const x = Math.floor((ms / spanMs) * width);
    if (x + mark.length > width || x < text.length + (ms === 0 ? 0 : 1)) continue;
    text = text.padEnd(x) + mark;
  }
  return text;
}

function niceStep(spanMs: number, marks: number): number {
  const rough = Math.max(1, spanMs / marks);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find(one => one * power >= rough) ?? 10;
  return factor * power;
}

function colour(bars: string, paint: Paint): string {
  return bars.replace(/#+|x+|o+|\?+|!+/g, run => {
    switch (run[0]) {
      case '#':
        return paint.good(run);
      case 'x':
        return paint.warn(run);
      case '!':
        return paint.bad(run);
      default:
        return paint.look(run);
    }
  });
}
