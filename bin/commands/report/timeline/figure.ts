/**
 * One figure of the timeline: time from left to right, one lane below the other. The width scales with the page, the
 * height is in pixels, so that it is readable on a phone and on paper.
 *
 *   0 s    0.2 s        ⫽ 4.0 s ⫽  5.1 s       ticks; cuts
 *   [ 1 partial      ]- - - - - - [ 2 completed]   attempts, hand-over, time-out
 *   account  ═● ═●                 ═● ═●
 *   BTCUSDT    ──✕ ──✕               ══●
 */

import type { IncidentAttempt } from '../../../../lambda/core/audit/attempts.ts';
import { html, type Markup } from '../../../../lambda/views/markup.ts';
import type { Incident } from '../../../incident/incident.ts';
import { writerName } from '../../../incident/incident-lines.ts';
import { countText } from '../../../terminal/numbers.ts';
import { elapsed, utc, utcTime } from '../words.ts';
import { type Axis, type AxisBreak, axisOf } from './axis.ts';
import type { Episode } from './episodes.ts';
import { type Lanes, lanesOf } from './lanes.ts';
import { drawMarks, percent } from './marks.ts';

const TICKS_PX = 16;
const ATTEMPTS_PX = 18;
const BELOW_ATTEMPTS_PX = 8;
const BOTTOM_PX = 4;

interface FigureOptions {
  /** The instant of 0 s. */
  readonly zeroMs: number;
  /** Whether the table of requests lists the one with this index. */
  readonly isListed: (index: number) => boolean;
}

export function drawFigure(episodes: readonly Episode[], incident: Incident, options: FigureOptions): Markup {
  const requests = episodes.flatMap(episode => episode.requests);
  const instants = episodes.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const axis = axisOf([...requests, ...instants.map(atMs => ({ fromMs: atMs, toMs: atMs }))]);
  const lanes = lanesOf(
    requests.map(({ request }) => request),
    incident,
  );
  const tops = topsOf(lanes);
  const labels = html`<svg class="labels" height="${tops.height}" aria-hidden="true">
${label('attempt', tops.attempts + ATTEMPTS_PX / 2)}
${lanes.all.map(lane => (lane.labelled ? label(lane.symbol ?? 'account', tops.lanes + lane.top + lane.height / 2) : undefined))}</svg>`;
  const plot = html`<svg class="plot" height="${tops.height}" role="group" aria-label="Timeline; the tables below have the same data">
${drawGround(lanes, tops)}${axis.breaks.map(cut => drawBreak(cut, tops))}
${axis.ticks.map(tick => drawTick(tick.at, tick.ms + axis.fromMs - options.zeroMs, axis.stepMs, tops))}
${episodes.map((episode, index) => drawEpisode(episode, episodes[index + 1], axis, tops))}
${drawMarks(requests, axis, lanes, tops.lanes, options.isListed)}
${episodes.map(({ timeOutAtMs }) => (timeOutAtMs === undefined ? undefined : drawTimeOut(timeOutAtMs, axis, tops)))}</svg>`;
  return html`<figure><figcaption>${captionOf(episodes, axis, lanes, options)}</figcaption><div class="chart">${labels}<div class="canvas">${plot}</div></div></figure>`;
}

export type Tops = Readonly<ReturnType<typeof topsOf>>;

/** Pixels from the top. */
function topsOf(lanes: Lanes) {
  const top = TICKS_PX + ATTEMPTS_PX + BELOW_ATTEMPTS_PX;
  const bottom = top + lanes.height;
  return { attempts: TICKS_PX, lanes: top, bottom, height: Math.ceil(bottom + BOTTOM_PX) };
}

function captionOf(episodes: readonly Episode[], axis: Axis, lanes: Lanes, { zeroMs }: FigureOptions): string {
  const attempts = episodes.flatMap(({ attempt }) => (attempt?.kind === 'attempt' ? [attempt.number] : []));
  const [first] = attempts;
  const last = attempts.at(-1);
  const which =
    first === undefined ? '' : first === last ? `Attempt ${first}: ` : `Attempts ${first} to ${last ?? first}: `;
  const asked = episodes.reduce((sum, { requests }) => sum + requests.length, 0);
  const symbols = lanes.all.length - 1;
  const zero = `0 s is ${utc(zeroMs)} UTC.`;
  return `${which}${countText(asked, 'request')} over ${elapsed(axis.toMs - axis.fromMs)}, ${countText(symbols, 'symbol')}. ${zero}`;
}

const label = (text: string, middle: number): Markup => html`<text x="0" y="${middle.toFixed(1)}">${text}</text>`;

/** Every other lane has a background, when lanes are tall enough. */
function drawGround(lanes: Lanes, tops: Tops): Markup {
  const stripes = lanes.dense ? lanes.all.slice(0, 1) : lanes.all.filter((_, index) => index % 2 === 0);
  return html`${stripes.map(
    lane =>
      html`<rect class="lane" x="0" y="${(tops.lanes + lane.top).toFixed(1)}" width="100%" height="${lane.height.toFixed(1)}"/>`,
  )}`;
}

function drawBreak({ from, to, fromMs, toMs }: AxisBreak, tops: Tops): Markup {
  const says = `no request for ${elapsed(toMs - fromMs)}, ${utcTime(fromMs)} to ${utcTime(toMs)} UTC`;
  const middle = tops.lanes + (tops.bottom - tops.lanes) / 2;
  return html`<g class="cut"><title>${says}</title><rect x="${percent(from)}" y="0" width="${percent(to - from)}" height="${tops.bottom}"/><svg x="${percent((from + to) / 2)}" y="${middle.toFixed(1)}" width="1" height="1"><text transform="rotate(-90)">${elapsed(toMs - fromMs)}</text></svg></g>`;
}

function drawTick(at: number, ms: number, stepMs: number, tops: Tops): Markup {
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.max(1, stepMs))));
  const text = `${ms < 0 ? '−' : ''}${(Math.abs(ms) / 1_000)
    .toFixed(Math.min(3, digits))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')} s`;
  return html`<g class="tick"><line x1="${percent(at)}" x2="${percent(at)}" y1="${TICKS_PX - 3}" y2="${tops.bottom}"/><svg x="${percent(at)}" y="0" width="1" height="1"><text y="8"${at > LAST_TICK ? html` text-anchor="end"` : undefined}>${text}</text></svg></g>`;
}

/** To the right of this, in percent, a tick's label is left of the tick. */
const LAST_TICK = 92;

function drawEpisode(episode: Episode, next: Episode | undefined, axis: Axis, tops: Tops): Markup {
  const { attempt, writer, fromMs, toMs } = episode;
  const from = axis.at(fromMs);
  const width = Math.max(0.4, axis.at(toMs) - from);
  const state = attempt?.state ?? 'unknown';
  const name = attempt?.kind === 'attempt' ? `${attempt.number}` : writerName(writer);
  const middle = tops.attempts + ATTEMPTS_PX / 2;
  const tail =
    next === undefined
      ? undefined
      : html`<line x1="${percent(from + width)}" x2="${percent(axis.at(next.fromMs))}" y1="${middle}" y2="${middle}"/>`;
  return html`<g class="attempt a-${state}"><title>${attemptSays(episode, next)}</title>${tail}<rect x="${percent(from)}" y="${tops.attempts}" width="${percent(width)}" height="${ATTEMPTS_PX}" rx="3"/><svg x="${percent(from)}" y="${tops.attempts}" width="${percent(width)}" height="${ATTEMPTS_PX}"><text x="5" y="${ATTEMPTS_PX / 2}">${name}${attempt === undefined ? '' : stateWords(state, width)}</text></svg></g>`;
}

/** Narrower than this, in percent, an attempt has room only for its number: on any page, and on a narrow page. */
const NARROWEST_STATE = 10;
const NARROWEST_STATE_ON_A_NARROW_PAGE = 30;

function stateWords(state: string, width: number): Markup | string {
  if (width < NARROWEST_STATE) return '';
  return width < NARROWEST_STATE_ON_A_NARROW_PAGE ? html`<tspan class="if-room"> ${state}</tspan>` : ` ${state}`;
}

function attemptSays({ attempt, writer, fromMs, toMs }: Episode, next: Episode | undefined): string {
  const name = attempt === undefined ? writerName(writer) : nameOf(attempt);
  const ended = attempt === undefined ? '' : ` ${attempt.state}`;
  const handed =
    next === undefined
      ? ''
      : `; ${attempt?.state === 'died' ? 'taken over' : 'resumed'} ${elapsed(next.fromMs - toMs)} later`;
  return `${name}${ended}, ${utcTime(fromMs)} to ${utcTime(toMs)} UTC${handed}`;
}

const nameOf = ({ kind, number, writer }: IncidentAttempt): string =>
  kind === 'attempt' ? `attempt ${number}` : writerName(writer);

function drawTimeOut(atMs: number, axis: Axis, tops: Tops): Markup {
  const at = percent(axis.at(atMs));
  return html`<g class="timeout"><title>time-out: the time for the answer ended, ${utcTime(atMs)} UTC</title><line x1="${at}" x2="${at}" y1="${tops.attempts}" y2="${tops.bottom}"/><svg x="${at}" y="${tops.attempts}" width="1" height="1"><path d="M0 0-9-5v10Z" transform="translate(0 5)"/></svg></g>`;
}
