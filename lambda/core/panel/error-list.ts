/** Errors and warnings of an answer, each with the heading that cures it. */

import type { AnswerError } from '../../contract.ts';
import { html, type Markup } from './markup.ts';
import { count } from './words.ts';

const MOST = 12;

export function errorList(errors: readonly AnswerError[]): Markup | undefined {
  if (errors.length === 0) return undefined;
  const left = errors.length - MOST;
  return html`<ul>${errors
    .slice(0, MOST)
    .map(
      ({ code, symbol, message, heading }) =>
        html`<li class="fl-free"><b>${code}</b>${symbol === undefined ? undefined : ` ${symbol}`}: ${message} <span class="fl-muted">(docs/troubleshooting.md, “${heading}”)</span></li>`,
    )}${left > 0 ? html`<li>And ${count(left, 'more')}.</li>` : undefined}</ul>`;
}
