import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIni } from '../../../lambda/core/config/ini.ts';

/** `section.key` → value, for what a text says. */
function valuesOf(text: string): Readonly<Record<string, string>> {
  const { sections, problems } = parseIni(text);
  expect(problems).toEqual([]);
  return Object.fromEntries(
    sections.flatMap(({ name, entries }) => entries.map(({ key, value }) => [`${name}.${key}`, value])),
  );
}

/** Line and rule of each problem. */
function problemsOf(text: string): readonly string[] {
  return parseIni(text).problems.map(({ line, rule }) => `${line}: ${rule}`);
}

describe('the INI reader', () => {
  test.each([
    { what: 'spaces around', line: '  key  =  a b  ', value: 'a b' },
    { what: 'no spaces', line: 'key=a', value: 'a' },
    { what: 'an empty value', line: 'key =', value: '' },
    { what: 'a comment after a value', line: 'key = a ; why', value: 'a' },
    { what: 'a comment with a hash', line: 'key = a\t# why', value: 'a' },
    { what: 'only a comment', line: 'key = ; nothing yet', value: '' },
    { what: 'a semicolon within a word', line: 'key = a;b#c', value: 'a;b#c' },
    { what: 'an equals sign in the value', line: 'key = a=b', value: 'a=b' },
    { what: 'double quotes', line: 'key = " a ; b "', value: ' a ; b ' },
    { what: 'single quotes and a comment', line: "key = 'a' # why", value: 'a' },
    { what: 'quotes with nothing in them', line: 'key = ""', value: '' },
    { what: 'the other quote inside', line: `key = "it's"`, value: "it's" },
    { what: 'a name of the prototype', line: '__proto__ = a', value: 'a', key: '__proto__' },
  ])('$what', ({ line, value, key = 'key' }) => {
    expect(parseIni(`[s]\n${line}\n`)).toEqual({
      sections: [{ name: 's', line: 1, entries: [{ key, value, line: 2 }] }],
      problems: [],
    });
  });

  test.each([
    { what: 'Windows line ends', text: '[s]\r\nkey = a\r\n' },
    { what: 'old Mac line ends', text: '[s]\rkey = a\r' },
    { what: 'a byte order mark', text: '\uFEFF[s]\nkey = a' },
    { what: 'comments and blank lines', text: '; one\n\n# two\n[s] ; three\n   ; four\nkey = a' },
    { what: 'spaces in the heading', text: '[ s ]\nkey = a' },
  ])('$what', ({ text }) => {
    expect(valuesOf(text)).toEqual({ 's.key': 'a' });
  });

  test('counts lines by Windows line ends too', () => {
    expect(parseIni('[s]\r\n\r\nkey = a\r\n').sections[0]?.entries[0]?.line).toBe(3);
  });
});

describe('refuses', () => {
  test.each([
    { text: '[s]\nnonsense', problems: ['2: the line is neither [section] nor key = value'] },
    { text: '[s]\n= 5', problems: ['2: the line is neither [section] nor key = value'] },
    { text: '[s]\nkey: 5', problems: ['2: the line is neither [section] nor key = value'] },
    { text: 'key = 1\n[s]', problems: ['1: the key is before the first section'] },
    { text: '[s]\na = 1\nb = 2\na = 3', problems: ['4: the key is defined twice, first in line 2'] },
    { text: '[s]\na = 1\n[t]\n[s]\nb = 2', problems: ['4: the section is defined twice, first in line 1'] },
    { text: '[s\na = 1', problems: ['1: the section heading is malformed'] },
    { text: '[s] rest\na = 1', problems: ['1: the section heading is malformed'] },
    { text: '[]\na = 1', problems: ['1: the section heading is malformed'] },
    { text: '[s]\na = "1', problems: ['2: the quotes do not enclose the whole value'] },
    { text: '[s]\na = "1" 2', problems: ['2: the quotes do not enclose the whole value'] },
    { text: '[s]\na = 1\0', problems: ['1: the file is not UTF-8 text (it contains zero bytes)'] },
  ])('$text', ({ text, problems }) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('says how to write a key with a colon', () => {
    expect(parseIni('[s]\ntimeout: 5').problems[0]?.remedy).toBe('write key = value, with = instead of :');
  });

  test('judges the keys below a malformed heading where they were meant to be', () => {
    expect(parseIni('[exchange\nenvironment = testnet').sections).toEqual([
      { name: 'exchange', line: 1, entries: [{ key: 'environment', value: 'testnet', line: 2 }] },
    ]);
  });

  test('reads an indented list as a list, not as a heading', () => {
    expect(problemsOf('[s]\npairs = [\n  ["BTC"],\n  ]')).toEqual([
      '3: the line is neither [section] nor key = value',
      '4: the line is neither [section] nor key = value',
    ]);
  });
});

test('the INI reader skips a pasted PEM, names its first line only, and continues after it', () => {
  const text = '[s]\nkey = -----BEGIN PRIVATE KEY-----\nMC4CAQ==\nMC4=\n-----END PRIVATE KEY-----\nb = 2';
  expect(problemsOf(text)).toEqual(['2: the configuration contains a private key (PEM)']);
  expect(parseIni(text).sections[0]?.entries).toEqual([{ key: 'b', value: '2', line: 6 }]);
});

test('the INI reader ends a PEM without an end at the next heading', () => {
  const { sections } = parseIni('[s]\nkey = -----BEGIN PRIVATE KEY-----\nMC4CAQ==\n[t]\nb = 2');
  expect(sections[1]).toEqual({ name: 't', line: 4, entries: [{ key: 'b', value: '2', line: 5 }] });
});

test('for every list of sections and keys, reads back what was written', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const file = fc.dictionary(word, fc.dictionary(word, fc.stringMatching(/^[A-Za-z0-9/:.@=-]{1,12}$/)), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(file, sections => {
      const text = Object.entries(sections)
        .map(([name, keys]) =>
          [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`)].join('\n'),
        )
        .join('\n');
      const read = parseIni(text);
      expect(read.problems).toEqual([]);
      expect(
        Object.fromEntries(
          read.sections.map(({ name, entries }) => [
            name,
            Object.fromEntries(entries.map(({ key, value }) => [key, value])),
          ]),
        ),
      ).toEqual(sections);
    }),
  );
});
