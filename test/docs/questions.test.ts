/** The questions of docs/operations.md, "In a minute": each has one row with a link to a section that begins with what to do. */

import { expect, test } from 'vitest';
import { anchorOf, readDocument } from './markdown.ts';

const operations = readDocument('docs/operations.md');
const guide = readDocument('docs/troubleshooting.md');

/** From users-second-look: those that a document must answer in a minute. */
const QUESTIONS = [
  ...['A mail says NOT FLAT', 'The alarm `watchdog-silent`', 'A healthy bot was tripped', 'Rotate the key'],
  ...['A maintenance window', 'A second bot', 'Upgrade', 'Roll back', 'Delete everything', 'Which version is deployed'],
  ...['Test that it works', 'Can it lose my money', 'AWS is down'],
];

const rows = operations.section('In a minute').rows;

test('docs/operations.md has the questions', () => {
  expect(rows.map(([question]) => question)).toEqual(QUESTIONS);
});

test.each(rows.map(([question = '', answer = '']) => [question, answer]))(
  '%s: has an answer, and a link to its section',
  (_question, answer) => {
    expect(answer.replace(/\[[^\]]*\]\([^)]*\)/g, '').length).toBeGreaterThan(20);
    const [, file = '', anchor = ''] = /\]\(([^)#]*)#([^)]+)\)/.exec(answer) ?? [];
    const { headings } = file === '' ? operations : guide;
    expect(headings.map(({ text }) => anchorOf(text))).toContain(anchor);
  },
);

test.each(rows.map(([question = '', answer = '']) => [question, answer]))(
  '%s: the commands of its section run without what another section sets',
  (_question, answer) => {
    const [, file = '', anchor = ''] = /\]\(([^)#]*)#([^)]+)\)/.exec(answer) ?? [];
    const document = file === '' ? operations : guide;
    const heading = document.headings.find(({ text }) => anchorOf(text) === anchor)?.text ?? '';
    const script = document.section(heading).blocks.map(({ text }) => text);
    const set = script.flatMap(text =>
      [...text.matchAll(/(?:^|for )([A-Za-z_]+)(?==| in )/gm)].map(([, name]) => name),
    );
    const used = script.flatMap(text => [...text.matchAll(/\$\{?([A-Za-z_]+)/g)].map(([, name]) => name));
    expect(used.filter(name => !set.includes(name))).toEqual([]);
  },
);

test('what to do with the bots meanwhile comes first where no bot is watched', () => {
  const parts = (heading: string): readonly string[] =>
    [...guide.section(heading).text.matchAll(/^\*\*([A-Z][a-z ]+)\.\*\*/gm)].map(([, name = '']) => name);
  expect(parts('Watchdog is silent')[0]).toBe('Meanwhile');
  expect(parts('A healthy bot was tripped')[0]).toBe('Meanwhile');
});
