/**
 * One text for one value: keys sorted by UTF-16 code unit, no white space, undefined left out (similar to RFC 8785). It is the
 * same after a value was stored in DynamoDB, so its hash can be checked.
 */

import { type Plain, toPlain } from '../text/plain-json.ts';

export const canonicalJson = (value: unknown): string => textOf(toPlain(value));

function textOf(value: Plain): string {
  if (isList(value)) return `[${value.map(textOf).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`).join(',')}}`;
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
