/** The table of the twelve ways in docs/reliability.md: each names tests that exist under that name. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readDocument } from './markdown.ts';

const rows = readDocument('docs/reliability.md').section("How a dead man's switch goes wrong").rows;
const ways = rows.slice(0, 12);
const tests = rows.slice(12);
const IDS = Array.from({ length: 12 }, (_, index) => `S${index + 1}`);

test('docs/reliability.md lists the ways S1 to S12', () => {
  expect(ways.map(([id]) => id)).toEqual(IDS);
  expect(tests.map(([id]) => id)).toEqual(IDS);
});

test.each(tests.map(([id, named = '']) => [id, named] as const))(
  'the tests that docs/reliability.md names for %s exist',
  (_id, cell) => {
    const named = cell.split('; ').map(one => /^(\S+\.(?:test\.ts|py)), "(.+)"$/.exec(one) ?? [one]);
    for (const [whole, file = '', name = ''] of named) {
      expect([whole, existsSync(join(ROOT, file))]).toEqual([whole, true]);
      expect([whole, readFileSync(join(ROOT, file), 'utf8').includes(name)]).toEqual([whole, true]);
    }
    expect(named.length).toBeGreaterThanOrEqual(2);
  },
);
