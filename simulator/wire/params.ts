/**
 * The parameters of a request, from query and body. Each is checked when it is read, and refused with the exchange's codes.
 * A value that is the text `undefined`, as some clients send for a missing one, is invalid.
 */

import Big from 'big.js';
import { refusalOf } from '../engine/rules/refusal.ts';

export interface Params {
  /** As sent, decoded, in order; where query and body have the same name, the query's. */
  readonly all: Readonly<Record<string, string>>;
  has(name: string): boolean;
  /** Undefined when not sent; empty is -1105. */
  text(name: string): string | undefined;
  /** An ID of the client: the texts `undefined` and `null` are -1130. */
  id(name: string): string | undefined;
  /** Missing or empty is -1102. */
  required(name: string): string;
  /** A plain decimal (no exponent, no sign), else -1100. */
  decimal(name: string): Big | undefined;
  requiredDecimal(name: string): Big;
  /** Not a whole number is -1100. */
  integer(name: string): number | undefined;
  /** Neither `true` nor `false` is -1130. */
  flag(name: string): boolean | undefined;
}

/** Reads the raw query and form body. A name that comes twice in one of them is -1101. */
export function readParams(query: string, body: string): Params {
  return paramsOf({ ...pairs(body), ...pairs(query) });
}

/** The raw pairs without checks, for journal and faults. */
export function parseParams(query: string, body: string): Readonly<Record<string, string>> {
  return { ...Object.fromEntries(new URLSearchParams(body)), ...Object.fromEntries(new URLSearchParams(query)) };
}

export function paramsOf(all: Readonly<Record<string, string>>): Params {
  const text = (name: string): string | undefined => {
    const value = all[name];
    if (value === '') throw refusalOf(-1105, `Parameter '${name}' was empty.`);
    return value;
  };
  const required = (name: string): string => {
    const value = all[name];
    if (value === undefined || value === '') throw missing(name);
    return value;
  };
  const decimal = (name: string): Big | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,20}(\.\d{1,20})?$/.test(value)) throw illegal(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$');
    return new Big(value);
  };
  return {
    all,
    has: name => all[name] !== undefined,
    text,
    id: name => {
      const value = text(name);
      if (value === 'undefined' || value === 'null') throw invalid(name);
      return value;
    },
    required,
    decimal,
    requiredDecimal: name => {
      required(name);
      return decimal(name) ?? new Big(0);
    },
    integer: name => {
      const value = text(name);
      if (value === undefined) return undefined;
      if (!/^\d{1,20}$/.test(value)) throw illegal(name, '^[0-9]{1,20}$');
      return Number(value);
    },
    flag: name => {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return undefined;
      if (value !== 'true' && value !== 'false') throw invalid(name);
      return value === 'true';
    },
  };
}

export const missing = (name: string) =>
  refusalOf(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);

export const invalid = (name: string) => refusalOf(-1130, `Data sent for parameter '${name}' is not valid.`);

const illegal = (name: string, range: string) =>
  refusalOf(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);

function pairs(raw: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(raw)) {
    if (found[name] !== undefined) throw refusalOf(-1101, `Duplicate values for parameter '${name}' detected.`);
    found[name] = value;
  }
  return found;
}

/** Undefined when it is no JSON list. An item that is no object has no parameters at all. */
export function batchItems(text: string): readonly Readonly<Record<string, string>>[] | undefined {
  const list = parse(text);
  return Array.isArray(list) ? list.map(textsOf) : undefined;
}

function textsOf(item: unknown): Readonly<Record<string, string>> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return {};
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, String(value)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
