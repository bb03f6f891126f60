/** Tables of the report: heads that repeat on every printed page, numbers aligned, and long ones folded on screen. */

import { html, type Markup, type Part } from '../../../lambda/views/markup.ts';

interface Column {
  readonly name: string;
  readonly kind?: 'number' | 'name' | 'time' | 'free';
}

export interface ReportTable {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** Groups above the columns, each with its number of columns. */
  readonly groups?: readonly (readonly [name: string, span: number])[];
  readonly rows: readonly TableRow[];
  readonly foot?: TableRow | undefined;
  /** On a phone each row is a block of its own, its last cell below the others. */
  readonly stacks?: boolean;
}

export interface TableRow {
  readonly cells: readonly Part[];
  readonly id?: string | undefined;
  readonly mark?: 'bad' | 'warn' | undefined;
}

/** A table with more columns needs a smaller font. */
const MANY_COLUMNS = 8;

/** Empty columns are left out, unless there are groups. */
export function tableOf(table: ReportTable): Markup {
  const { caption, columns, groups, rows, foot, stacks } =
    table.groups === undefined ? withoutEmptyColumns(table) : table;
  const over =
    groups === undefined
      ? undefined
      : html`<tr class="groups">${groups.map(([name, span]) => html`<th colspan="${span}" scope="colgroup">${name}</th>`)}</tr>`;
  const head = html`<tr>${columns.map(({ name, kind = 'free' }) => html`<th scope="col" class="c-${kind}">${name}</th>`)}</tr>`;
  const end = foot === undefined ? undefined : html`<tfoot>${rowOf(foot, columns)}</tfoot>`;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table${columns.length > MANY_COLUMNS ? html` class="broad"` : stacks ? html` class="stacks"` : undefined}><caption>${caption}</caption><thead>${over}${head}</thead><tbody>${rows.map(row => rowOf(row, columns))}</tbody>${end}</table></div>`;
}

function withoutEmptyColumns({ columns, rows, foot, ...table }: ReportTable): ReportTable {
  const isFull = columns.map((_, index) => rows.length === 0 || rows.some(({ cells }) => cells[index] !== ''));
  const keep = (row: TableRow): TableRow => ({ ...row, cells: row.cells.filter((_, index) => isFull[index]) });
  return {
    ...table,
    columns: columns.filter((_, index) => isFull[index]),
    rows: rows.map(keep),
    foot: foot && keep(foot),
  };
}

function rowOf({ cells, id, mark }: TableRow, columns: readonly Column[]): Markup {
  const name = id === undefined ? undefined : html` id="${id}"`;
  const tone = mark === undefined ? undefined : html` class="t-${mark}"`;
  return html`<tr${name}${tone}>${cells.map((cell, index) => html`<td class="c-${columns[index]?.kind ?? 'free'}">${cell}</td>`)}</tr>`;
}

export const belowEachOther = (lines: readonly Part[]): Markup =>
  html`${lines.map((line, index) => html`${index > 0 ? html`<br>` : undefined}${line}`)}`;

/** `print`: the content is printed although it is folded. */
export function folded(summary: string, content: Markup, print: boolean): Markup {
  return html`<details class="${print ? 'printed' : 'unprinted'}"><summary>${summary}</summary>${content}</details>`;
}
