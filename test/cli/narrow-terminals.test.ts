/**
 * What is printed on narrow and plain terminals, and in pipes: never a letter a line, never wrapped in a pipe, ASCII where
 * the locale or the terminal says so. Every character that the tools can print has its place in ASCII.
 */

import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inColumns, widthOf, wrap } from '../../bin/terminal/layout.ts';
import { inAscii, inLocaleOf } from '../../bin/terminal/plain-ascii.ts';
import { openTerminal } from '../../bin/terminal/terminal.ts';
import { listFiles } from '../docs/markdown.ts';
import { startFlatline } from './served-cloud.ts';

const ROWS = [
  [
    'liq_20261129_144836_69ce6120aabbccdd',
    'default',
    '1\u00a0min\u00a0ago',
    'NOTHING SEEN IN BTCUSDT, ETHUSDT, by a person',
  ],
  ['liq_20261129_144835_1a1d3073aabbccdd', 'alpha', '2 d ago', 'FLAT'],
];
const ALIGNS = ['left', 'left', 'left', 'left'] as const;

describe('columns', () => {
  test.each([20, 40, 60, 66, 80, 120])('on %i columns no line is wider, and no word is broken that fits', width => {
    const lines = inColumns(ROWS, ALIGNS, { width });
    expect(lines.filter(line => widthOf(line) > width)).toEqual([]);
    for (const word of ['default', 'NOTHING', 'BTCUSDT,', 'person']) expect(lines.join('\n')).toContain(word);
  });

  test('that have no room are printed below one another', () => {
    expect(inColumns(ROWS, ALIGNS, { width: 62 }).map(line => line.replaceAll('\u00a0', ' '))).toEqual([
      '  liq_20261129_144836_69ce6120aabbccdd  default  1 min ago',
      '      NOTHING SEEN IN BTCUSDT, ETHUSDT, by a person',
      '  liq_20261129_144835_1a1d3073aabbccdd  alpha    2 d ago',
      '      FLAT',
    ]);
  });

  test('that have no room even without the last one keep two spaces between their cells', () => {
    expect(inColumns(ROWS.slice(0, 1), ALIGNS, { width: 48 }).map(line => line.replaceAll('\u00a0', ' '))).toEqual([
      '  liq_20261129_144836_69ce6120aabbccdd',
      '      default  1 min ago',
      '      NOTHING SEEN IN BTCUSDT, ETHUSDT, by a',
      '      person',
    ]);
  });

  test('in a pipe a row is a line', () => {
    expect(inColumns(ROWS, ALIGNS, { width: Number.POSITIVE_INFINITY })).toHaveLength(ROWS.length);
  });

  test('for every width and every row: no line is wider, and no text is lost', () => {
    const cell = fc.stringMatching(/^[a-z0-9]{1,12}( [a-z0-9]{1,12}){0,5}$/);
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 120 }),
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }),
        (width, rows) => {
          const lines = inColumns(rows, ['left', 'right', 'left'], { width });
          expect(lines.filter(line => widthOf(line) > width)).toEqual([]);
          const bare = (text: string): string => text.replace(/\s/g, '');
          for (const row of rows) for (const one of row) expect(bare(lines.join(''))).toContain(bare(one).slice(0, 12));
        },
      ),
    );
  });
});

describe('a sentence', () => {
  const printed = (text: string, columns: number | undefined): readonly string[] => {
    const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
    const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {} };
    openTerminal(streams as unknown as Parameters<typeof openTerminal>[0]).stdout.line(text);
    return String(stdout.read()).trimEnd().split('\n');
  };
  const SENTENCE = 'Could not snooze alpha: it is tripped. Look at it, then use flatline rearm --bot alpha --local.';

  test('is broken between words, and a command in it stays whole', () => {
    expect(printed(SENTENCE, 60)).toEqual([
      'Could not snooze alpha: it is tripped. Look at it, then use',
      'flatline rearm --bot alpha --local.',
    ]);
    expect(wrap(SENTENCE, 40)).toContain('flatline\u00a0rearm\u00a0--bot\u00a0alpha\u00a0--local.');
  });

  test('in a pipe is one line, and so is a row, which was wrapped where it was made', () => {
    expect(printed(SENTENCE, undefined)).toEqual([SENTENCE]);
    expect(printed(`  ${SENTENCE}`, 60)).toEqual([`  ${SENTENCE}`]);
  });

  test('with an address that is wider than the screen keeps the address whole', () => {
    const url = `https://example.com/${'a'.repeat(80)}`;
    expect(printed(`Dashboard: ${url}`, 60)).toEqual(['Dashboard:', url]);
  });

  test('with a command that has no room is broken between its words', () => {
    expect(wrap(SENTENCE, 20).every(line => widthOf(line) <= 20)).toBe(true);
    expect(wrap(SENTENCE, 20).join(' ')).toBe(SENTENCE);
  });
});

describe('the width', () => {
  const widthIn = (env: Readonly<Record<string, string>>, tty?: number): number => {
    const stdout = Object.assign(new PassThrough(), tty === undefined ? {} : { isTTY: true, columns: tty });
    const streams = { stdin: new PassThrough(), stdout, stderr: new PassThrough(), env };
    return openTerminal(streams as unknown as Parameters<typeof openTerminal>[0]).width;
  };

  test.each<[string, Readonly<Record<string, string>>, number | undefined, number]>([
    ['of a pipe: nothing is wrapped', {}, undefined, Number.POSITIVE_INFINITY],
    ['of a pipe where COLUMNS is set', { COLUMNS: '60' }, undefined, 60],
    ['of a pipe where COLUMNS is nonsense', { COLUMNS: 'wide' }, undefined, Number.POSITIVE_INFINITY],
    ['of a terminal', { COLUMNS: '200' }, 60, 60],
    ['of a wide terminal: lines are read, so they are not that long', {}, 300, 100],
    ['of a terminal that does not know it', { COLUMNS: '70' }, 0, 70],
    ['of a terminal that does not know it, and nobody else does', {}, 0, 80],
    ['of a sliver', {}, 3, 20],
  ])('%s', (_what, env, tty, width) => {
    expect(widthIn(env, tty)).toBe(width);
  });
});

describe('plain ASCII', () => {
  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['LC_ALL=C', { LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, true],
    ['LANG=POSIX', { LANG: 'POSIX' }, true],
    ['LC_CTYPE of another character set', { LC_CTYPE: 'de_DE.ISO-8859-1' }, true],
    ['TERM=dumb', { TERM: 'dumb', LANG: 'en_GB.UTF-8' }, true],
    ['LANG of UTF-8', { LANG: 'en_GB.UTF-8' }, false],
    ['C.utf8', { LC_ALL: 'C.utf8' }, false],
    ['nobody says', {}, false],
  ])('%s', (_what, env, plain) => {
    expect(inLocaleOf(env)('✓')).toBe(plain ? '+' : '✓');
  });

  test('has a replacement for every character that our sources print and that carries meaning', () => {
    const sources = listFiles('bin/*.ts', 'lambda/*.ts', 'client/typescript/*.ts', 'simulator/scenarios/*.ts');
    const printed = new Set(
      sources.flatMap(file =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter(line => !/^\s*(?:\*|\/\*|\/\/)/.test(line))
          .flatMap(line => line.match(/\P{ASCII}/gu) ?? []),
      ),
    );
    expect(printed.size).toBeGreaterThan(20);
    expect([...printed].filter(unit => /\\u/.test(inAscii(unit)))).toEqual([]);
  });

  test('keeps characters of others distinguishable', () => {
    expect(inAscii('币安USDT')).toBe('\\u5e01\\u5b89USDT');
  });

  test('a page has no byte beyond ASCII, and JSON stays JSON', async () => {
    const env = { LC_ALL: 'C', COLUMNS: '60' };
    const [help, wrong, json] = await Promise.all([
      startFlatline(['liquidate', '--help'], { env }).ended,
      startFlatline(['validate', '--config', 'test/none.ini'], { env }).ended,
      startFlatline(['validate', '--config', 'test/none.ini', '--json'], { env }).ended,
    ]);
    for (const { stdout } of [help, wrong]) {
      expect(stdout).not.toMatch(/\P{ASCII}/u);
      expect(stdout.split('\n').filter(line => line.length > 60)).toEqual([]);
    }
    expect(wrong.stdout).toContain('> name another');
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false });
  });
});
