/** The questions of docs/operations.md, "In a minute": each has one row with a link to a section that begins with what to do. */

import { expect, test } from 'vitest';
import { anchorOf, readDocument } from './markdown.ts';

const operations = readDocument('docs/operations.md');
const guide = readDocument('docs/troubleshooting.md');

/** From users-second-look: those that a document must answer in a minute. */
const QUESTIONS = [
  ...['A mail says NOT FLAT', 'The alarm `watchdog-silent`', 'A healthy bot was tripped', 'Rotate the key'],
  ...['A maintenance window', 'A second bot', 'Upgrade', 'Roll back', 'Delete everything', 'Which version is deployed'],
];

const rows = operations.section('In a minute').rows;

test('docs/operations.md has the ten questions', () => {
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

test('what to do with the bots meanwhile comes first where no bot is watched', () => {
  const parts = (heading: string): readonly string[] =>
    [...guide.section(heading).text.matchAll(/^\*\*([A-Z][a-z ]+)\.\*\*/gm)].map(([, name = '']) => name);
  expect(parts('Watchdog is silent')[0]).toBe('Meanwhile');
  expect(parts('A healthy bot was tripped')[0]).toBe('Meanwhile');
});
