/** Errors and warnings of an answer. Equal ones are listed once with their count, each with the heading of its guide. */

import type { AnswerError } from '../../contract.ts';
import { html, type Markup } from '../markup.ts';
import { count } from '../words.ts';

const MOST = 12;

export function errorList(errors: readonly AnswerError[]): Markup | undefined {
  if (errors.length === 0) return undefined;
  const kinds = [
    ...Map.groupBy(errors, ({ code, symbol, message }) => JSON.stringify([code, symbol, message])).values(),
  ];
  const left = kinds.length - MOST;
  return html`<ul>${kinds.slice(0, MOST).map(errorRow)}${left > 0 ? html`<li>And ${count(left, 'more')}.</li>` : undefined}</ul>`;
}

function errorRow(alike: readonly AnswerError[]): Markup | undefined {
  const [first] = alike;
  if (first === undefined) return undefined;
  const { code, symbol, message, heading } = first;
  const often = alike.length === 1 ? '' : ` (${alike.length} times)`;
  return html`<li class="fl-free"><b>${code}</b>${symbol === undefined ? undefined : ` ${symbol}`}${often}: ${message} <span class="fl-muted">(docs/troubleshooting.md, “${heading}”)</span></li>`;
}
