/** Changes the rows of an answer: hidden, without a field, with another value or name. The account stays as it is. */

import type { RowFault } from '../engine/rules/fault.ts';
import { exactNumber, type WireAnswer } from './wire.ts';

type Row = Readonly<Record<string, unknown>>;

/** Changes the rows of an array, or of the arrays in an object (`positions`, `orders`). Other answers stay as they are. */
export function changeRows(answer: WireAnswer, change: RowFault): WireAnswer {
  if (answer.status !== 200) return answer;
  const body = parseExactly(answer.body);
  const changed = Array.isArray(body) ? changeList(body, change) : isRow(body) ? changeFields(body, change) : body;
  return { ...answer, body: JSON.stringify(changed) };
}

const changeFields = (body: Row, change: RowFault): Row =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? changeList(value, change) : value]),
  );

function changeList(list: readonly unknown[], change: RowFault): readonly unknown[] {
  const rows = list.flatMap(row => {
    if (!isRow(row) || !isMeant(row, change)) return [row];
    return change.hide === true ? [] : [changeRow(row, change)];
  });
  return [...rows, ...(change.add ?? [])];
}

const isMeant = (row: Row, { where = {} }: RowFault): boolean =>
  Object.entries(where).every(([name, value]) => textOf(row[name]) === String(value));

function changeRow(row: Row, { set = {}, drop = [], rename = {}, negate = [] }: RowFault): Row {
  const kept = Object.entries({ ...row, ...set })
    .filter(([name]) => !drop.includes(name))
    .map(([name, value]) => [rename[name] ?? name, negate.includes(name) ? negative(value) : value]);
  return Object.fromEntries(kept);
}

function negative(value: unknown): unknown {
  const text = textOf(value);
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers keep all their digits: ids may exceed 2^53. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? exactNumber(context.source) : value,
  );
}

/** Of a number that was kept exact, its digits. */
function textOf(value: unknown): string {
  return isRow(value) && typeof value.rawJSON === 'string' ? value.rawJSON : String(value);
}
