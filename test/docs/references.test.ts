/** Links, files, scripts, commands and log messages in documents exist. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AUDIT_EVENT_TYPES } from '../../lambda/contract.ts';
import { anchorOf, DOCUMENTS, listFiles, ROOT, readDocument } from './markdown.ts';

const scripts: object = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts;

describe.each(DOCUMENTS.map(document => [document.path, document] as const))('%s', (path, document) => {
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
      document.text.match(
        /(?<![\w/.-])(?:bin|bench|client|config|docs|examples|lambda|lib|simulator|test)\/[\w./@-]*\.(?:ts|mjs|py|ini|md|sh|service|yaml)\b/g,
      ) ?? [];
    expect(named.filter(file => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('names scripts that exist', () => {
    const run = [...document.text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => script);
    expect(run.filter(script => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/decisions.md'])('%s names no file that is gone', path => {
  const names = new Set(listFiles().map(file => basename(file)));
  const named = readDocument(path).text.match(/(?<![\w./-])[\w-]+(?:\.test)?\.ts\b/g) ?? [];
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter(name => !names.has(name))).toEqual([]);
});

describe('the queries of docs/troubleshooting.md', () => {
  const sources = listFiles('lambda/**/*.ts').map(file => readFileSync(join(ROOT, file), 'utf8'));
  const queries = readDocument('docs/troubleshooting.md').blocks.filter(({ text }) => /^(filter|fields) /.test(text));
  const messages = queries.flatMap(({ text }) =>
    [...text.matchAll(/\bmessage (?:= ("[^"]+")|in \[([^\]]+)\])/g)].flatMap(([, one, many]) =>
      [...(one ?? many ?? '').matchAll(/"([^"]+)"/g)].map(([, message = '']) => message),
    ),
  );

  test('there are some', () => {
    expect(messages.length).toBeGreaterThan(10);
  });

  test('show fields that are written', () => {
    const written = new Set(sources.flatMap(source => source.match(/\w+/g) ?? []));
    const shown = queries.flatMap(({ text }) =>
      [...text.replaceAll(/"[^"]*"/g, '').matchAll(/\b(?:data\.)?([a-z]+(?:_[a-z]+)+)\b|\bdata\.([a-z]+)/g)].map(
        ([, field, bare]) => field ?? bare ?? '',
      ),
    );
    expect(shown.length).toBeGreaterThan(30);
    expect(shown.filter(field => !written.has(field))).toEqual([]);
  });

  test.each([...new Set(messages)])('look for a line that is written: %s', message => {
    const isEvent = AUDIT_EVENT_TYPES.some(type => type === message);
    expect(isEvent || sources.some(source => source.includes(`'${message}'`))).toBe(true);
  });
});

describe('what the code says of documents', () => {
  const sources = listFiles(
    'bin/*.ts',
    'client/*.ts',
    'client/*.py',
    'config/*',
    'examples/*',
    'lambda/*.ts',
    'lib/*.ts',
  );
  const said = sources.map(file => [file, readFileSync(join(ROOT, file), 'utf8')] as const);

  test('names documents that exist', () => {
    const named = said.flatMap(([file, text]) =>
      [...text.matchAll(/\b(docs\/[\w-]+\.md|README\.md|CHANGELOG\.md)\b/g)].map(([, to = '']) => [file, to] as const),
    );
    expect(named.length).toBeGreaterThan(5);
    const beside = (file: string, to: string): boolean => existsSync(join(ROOT, dirname(file), to));
    expect(named.filter(([file, to]) => !existsSync(join(ROOT, to)) && !beside(file, to))).toEqual([]);
  });

  test('names headings that exist', () => {
    const named = said.flatMap(([, text]) => [
      ...[...text.matchAll(/"([^"\n]+)" in ((?:docs\/)?[\w-]+\.md)/g)].map(([, heading = '', to = '']) => [
        to,
        heading,
      ]),
      ...[...text.matchAll(/\b((?:docs\/)?[\w-]+\.md), "([^"\n]+)"/g)].map(([, to = '', heading = '']) => [
        to,
        heading,
      ]),
    ]);
    expect(named.length).toBeGreaterThan(0);
    const missing = named.filter(
      ([to = '', heading]) =>
        !heading?.includes('${') && !readDocument(to).headings.some(({ text }) => text === heading),
    );
    expect(missing).toEqual([]);
  });
});
