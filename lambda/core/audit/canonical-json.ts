/**
 * One spelling for one value: keys sorted by UTF-16 code unit, no white space, undefined left out. A value that
 * went through DynamoDB and back spells the same, so its hash can be checked. In the spirit of RFC 8785.
 */

import { type Plain, toPlain } from '../text/plain-json.ts';

/** Any value; what JSON cannot say is made plain first (plain-json.ts). */
export function canonicalJson(value: unknown): string {
  return spell(toPlain(value));
}

function spell(value: Plain): string {
  if (isList(value)) return `[${value.map(spell).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${spell(member)}`).join(',')}}`;
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
