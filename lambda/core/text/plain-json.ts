/**
 * Turns any value into plain JSON data, so that hashed, stored and logged data are identical. Never throws: cycles, depth,
 * throwing getters, bytes, bigints and numbers that DynamoDB cannot store become readable text.
 */

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

export interface PlainRules {
  /** Rewrites every string, keys included. */
  readonly text: (text: string) => string;
  /** True when the value under this key must not be shown; then `hidden` replaces it. */
  readonly hides: (key: string) => boolean;
  readonly hidden: string;
}

/** DynamoDB allows 32 levels, including the item around the value. */
const MAX_DEPTH = 24;

/** DynamoDB, "Supported data types": the magnitudes a number may have. */
const LARGEST_NUMBER = 9.9e125;
const SMALLEST_NUMBER = 1e-130;

const AS_IT_IS: PlainRules = { text: text => text, hides: () => false, hidden: '' };

/** Drops undefined, functions and symbols from objects (null in lists). Idempotent. */
export function toPlain(value: unknown, rules: PlainRules = AS_IT_IS): Plain {
  return walk(value, rules, []) ?? null;
}

/** Undefined means "leave it out". `ancestors` are the enclosing objects. */
function walk(value: unknown, rules: PlainRules, ancestors: readonly object[]): Plain | undefined {
  switch (typeof value) {
    case 'string':
      return text(value, rules);
    case 'number':
      return number(value);
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : structure(value, rules, ancestors);
    default:
      return undefined;
  }
}

/** A lone surrogate cannot be written as UTF-8: stored, it would come back as another character. */
const text = (value: string, rules: PlainRules): string => rules.text(value.toWellFormed()).toWellFormed();

function number(value: number): Plain {
  const size = Math.abs(value);
  if (size === 0) return 0;
  return size >= SMALLEST_NUMBER && size <= LARGEST_NUMBER ? value : String(value);
}

function structure(value: object, rules: PlainRules, ancestors: readonly object[]): Plain | undefined {
  if (ancestors.includes(value)) return '[circular]';
  if (ancestors.length >= MAX_DEPTH) return '[too deep]';
  const within = [...ancestors, value];
  try {
    if (Array.isArray(value)) return list(value, rules, within);
    if (value instanceof Error) return entries(errorEntries(value), rules, within);
    if (value instanceof Map) {
      const pairs = [...value].map(([key, item]) => [String(key), item] as const);
      return entries(pairs, rules, within);
    }
    if (value instanceof Set) return list([...value], rules, within);
    // Bytes may belong to a key: only their count is shown.
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if ('toJSON' in value && typeof value.toJSON === 'function') return walk(value.toJSON(), rules, within);
    const pairs = Object.keys(value).map(key => [key, read(value, key)] as const);
    return entries(pairs, rules, within);
  } catch {
    return '[unreadable]';
  }
}

/** A list such as rawHeaders alternates names and values: the value after a hidden name is hidden too. */
function list(items: readonly unknown[], rules: PlainRules, within: readonly object[]): Plain {
  return items.map((item, index) => {
    const before = items[index - 1];
    if (typeof item === 'string' && typeof before === 'string' && rules.hides(before)) return rules.hidden;
    return walk(item, rules, within) ?? null;
  });
}

function entries(pairs: readonly (readonly [string, unknown])[], rules: PlainRules, within: readonly object[]): Plain {
  const kept: [string, Plain][] = [];
  for (const [key, item] of pairs) {
    const shown = isSecret(key, item, rules) ? rules.hidden : walk(item, rules, within);
    if (shown !== undefined) kept.push([text(key, rules) || '(empty)', shown]);
  }
  return Object.fromEntries(kept);
}

const isSecret = (key: string, item: unknown, rules: PlainRules): boolean =>
  item !== null && item !== undefined && typeof item !== 'boolean' && rules.hides(key);

/** Name, message, stack and cause are not among an error's own enumerable keys. */
function errorEntries(error: Error): readonly (readonly [string, unknown])[] {
  const own = Object.keys(error).map(key => [key, read(error, key)] as const);
  const members = error instanceof AggregateError ? [['errors', error.errors] as const] : [];
  const { name, message, stack, cause } = error;
  return [
    ...Object.entries({ name, message, stack, cause }),
    ...members,
    ...own.filter(([key]) => !['name', 'message', 'stack', 'cause', 'errors'].includes(key)),
  ];
}

function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return '[unreadable]';
  }
}

/**
 * One text for one value: keys sorted by UTF-16 code unit, no white space, undefined left out (similar to RFC 8785). It is the
 * same after a value was stored in DynamoDB, so its hash can be checked.
 */
export const canonicalJson = (value: unknown): string => textOf(toPlain(value));

function textOf(value: Plain): string {
  if (isList(value)) return `[${value.map(textOf).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`).join(',')}}`;
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
