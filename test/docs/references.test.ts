/** What documents point at exists: files, anchors, scripts, commands, and the log messages that their queries look for. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AUDIT_EVENT_TYPES } from '../../lambda/contract.ts';
import { anchorOf, ROOT, readDocument } from './markdown.ts';

const list = (...patterns: readonly string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], { cwd: ROOT })
    .toString()
    .trim()
    .split('\n');

const documents = list('README.md', 'docs/*.md').map(readDocument);
const scripts: object = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts;

describe.each(documents.map(document => [document.path, document] as const))('%s', (path, document) => {
  test('links to files and headings that exist', () => {
    const broken = document.links.filter(target => {
      if (/^https?:/.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(ROOT, to))) return true;
      return anchor !== undefined && !readDocument(to).headings.some(({ text }) => anchorOf(text) === anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names files of the repository that exist', () => {
    const named =
      document.text.match(/\b(?:bin|bench|config|docs|lambda|lib|simulator|test)\/[\w./-]+\.(?:ts|ini|md)\b/g) ?? [];
    expect(named.filter(file => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('names scripts and commands that exist', () => {
    const run = [...document.text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(run.filter(script => !Object.hasOwn(scripts, script))).toEqual([]);
    const verbs = [...document.text.matchAll(/\bnpm run flatline -- ([a-z]+)/g)].map(([, verb = '']) => verb);
    expect(verbs.filter(verb => !existsSync(join(ROOT, `bin/commands/${verb}.ts`)))).toEqual([]);
  });
});

describe('the queries of docs/troubleshooting.md', () => {
  const sources = list('lambda/**/*.ts').map(file => readFileSync(join(ROOT, file), 'utf8'));
  const queries = readDocument('docs/troubleshooting.md').blocks.filter(({ text }) => /^(filter|fields) /.test(text));
  const messages = queries.flatMap(({ text }) =>
    [...text.matchAll(/\bmessage (?:= ("[^"]+")|in \[([^\]]+)\])/g)].flatMap(([, one, many]) =>
      [...(one ?? many ?? '').matchAll(/"([^"]+)"/g)].map(([, message = '']) => message),
    ),
  );

  test('there are some', () => {
    expect(messages.length).toBeGreaterThan(10);
  });

  test.each([...new Set(messages)])('look for a line that is written: %s', message => {
    const isEvent = AUDIT_EVENT_TYPES.some(type => type === message);
    expect(isEvent || sources.some(source => source.includes(`'${message}'`))).toBe(true);
  });
});
