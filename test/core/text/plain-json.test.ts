import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, toPlain } from '../../../lambda/core/text/plain-json.ts';

const circular: Record<string, unknown> = { name: 'loop' };
circular.self = circular;

const deep = (levels: number): unknown => (levels === 0 ? 'bottom' : { next: deep(levels - 1) });

describe('plain JSON', () => {
  it.each<[string, unknown, unknown]>([
    ['undefined members', { gone: undefined, call: () => 1, kept: null }, { kept: null }],
    ['undefined in a list, which keeps its place', [1, undefined, 3], [1, null, 3]],
    ['nothing at all', undefined, null],
    [
      'numbers no store can hold',
      [Number.NaN, Number.POSITIVE_INFINITY, 1e300, 1e-300],
      ['NaN', 'Infinity', '1e+300', '1e-300'],
    ],
    ['the largest and the smallest that it can', [9.9e125, 1e-130, -1e-130], [9.9e125, 1e-130, -1e-130]],
    ['minus zero', -0, 0],
    ['a bigint', 2n ** 70n, '1180591620717411303424'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a map and a set', { map: new Map([[1, 'one']]), set: new Set(['a']) }, { map: { 1: 'one' }, set: ['a'] }],
    ['bytes', Buffer.from('key!'), '[4 bytes]'],
    ['a circle', circular, { name: 'loop', self: '[circular]' }],
    ['the same value twice, which is no circle', [circular.name, circular.name], ['loop', 'loop']],
    ['an empty key', { '': 1 }, { '(empty)': 1 }],
    ['half a character', 'a\uD800b', 'a\uFFFDb'],
    ['a key that is a trap', JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}')],
  ])('says %s', (_what, value, expected) => {
    expect(toPlain(value)).toEqual(expected);
  });

  it('ends at a depth that DynamoDB can nest', () => {
    expect(JSON.stringify(toPlain(deep(23)))).toContain('bottom');
    expect(JSON.stringify(toPlain(deep(40)))).toContain('[too deep]');
  });

  it('opens errors, their causes and their members', () => {
    const error = new AggregateError([new TypeError('inner')], 'outer', { cause: new RangeError('why') });
    expect(toPlain(error)).toMatchObject({
      name: 'AggregateError',
      message: 'outer',
      cause: { name: 'RangeError', message: 'why' },
      errors: [{ name: 'TypeError', message: 'inner' }],
    });
  });

  it('survives values that throw when they are read', () => {
    const trap = {
      get bad(): string {
        throw new Error('no');
      },
      good: 1,
    };
    expect(toPlain(trap)).toEqual({ bad: '[unreadable]', good: 1 });
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(toPlain(proxy)).toBe('[unreadable]');
  });

  it('is what JSON can carry, and stays what it is, for every value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), value => {
        const plain = toPlain(value);
        expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
        expect(toPlain(plain)).toEqual(plain);
      }),
    );
  });
});

describe('canonical JSON', () => {
  it.each<[string, unknown, string]>([
    ['sorts keys by code unit', { b: 1, a: 2, A: 3, 10: 4, 9: 5 }, '{"10":4,"9":5,"A":3,"a":2,"b":1}'],
    ['sorts at every level', { z: [{ y: 1, x: 2 }] }, '{"z":[{"x":2,"y":1}]}'],
    ['keeps the order of lists', ['b', 'a'], '["b","a"]'],
    ['leaves undefined out', { a: undefined }, '{}'],
    ['spells numbers as JavaScript does', [1.0, 1e21, 0.1, -0], '[1,1e+21,0.1,0]'],
    ['escapes what must be', 'quote " and 币', '"quote \\" and 币"'],
  ])('%s', (_rule, value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });
});
