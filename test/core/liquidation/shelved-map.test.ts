import { describe, expect, test } from 'vitest';
import { ShelvedMap } from '../../../lambda/core/liquidation/shelved-map.ts';

const sums = (): ShelvedMap<number, number> => ShelvedMap.empty(values => values.reduce((sum, one) => sum + one, 0));

describe('a map on shelves', () => {
  test('gives what was put last, in the order in which keys came', () => {
    let map = sums();
    const plain = new Map<string, number>();
    for (let count = 0; count < 500; count += 1) {
      const key = `k${(count * 37) % 150}`;
      map = map.with(key, count);
      plain.set(key, count);
    }
    expect(map.size).toBe(150);
    expect([...map.keys()]).toEqual([...plain.keys()]);
    expect(map.values()).toEqual([...plain.values()]);
    for (const [key, value] of plain) expect(map.get(key)).toBe(value);
    expect(map.get('other')).toBeUndefined();
    expect(map.has('other')).toBe(false);
  });

  test('is not changed by the one that is made from it', () => {
    const before = sums().withAll(Array.from({ length: 70 }, (_, index) => [`k${index}`, index] as const));
    const after = before.with('k5', 1_000).with('new', 1);
    expect(before.get('k5')).toBe(5);
    expect(before.has('new')).toBe(false);
    expect(after.size).toBe(71);
    // All shelves but those that differ are the same.
    expect(after.shelves.filter(shelf => before.shelves.includes(shelf))).toHaveLength(1);
  });

  test('the summary of a group is computed once, and again if the group differs', () => {
    let made = 0;
    const counted = ShelvedMap.empty<number, number>(values => {
      made += 1;
      return Math.max(...values);
    });
    const map = counted.withAll(Array.from({ length: 96 }, (_, index) => [`k${index}`, index] as const));
    const greatest = (one: typeof map): number => Math.max(...one.shelves.map(shelf => shelf.summary()));
    expect([greatest(map), greatest(map), made]).toEqual([95, 95, 3]);
    expect([greatest(map.with('k0', 500)), made]).toEqual([500, 4]);
  });
});
