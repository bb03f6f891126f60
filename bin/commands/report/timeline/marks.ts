/**
 * The marks of requests on a lane: a bar from request to answer, its thickness by purpose, and at its end a shape by
 * result. Colour and shape have the same meaning, so either is enough.
 */

import { html, type Markup } from '../../../../lambda/views/markup.ts';
import { writerName } from '../../../incident/incident-lines.ts';
import {
  answerText,
  type IncidentRequest,
  PURPOSE_WORDS,
  type Purpose,
  type RequestResult,
} from '../../../incident/requests.ts';
import { elapsed, utcTime } from '../words.ts';
import type { Axis } from './axis.ts';
import type { DrawnRequest } from './episodes.ts';
import type { Lane, Lanes } from './lanes.ts';

/** Texts for legend, table and tooltip. */
export const RESULT_WORDS: Readonly<Record<RequestResult, string>> = {
  ok: 'done',
  refused: 'refused',
  throttled: 'throttled',
  forbidden: 'forbidden',
  unknown: 'outcome unknown',
  'no-answer': 'no answer',
};

/** Defined once, used by every mark; each fits into a circle of 5 px around 0,0. */
export function shapes(): Markup {
  return html`<svg class="shapes" width="0" height="0" aria-hidden="true"><defs>
<circle id="s-ok" r="3"/>
<path id="s-refused" d="M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>
<path id="s-throttled" d="M0-4.6 4.5 3.6H-4.5Z"/>
<rect id="s-forbidden" x="-3.8" y="-3.8" width="7.6" height="7.6"/>
<path id="s-unknown" d="M0-5.2 5.2 0 0 5.2-5.2 0Z"/>
<circle id="s-no-answer" class="hollow" r="3.4"/>
</defs></svg>`;
}

export const percent = (value: number): string => `${value.toFixed(2)}%`;

/** Of a lane's height. */
const THICKNESS: Readonly<Record<Purpose, number>> = { read: 0.2, ask: 0.2, cancel: 0.4, close: 0.75 };
const THINNEST_PX = 1;

/** From this number on, marks of one kind that nearly touch are drawn as one. */
const MANY = 1_500;
const TOUCHING = 0.6;

/** Simultaneous requests are drawn below each other when the lane has room. */
const ROW_PX = 9;

interface Mark {
  readonly lane: Lane;
  readonly row: number;
  readonly from: number;
  to: number;
  readonly first: DrawnRequest;
  last: DrawnRequest;
  times: number;
}

/** `top` is the start of the lanes. */
export function drawMarks(
  requests: readonly DrawnRequest[],
  axis: Axis,
  lanes: Lanes,
  top: number,
  isListed: (index: number) => boolean,
): Markup {
  const marks = marksOf(requests, axis, lanes);
  // Failed requests are drawn last, so that nothing hides them.
  const ordered = marks.toSorted((a, b) => Number(isOk(b.first)) - Number(isOk(a.first)));
  return html`${ordered.map(mark => draw(mark, lanes, top, isListed(mark.first.index)))}`;
}

const isOk = ({ request }: DrawnRequest): boolean => request.result === 'ok';

function marksOf(requests: readonly DrawnRequest[], axis: Axis, lanes: Lanes): readonly Mark[] {
  const joins = requests.length > MANY;
  const marks: Mark[] = [];
  const lastOfKind = new Map<string, Mark>();
  const rowEnds = new Map<Lane, number[]>();
  for (const one of requests) {
    const { symbol = '', purpose, result, writer } = one.request;
    const from = axis.at(one.fromMs);
    const to = axis.at(one.toMs);
    const kind = `${symbol}|${purpose}|${result}|${writer}`;
    const last = lastOfKind.get(kind);
    if (joins && last !== undefined && from - last.to < TOUCHING) {
      last.to = Math.max(last.to, to);
      last.last = one;
      last.times += 1;
      continue;
    }
    const lane = lanes.of(one.request.symbol);
    const ends = rowEnds.get(lane) ?? Array.from({ length: rowsIn(lane) }, () => -1);
    const row = Math.max(
      0,
      ends.findIndex(end => end <= from),
    );
    ends[row] = to;
    rowEnds.set(lane, ends);
    const mark: Mark = { lane, row, from, to, first: one, last: one, times: 1 };
    lastOfKind.set(kind, mark);
    marks.push(mark);
  }
  return marks;
}

const rowsIn = ({ height }: Lane): number => Math.max(1, Math.floor(height / ROW_PX));

function draw({ lane, row, from, to, first, last, times }: Mark, lanes: Lanes, top: number, listed: boolean): Markup {
  const { result, purpose } = first.request;
  const rowPx = lane.height / rowsIn(lane);
  const middle = top + lane.top + rowPx * (row + 0.5);
  const thick = Math.max(THINNEST_PX, rowPx * THICKNESS[purpose]);
  const shape =
    lanes.dense && result === 'ok' && lane.symbol !== undefined
      ? undefined
      : html`<use href="#s-${result}" x="${percent(to)}" y="${middle.toFixed(1)}"/>`;
  const bar = html`<rect class="b-${purpose}" x="${percent(from)}" y="${(middle - thick / 2).toFixed(1)}" width="${percent(Math.max(0.15, to - from))}" height="${thick.toFixed(1)}"/>`;
  const title = html`<title>${times === 1 ? titleOf(first.request) : titleOfSeveral(first, last, times)}</title>`;
  if (!listed) return html`<g class="m r-${result}">${title}${bar}${shape}</g>`;
  // Only failed requests are tab stops; the table has everything.
  const stop = result === 'ok' ? html` tabindex="-1"` : undefined;
  return html`<a class="m r-${result}" href="#q${first.index}"${stop}>${title}${bar}${shape}</a>`;
}

/** `close BTCUSDT: refused, 400 (-2022) after 21 ms · POST /fapi/v1/order · 05:30:33.233 UTC, attempt 1, read 2`. */
function titleOf(request: IncidentRequest): string {
  const { purpose, symbol, result, method, path, startedAtMs, latencyMs, writer, round, doubtful } = request;
  const answer = result === 'no-answer' ? 'no answer' : `${RESULT_WORDS[result]}, ${answerText(request)}`;
  const took = latencyMs === undefined ? '' : ` after ${elapsed(latencyMs)}`;
  const who = `${writerName(writer)}${round === 0 ? '' : `, read ${round}`}`;
  const doubt = doubtful ? 'DOUBTFUL (the hash chain is broken here): ' : '';
  return `${doubt}${PURPOSE_WORDS[purpose]}${symbol === undefined ? '' : ` ${symbol}`}: ${answer}${took} · ${method} ${path} · ${utcTime(startedAtMs)} UTC, ${who}`;
}

function titleOfSeveral({ request }: DrawnRequest, last: DrawnRequest, times: number): string {
  const { purpose, symbol, result, writer } = request;
  const during = `${utcTime(request.startedAtMs)} to ${utcTime(last.toMs)} UTC, ${writerName(writer)}`;
  return `${times} times ${PURPOSE_WORDS[purpose]}${symbol === undefined ? '' : ` ${symbol}`}: ${RESULT_WORDS[result]} · ${during}`;
}
