/**
 * Rows under their heads. On a phone each row is an entry of a list in which every value follows its head, so that nothing
 * is cut off or has to be scrolled sideways.
 */

import { html, type Markup, type Part } from '../markup.ts';
import { isPhone } from './page.ts';
import type { View } from './panel-event.ts';

export interface Column {
  readonly head: string;
  /** `name` is in bold and needs no head; `free` is a text that may be long. */
  readonly kind: 'name' | 'number' | 'free' | 'short';
}

export function table(
  frame: { readonly view: View },
  columns: readonly Column[],
  rows: readonly (readonly Part[])[],
): Markup {
  if (isPhone(frame)) {
    const value = (part: Part, { head, kind }: Column) =>
      kind === 'name' ? html`<b>${part}</b>` : html`<span><span class="fl-muted">${head}</span> ${part}</span>`;
    return html`<ul class="fl-rows">${rows.map(row => html`<li>${cells(row, columns, value)}</li>`)}</ul>`;
  }
  const heads = columns.map(({ head, kind }) => html`<th class="fl-${kind}">${head}</th>`);
  const cell = (part: Part, { kind }: Column) => html`<td class="fl-${kind}">${part}</td>`;
  return html`<table><thead><tr>${heads}</tr></thead><tbody>${rows.map(row => html`<tr>${cells(row, columns, cell)}</tr>`)}</tbody></table>`;
}

const cells = (
  row: readonly Part[],
  columns: readonly Column[],
  written: (part: Part, column: Column) => Markup,
): readonly Markup[] => columns.map((column, index) => written(row[index], column));
