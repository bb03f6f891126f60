/** The table of the worst day in docs/reliability.md has each input, and the named file has its tests. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readDocument } from './markdown.ts';

const numbered = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
const INPUTS = [...numbered('A', 22), ...numbered('L', 7), ...numbered('E', 3)];

const rows = new Map(
  [...readDocument('docs/reliability.md').text.matchAll(/^\| ([ALE]\d+) \| [^|]+ \| (\S+) \|$/gm)].map(
    ([, input = '', file = '']) => [input, file] as const,
  ),
);

test('the bad-day table has a row for each input and no other', () => {
  expect([...rows.keys()]).toEqual(INPUTS);
});

test.each(INPUTS)('a test names the input %s of the bad-day table', input => {
  const source = readFileSync(join(ROOT, rows.get(input) ?? ''), 'utf8');
  expect(source).toMatch(new RegExp(`\\(${input}\\)`));
});
