/**
 * Plain JSON data to DynamoDB's typed attributes and back. What goes in comes out equal, which the audit chain
 * needs; sets of strings are for seals only, and come out as sorted lists.
 */

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Plain } from '../../core/text/plain-json.ts';

export type Item = Record<string, AttributeValue>;

export function toAttribute(value: Plain): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isList(value)) return { L: value.map(toAttribute) };
  return { M: toItem(value) };
}

export function toItem(fields: { readonly [key: string]: Plain }): Item {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, toAttribute(value)]));
}

/** Binary attributes are not ours; they come back as null. */
export function fromAttribute(value: AttributeValue): Plain {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) return fromItem(value.M);
  if (value.SS !== undefined) return value.SS.toSorted();
  return null;
}

export function fromItem(item: Item): { readonly [key: string]: Plain } {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, fromAttribute(value)]));
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

type AskPage = (
  from: Item | undefined,
) => Promise<{ readonly Items?: readonly Item[] | undefined; readonly LastEvaluatedKey?: Item | undefined }>;

/** The pages of a query or scan. DynamoDB returns at most 1 MB at once, and the key to go on from. */
export async function* pagesOf(ask: AskPage): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined;
  do {
    const page = await ask(from);
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

export async function allItems(ask: AskPage): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pagesOf(ask)) items.push(...page);
  return items;
}
