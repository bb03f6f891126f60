/**
 * Every request at the venue as a bar over time, a row for the account and one for each symbol:
 *
 *            0        100 ms   200 ms
 *   account  ooo              ooo   ooo
 *   BTCUSDT     xxx###
 *
 * A long silence (a lease that has to run out) would flatten everything else, so it starts a new picture.
 */

import type { JournalEntry } from '../../../../simulator/exchange.ts';
import type { Evidence } from '../../../../simulator/scenarios/evidence.ts';
import { count, duration } from '../../../terminal/numbers.ts';
import type { Paint } from '../../../terminal/paint.ts';
import { COLUMNS, padEnd, widthOf } from '../../../terminal/text-width.ts';
import { kindOf, type RequestKind } from './request-words.ts';

const MOST_ROWS = 24;
const INDENT = 2;
const LONG_SILENCE_MS = 2_000;
/** A bar of one column would say that a picture of one millisecond is a long time. */
const SHORTEST_SPAN_MS = 20;

const GLYPHS: Readonly<Record<RequestKind, string>> = { look: 'o', ask: '?', cancel: 'x', close: '#' };
/** Where bars overlap, the more telling one is seen. */
const RANK: readonly string[] = [' ', 'o', '?', 'x', '#', '!'];

interface Bar {
  readonly row: string;
  readonly glyph: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows of the busiest account end at about two dozen; the rest is counted. */
export function timeline(
  evidence: Pick<Evidence, 'journal' | 'before' | 'stage'>,
  paint: Paint,
  screenWidth = COLUMNS,
): readonly string[] {
  const bars = barsOf(evidence);
  if (bars.length === 0) return ['  no request reached the venue'];
  const pictures = atSilences(bars);
  const firstMs = bars[0]?.fromMs ?? 0;
  const failed = bars.some(({ glyph }) => glyph === '!');
  return [
    ...pictures.flatMap((picture, index) => {
      const fromMs = Math.min(...picture.map(bar => bar.fromMs));
      const later = index === 0 ? [] : ['', paint.dim(`  ${duration(fromMs - firstMs)} after the first request`)];
      return [...later, ...draw(picture, paint, Number.isFinite(screenWidth) ? screenWidth : COLUMNS)];
    }),
    paint.dim(`  o look  x cancel  # close  ? ask for a result${failed ? '  ! an error, or no answer' : ''}`),
  ];
}

function barsOf({ journal, before, stage }: Pick<Evidence, 'journal' | 'before' | 'stage'>): readonly Bar[] {
  // A conditional order is cancelled by its ID alone.
  const symbolByAlgoId = new Map(before.conditionals.map(row => [row.algoId, row.symbol]));
  const halfTripMs = stage.rttMs / 2;
  return journal.map(entry => ({
    row: entry.params.symbol ?? symbolByAlgoId.get(entry.params.algoId ?? '') ?? 'account',
    glyph: entry.status === 200 ? GLYPHS[kindOf(entry)] : '!',
    // An entry is written when it arrives, half a round trip after it was sent.
    fromMs: entry.receivedAtMs - halfTripMs,
    toMs: endOf(entry, halfTripMs),
  }));
}

/** Who never had an answer gets a short bar: when the caller gave up is not the venue's to know. */
const endOf = ({ answeredAtMs, receivedAtMs }: JournalEntry, halfTripMs: number): number =>
  answeredAtMs ?? receivedAtMs + halfTripMs;

function atSilences(bars: readonly Bar[]): readonly (readonly Bar[])[] {
  const pictures: Bar[][] = [];
  let quietFromMs = Number.NEGATIVE_INFINITY;
  for (const bar of [...bars].sort((a, b) => a.fromMs - b.fromMs)) {
    const current = pictures.at(-1);
    if (current === undefined || bar.fromMs - quietFromMs > LONG_SILENCE_MS) pictures.push([bar]);
    else current.push(bar);
    quietFromMs = Math.max(quietFromMs, bar.toMs);
  }
  return pictures;
}

function draw(bars: readonly Bar[], paint: Paint, screenWidth: number): readonly string[] {
  const startMs = Math.min(...bars.map(bar => bar.fromMs));
  const spanMs = Math.max(SHORTEST_SPAN_MS, Math.max(...bars.map(bar => bar.toMs)) - startMs);
  const names = ['account', ...new Set(bars.map(bar => bar.row).filter(name => name !== 'account'))];
  const shown = names.slice(0, MOST_ROWS);
  const label = Math.max(...shown.map(widthOf));
  const width = screenWidth - INDENT - label - 2;
  const edgeOf = (ms: number): number => Math.round(((ms - startMs) / spanMs) * width);
  const rowOf = (name: string): string => {
    const cells: string[] = Array.from({ length: width }, () => ' ');
    for (const { glyph, fromMs, toMs } of bars.filter(bar => bar.row === name)) {
      // However short, it is seen.
      const first = Math.min(edgeOf(fromMs), width - 1);
      for (let x = first; x < Math.max(first + 1, edgeOf(toMs)); x += 1) {
        if (RANK.indexOf(glyph) > RANK.indexOf(cells[x] ?? ' ')) cells[x] = glyph;
      }
    }
    return cells.join('').trimEnd();
  };
  const hidden = bars.filter(bar => !shown.includes(bar.row));
  return [
    `${' '.repeat(INDENT + label + 2)}${paint.dim(ruler(spanMs, width))}`,
    ...shown.map(name => `${' '.repeat(INDENT)}${padEnd(name, label)}  ${colour(rowOf(name), paint)}`.trimEnd()),
    ...(hidden.length > 0
      ? [
          paint.dim(
            `  … and ${count(names.length - shown.length, 'more symbol')} with ${count(hidden.length, 'request')}`,
          ),
        ]
      : []),
  ];
}

/** Marks at round instants: `0   100 ms   200 ms`. */
function ruler(spanMs: number, width: number): string {
  const stepMs = niceStep(spanMs / Math.max(2, Math.floor(width / 11)));
  let text = '0';
  for (let ms = stepMs; ms <= spanMs; ms += stepMs) {
    const mark = duration(ms);
    const x = Math.floor((ms / spanMs) * width);
    if (x + mark.length <= width && x > text.length) text = text.padEnd(x) + mark;
  }
  return text;
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return power * ([1, 2, 5, 10].find(one => one * power >= least) ?? 10);
}

function colour(cells: string, paint: Paint): string {
  const tones: Readonly<Record<string, (text: string) => string>> = {
    '#': paint.good,
    x: paint.warn,
    '!': paint.bad,
    o: paint.look,
    '?': paint.look,
  };
  return cells.replace(/#+|x+|o+|\?+|!+/g, run => tones[run.charAt(0)]?.(run) ?? run);
}
