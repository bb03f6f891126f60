/** Hostile values, for every place where a value comes from outside. */

import fc from 'fast-check';
import { type Plain, toPlain } from '../../lambda/core/text/plain-json.ts';

/** Escapes of terminals, right-to-left overrides, lone surrogates, markup, names of JavaScript's own, the very long. */
export const NASTY_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\u001b[2J\u001b[31mFLAT\u001b[0m',
  '\u009b2J',
  '\u202eTALF\u202c',
  '\ud800',
  'a\udc00b',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e999',
  '-1e-999',
  '1e999999',
  '0x10',
  '١٢٣',
  '9'.repeat(400),
  '-0',
  '../../etc/passwd',
  '%00%0a',
  '\r\nX-Injected: 1',
  '測試USDT',
  'x'.repeat(5_000),
] as const;

/** Numbers at the limits: nearly whole, beyond doubles, beyond every clock. */
export const NASTY_NUMBERS = [
  0,
  -0,
  -1,
  0.1,
  1e21,
  -1e308,
  5e-324,
  2 ** 53,
  -(2 ** 53) - 2,
  8_640_000_000_000_001,
  1e300,
] as const;

export const nastyText = fc.oneof(fc.constantFrom(...NASTY_TEXTS), fc.string({ unit: 'binary', maxLength: 30 }));

const nastyLeaf = fc.oneof(nastyText, fc.constantFrom(...NASTY_NUMBERS), fc.boolean(), fc.constant(null), fc.double());

/** Any JSON, keys of JavaScript's own among its keys. */
export const nastyJson: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small' }, nastyLeaf, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc
    .array(fc.tuple(fc.oneof(nastyText, fc.constantFrom('code', 'msg', 'symbol', 'action')), tie('value')), {
      maxLength: 5,
    })
    .map(entries => Object.fromEntries(entries)),
})).value;

/** `levels` lists within each other, as text, because no parser builds it. */
export const deepText = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** One place of a JSON value, and what is put there; or the place is removed. */
export interface Edit {
  /** Chooses the place: each step takes the so-many-th child. */
  readonly path: readonly number[];
  readonly value: unknown;
  readonly isRemoved: boolean;
}

export const randomEdit: fc.Arbitrary<Edit> = fc.record({
  path: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }),
  value: fc.oneof({ weight: 3, arbitrary: nastyLeaf }, { weight: 1, arbitrary: nastyJson }),
  isRemoved: fc.boolean().map(yes => yes),
});

/** The same JSON with the edit in it. */
export function edited(whole: unknown, { path, value, isRemoved }: Edit): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof whole !== 'object' || whole === null) return value;
  const keys = Object.keys(whole);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const entries = Object.entries(whole).flatMap(([name, child]): [string, unknown][] => {
    if (name !== key) return [[name, child]];
    if (rest.length === 0) return isRemoved ? [] : [[name, value]];
    return [[name, edited(child, { path: rest, value, isRemoved })]];
  });
  return Array.isArray(whole) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

/** The fields of a row: what a table can hold is no more than plain JSON. */
export function plainFields(json: unknown): { readonly [name: string]: Plain } {
  const plain = toPlain(json);
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain)
    ? (plain as { readonly [name: string]: Plain })
    : {};
}
