/** The real command table accepts every command line in every document: the command, its options, its arguments. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createCli } from '../../bin/terminal/cli.ts';
import { buildProgram, type Register, runProgram } from '../../bin/terminal/program.ts';
import { commandLinesIn, type Words } from './command-lines.ts';
import { codeIn, DOCUMENTS, listFiles, ROOT, readDocument } from './markdown.ts';

/** The table of bin/flatline.ts, which runs when it is imported; so its imports are read and followed. */
const registers = await Promise.all(
  [...readFileSync(join(ROOT, 'bin/flatline.ts'), 'utf8').matchAll(/import \{([^}]*)\} from '(.+)';/g)].flatMap(
    ([, names = '', path = '']) =>
      [...names.matchAll(/\bregister\w+/g)].map(
        async ([name]): Promise<Register> => (await import(join(ROOT, 'bin', path)))[name],
      ),
  ),
);

/** What is wrong with it: nothing, when it would be run. Runs nothing. */
async function complaintsAbout(words: Words): Promise<readonly string[]> {
  const stderr = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  const cli = createCli({ ...streams, env: {} } as unknown as NodeJS.Process);
  const program = buildProgram(registers, cli);
  silence(program);
  await runProgram(program, cli, words);
  const said = String(stderr.read() ?? '');
  return said === '' ? [] : said.trim().split('\n');
}

function silence(command: Command): void {
  if (command.commands.length === 0) command.action(() => undefined);
  for (const child of command.commands) silence(child);
}

describe.each(DOCUMENTS.map(document => [document.path, document] as const))('%s', (_path, document) => {
  const lines = [...new Set(commandLinesIn(document).map(words => JSON.stringify(words)))];

  // A document that shows none passes by having none.
  test.each(lines.length === 0 ? ['["--help"]'] : lines)('%s', async line => {
    expect(await complaintsAbout(JSON.parse(line))).toEqual([]);
  });
});

describe.each(listFiles('config/*.ini'))('%s', file => {
  const comments = readFileSync(join(ROOT, file), 'utf8').replaceAll(/^ *(?:#|\/\/|\*) ?/gm, '');
  const lines = commandLinesIn({ text: '', blocks: [{ language: '', text: comments }] }).map(words =>
    JSON.stringify(words),
  );

  test.each(lines.length === 0 ? ['["--help"]'] : lines)('%s', async line => {
    expect(await complaintsAbout(JSON.parse(line))).toEqual([]);
  });
});

function everyCommand(): readonly Command[] {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  return buildProgram(registers, createCli({ ...streams, env: {} } as unknown as NodeJS.Process)).commands;
}

test('the operator’s permissions name every command that calls AWS', () => {
  const calling = everyCommand().filter(({ options, commands }) =>
    [{ options }, ...commands].some(one => one.options.some(({ long }) => long === '--local')),
  );
  const named = readDocument('docs/security.md')
    .section("An operator's own permissions")
    .rows.flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  expect(calling.length).toBeGreaterThan(12);
  expect(calling.map(command => command.name()).filter(name => !named.includes(name))).toEqual([]);
});

test('the README lists every command, in one line each', () => {
  const commands = everyCommand().map(command => command.name());
  const [readme] = DOCUMENTS.filter(({ path }) => path === 'README.md');
  const listed = readme?.section("The operator's tools").rows.flatMap(([name]) => codeIn(name) ?? []);
  expect(listed?.toSorted()).toEqual(commands.filter(name => name !== 'help').toSorted());
});

describe('what is not a command line is found out', () => {
  test.each<[string, Words, RegExp]>([
    ['an unknown command', ['bost'], /Did you mean bots\?/],
    ['an unknown option', ['status', '--lcoal'], /Did you mean --local\?/],
    ['a missing argument', ['audit', 'show'], /Name the correlation ID/],
    ['an argument too many', ['bots', 'alpha'], /unexpected argument "alpha"/],
    ['a value out of range', ['snooze', '--for', '3 weeks'], /invalid/],
    ['an unknown scenario', ['drill', '--scenario', 'crush'], /Did you mean crash\?/],
  ])('%s', async (_what, words, pattern) => {
    expect((await complaintsAbout(words)).join('\n')).toMatch(pattern);
  });

  test('there are some in every document that an operator works with', () => {
    const busy = DOCUMENTS.filter(document => commandLinesIn(document).length > 5).map(({ path }) => path);
    expect(busy).toEqual(
      expect.arrayContaining(['docs/deployment-checklist.md', 'docs/operations.md', 'docs/troubleshooting.md']),
    );
  });

  test.each<[string, readonly Words[]]>([
    ['a line', [['bots', '--local']]],
    ['a comment', [['status']]],
  ])('read from a block: %s', (what, words) => {
    const block = what === 'a line' ? 'npm run flatline -- bots --local' : 'flatline status   # what is wrong';
    expect(commandLinesIn({ text: '', blocks: [{ language: '', text: block }] })).toEqual(words);
  });

  test('quotes, continued lines, sentences, and what is typed into an output are read as a shell would', () => {
    const blocks = [
      { language: '', text: 'flatline snooze --for 30m \\\n  --reason "moving it"\nflatline: "bost" is not a command' },
      { language: 'text', text: '$ flatline bots\n  flatline audit show ID tells all of it' },
    ];
    expect(commandLinesIn({ blocks, text: 'Use `flatline rearm` and `npm run drill -- --scenario crash`.' })).toEqual([
      ['snooze', '--for', '30m', '--reason', 'moving it'],
      ['bots'],
      ['rearm', '--help'],
      ['drill', '--scenario', 'crash'],
    ]);
  });
});
