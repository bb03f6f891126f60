/** The timeline of an incident: its figures, the legend, and a note about figures that are left out. */

import { html, type Markup } from '../../../../lambda/views/markup.ts';
import type { Incident } from '../../../incident/incident.ts';
import type { RequestResult } from '../../../incident/requests.ts';
import { type Episode, episodesOf, inFigures } from './episodes.ts';
import { drawFigure } from './figure.ts';
import { RESULT_WORDS, shapes } from './marks.ts';

/** Figures at the start and at the end; a run of hours is not drawn in between. */
const MOST_FIGURES = 4;
/** From this number of requests on, half as many figures, so that the page can still be sent and opened. */
const TOO_MANY = 6_000;

type Figure = readonly Episode[];

/** Undefined without requests. `isListed`: whether the table of requests has the one with that index. */
export function drawTimeline(incident: Incident, isListed: (index: number) => boolean): Markup | undefined {
  const episodes = episodesOf(incident);
  if (episodes.every(({ requests }) => requests.length === 0)) return undefined;
  const figures = inFigures(episodes);
  const zeroMs = episodes[0]?.fromMs ?? 0;
  const most = incident.requests.length > TOO_MANY ? MOST_FIGURES / 2 : MOST_FIGURES;
  const head = figures.slice(0, most);
  const tail = figures.slice(Math.max(most, figures.length - most));
  const left = figures.slice(most, figures.length - tail.length).flat();
  const draw = (figure: Figure): Markup => drawFigure(figure, incident, { zeroMs, isListed });
  return html`${shapes()}${head.map(draw)}${left.length > 0 ? html`<p class="note">${left.length} attempts in between are not drawn, from ${left[0]?.attempt?.number ?? '?'} to ${left.at(-1)?.attempt?.number ?? '?'}; the table of attempts has them.</p>` : undefined}${tail.map(draw)}${legend(incident)}`;
}

function legend({ requests, attempts }: Incident): Markup {
  const present = new Set(requests.map(({ result }) => result));
  const entries = (Object.keys(RESULT_WORDS) as RequestResult[]).filter(result => present.has(result));
  return html`<div class="legend"><ul>${entries.map(
    result =>
      html`<li><svg width="14" height="14" class="m r-${result}" aria-hidden="true"><use href="#s-${result}" x="7" y="7"/></svg>${RESULT_WORDS[result]}</li>`,
  )}</ul><ul>${BARS.map(
    ([name, height]) =>
      html`<li><svg width="22" height="10" class="m" aria-hidden="true"><rect class="b-${name}" x="0" y="${5 - height / 2}" width="22" height="${height}"/></svg>${name === 'read' ? 'read or query' : name}</li>`,
  )}</ul>${
    attempts.some(({ timedOut }) => timedOut)
      ? html`<ul><li class="timeout"><svg width="16" height="12" aria-hidden="true"><line x1="12" x2="12" y1="0" y2="12"/><path d="M12 1 3 6l9 5Z"/></svg>time-out</li></ul>`
      : undefined
  }<p>A bar is the time until the answer. Point at a bar for its details, or click it to find it in the table of requests. Long times without requests are cut.</p></div>`;
}

const BARS = [
  ['read', 2],
  ['cancel', 4],
  ['close', 7],
] as const;
