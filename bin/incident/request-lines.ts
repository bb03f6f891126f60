/** Every request to the exchange, one per line: time, purpose, symbol, path, latency, and answer. */

import { inColumns } from '../terminal/layout.ts';
import { duration } from '../terminal/numbers.ts';
import type { Paint, Screen } from '../terminal/paint.ts';
import { visibleLine } from './event-words.ts';
import { answerText, type IncidentRequest, PURPOSE_WORDS, type RequestResult } from './requests.ts';

const TONES: Readonly<Partial<Record<RequestResult, keyof Paint>>> = {
  refused: 'bad',
  forbidden: 'bad',
  throttled: 'warn',
  unknown: 'warn',
  'no-answer': 'warn',
};

/** Seconds count from `startMs`. */
export function requestLines(
  requests: readonly IncidentRequest[],
  startMs: number,
  { paint, width }: Screen,
): readonly string[] {
  const severalAttempts = new Set(requests.map(({ writer }) => writer)).size > 1;
  const rows = requests.map(request => [
    paint.dim(request.startedAtMs === undefined ? '?' : `${((request.startedAtMs - startMs) / 1_000).toFixed(3)} s`),
    `${severalAttempts ? `${visibleLine(request.writer)}.` : ''}${request.round}`,
    PURPOSE_WORDS[request.purpose],
    visibleLine(request.symbol ?? ''),
    request.latencyMs === undefined ? '?' : duration(request.latencyMs),
    `${answerOf(request, paint)} ${visibleLine(`${request.method} ${request.path}`)}`,
  ]);
  const heading = ['started', 'read', 'purpose', 'symbol', 'took', 'answer'].map(paint.dim);
  return inColumns([heading, ...rows], ['right', 'left', 'left', 'left', 'right', 'left'], { width });
}

const answerOf = (request: IncidentRequest, paint: Paint): string =>
  `${request.doubtful ? `${paint.bad('DOUBTFUL')} ` : ''}${paint[TONES[request.result] ?? 'plain'](answerText(request) || 'no answer')}`;
