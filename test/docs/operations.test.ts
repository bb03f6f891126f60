/** docs/operations.md: every alarm asks something, and every verdict that it explains is one that people are told. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ALARMS } from '../../lib/alarm-list.ts';
import { listFiles, ROOT, readDocument } from './markdown.ts';

const operations = readDocument('docs/operations.md');
const namesIn = (heading: string): readonly string[] =>
  operations
    .section(heading)
    .rows.flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

test('every alarm asks something, and no other does', () => {
  const named = namesIn('What each alarm asks of you').map(name => name.replace(/^S-/, ''));
  expect(named.toSorted()).toEqual(ALARMS.map(({ id }) => id).toSorted());
});

test('every verdict that is explained is one that is told', () => {
  const sources = listFiles('lambda/contract.ts', 'lambda/core/messages/*.ts').map(file =>
    readFileSync(join(ROOT, file), 'utf8'),
  );
  const verdicts = namesIn('What the messages say');
  expect(verdicts.length).toBeGreaterThan(12);
  expect(verdicts.filter(verdict => !sources.some(source => source.includes(verdict)))).toEqual([]);
});
