/** Errors and warnings of an answer. Equal ones are listed once with their count, each with the heading of its guide. */

import type { AnswerError } from '../../contract.ts';
import { guideAddress } from '../../guide-link.ts';
import { html, type Markup } from '../markup.ts';
import { count } from '../words.ts';
import type { Frame } from './page.ts';

const MOST = 12;

export function errorList(frame: Frame, errors: readonly AnswerError[]): Markup | undefined {
  if (errors.length === 0) return undefined;
  const kinds = [
    ...Map.groupBy(errors, ({ code, symbol, message }) => JSON.stringify([code, symbol, message])).values(),
  ];
  const left = kinds.length - MOST;
  return html`<ul class="fl-rows">${kinds.slice(0, MOST).map(alike => errorRow(frame, alike))}${left > 0 ? html`<li>And ${count(left, 'more')}.</li>` : undefined}</ul>`;
}

function errorRow(frame: Frame, alike: readonly AnswerError[]): Markup | undefined {
  const [first] = alike;
  if (first === undefined) return undefined;
  const { code, symbol, message, heading } = first;
  const often = alike.length === 1 ? '' : ` (${alike.length} times)`;
  return html`<li><span><b>${code}</b>${symbol === undefined ? undefined : ` ${symbol}`}${often}: ${message} <span class="fl-muted">(${guide(frame, heading)})</span></span></li>`;
}

/** Where the remedy is: a link if the configuration has the documents' address. */
export const guide = ({ docsUrl }: Frame, heading: string): Markup | string =>
  docsUrl === undefined
    ? `docs/troubleshooting.md, “${heading}”`
    : html`<a href="${guideAddress(heading, docsUrl)}" target="_blank" rel="noreferrer">${heading}</a>`;
