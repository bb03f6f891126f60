/** docs/operations.md: it has every alarm, and every verdict that people are notified of. */

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

test('docs/operations.md lists every alarm and no other', () => {
  const named = namesIn('What to do on each alarm').map(name => name.replace(/^S-/, ''));
  expect(named.toSorted()).toEqual(ALARMS.map(({ id }) => id).toSorted());
});

test('the sentences of status in the emergency page are those that status prints', () => {
  const said = listFiles(
    'bin/commands/status.ts',
    'bin/commands/status/*.ts',
    'lambda/contract.ts',
    'lambda/core/verdict.ts',
  )
    .map(file =>
      readFileSync(join(ROOT, file), 'utf8')
        .replaceAll(/\$\{condition\}/g, 'late')
        .replaceAll(/\$\{[^}]*\}/g, ''),
    )
    .join('\n');
  const read = namesIn('An emergency, on one page').map(name =>
    name.replace('alpha', '').replace(' hh:mm:ss', '').trim(),
  );
  expect(read.length).toBeGreaterThan(5);
  expect(read.filter(sentence => !said.includes(sentence))).toEqual([]);
});

test('what a command must print, it prints', () => {
  const printed = listFiles('bin/*.ts', 'lambda/*.ts')
    .map(file => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  const sentences = ['docs/operations.md', 'docs/deployment-checklist.md']
    .map(path => readDocument(path).text.replaceAll(/\s+/g, ' '))
    .flatMap(text =>
      [...text.matchAll(/(?:must print|reports|prints) `([^`]+)`/g)].map(([, sentence = '']) => sentence),
    );
  expect(sentences.length).toBeGreaterThan(8);
  expect(sentences.filter(sentence => !printed.includes(sentence))).toEqual([]);
});

test('docs/operations.md lists every verdict that people are notified of, and no other', () => {
  const sources = listFiles('lambda/contract.ts', 'lambda/views/messages/*.ts').map(file =>
    readFileSync(join(ROOT, file), 'utf8'),
  );
  const verdicts = namesIn('What the messages say');
  expect(verdicts.length).toBeGreaterThan(12);
  expect(verdicts.filter(verdict => !sources.some(source => source.includes(verdict)))).toEqual([]);
  const documented = sources.flatMap(source =>
    [...source.matchAll(/verdict: '([A-Z, -]+)'/g)].map(([, verdict = '']) => verdict),
  );
  expect(documented.length).toBeGreaterThan(12);
  expect(documented.filter(verdict => !verdicts.includes(verdict))).toEqual([]);
});
