/** Widths, wrapping and columns: what every other part of the screen stands on. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replyText } from '../../bin/commands/drill/screen/live.ts';
import { purposeByVerb } from '../../bin/incident/requests.ts';
import { inColumns, padEnd, padStart, widthOf, wrap } from '../../bin/terminal/layout.ts';
import { countText, duration, secondsText } from '../../bin/terminal/numbers.ts';
import { createPaint, wantsColour } from '../../bin/terminal/paint.ts';
import { close, readOfPositions, request } from './kept-promise.ts';

const coloured = createPaint(true);

describe('the width of a text', () => {
  test.each([
    ['', 0],
    ['BTCUSDT', 7],
    ['测试USDT', 8],
    ['ＡＢ', 4],
    ['e\u0301', 1],
    ['║ ✓', 3],
    [coloured.good('FLAT'), 4],
    [coloured.bold(coloured.bad('测')), 2],
  ])('%s', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  test('padding counts columns, not characters', () => {
    expect(padEnd('测试', 6)).toBe('测试  ');
    expect(padStart('测试', 6)).toBe('  测试');
    expect(padEnd('too long', 3)).toBe('too long');
  });
});

describe('wrapping', () => {
  test.each([
    ['between words', 'one two three', 7, ['one two', 'three']],
    ['exactly full', 'one two', 7, ['one two']],
    ['one column short', 'one two', 6, ['one', 'two']],
    ['a word that is itself too long', 'ab liquidation', 6, ['ab', 'liquid', 'ation']],
    ['wide characters', '测试 测试', 8, ['测试', '测试']],
    ['nothing', '', 8, ['']],
    ['a number keeps its unit', 'in 12\u00a0s', 5, ['in', '12\u00a0s']],
  ])('%s', (_name, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  test('for every text: no line is too wide, and no word is lost', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'B', '7', '测', '✓'), minLength: 1, maxLength: 30 }));
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 40 }), (list, width) => {
        const lines = wrap(list.join(' '), width);
        expect(lines.every(line => widthOf(line) <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(list.join(''));
      }),
    );
  });
});

test('columns are as wide as their widest cell, numbers on the right, the last one wrapped', () => {
  const rows = [
    ['BTCUSDT', '0.5', 'closed'],
    ['测试USDT', '-1500', 'closed after a long and weary while'],
  ];
  expect(inColumns(rows, ['left', 'right', 'left'], { width: 40 })).toEqual([
    '  BTCUSDT     0.5  closed',
    '  测试USDT  -1500  closed after a long',
    '                   and weary while',
  ]);
});

test('without colour the text is the same, bare', () => {
  expect(createPaint(false).bad('✗')).toBe('✗');
  expect(coloured.bad('✗')).toBe('\u001b[31m✗\u001b[39m');
  expect(coloured.bad('')).toBe('');
});

test.each([
  ['a terminal', true, undefined, true],
  ['a pipe', undefined, undefined, false],
  ['a terminal with NO_COLOR', true, '1', false],
  ['a terminal with NO_COLOR empty, which means nothing', true, '', true],
  ['a dumb terminal', true, undefined, false, 'dumb'],
])('colours on %s', (_name, isTTY, noColor, wanted, term?: string) => {
  expect(wantsColour(isTTY === undefined ? {} : { isTTY }, { NO_COLOR: noColor, TERM: term })).toBe(wanted);
});

describe('in words', () => {
  test.each([
    [0, '0\u00a0ms'],
    [0.34, '340\u00a0µs'],
    [0.9999, '1\u00a0ms'],
    [21.4, '21\u00a0ms'],
    [999.4, '999\u00a0ms'],
    [999.6, '1.0\u00a0s'],
    [9_949, '9.9\u00a0s'],
    [9_951, '10\u00a0s'],
    [64_000, '64\u00a0s'],
  ])('a duration of %d ms', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  test('counts and seconds', () => {
    expect([countText(0, 'order'), countText(1, 'order'), countText(2, 'order')]).toEqual([
      'no order',
      '1 order',
      '2 orders',
    ]);
    expect(secondsText(1_234.5)).toBe('1.234');
  });

  test.each([
    [readOfPositions(0), 'ask', '200'],
    [close('BTCUSDT', 'SELL', 0), 'close', '200'],
    [
      request('DELETE', '/fapi/v1/allOpenOrders', 0, {}, { status: 400, code: -2011, executed: false }),
      'cancel',
      '400 (-2011)',
    ],
    [request('GET', '/fapi/v1/userTrades', 0, {}, { status: undefined, executed: false }), 'ask', 'no answer'],
    [request('POST', '/fapi/v1/order/test', 0), 'ask', '200'],
    [close('BTCUSDT', 'SELL', 0, { status: undefined }), 'close', 'executed, but no answer'],
    [close('BTCUSDT', 'SELL', 0, { status: 503 }), 'close', 'executed, but answered 503'],
  ])('a request: %#', (entry, kind, reply) => {
    expect([purposeByVerb(entry), replyText(entry)]).toEqual([kind, reply]);
  });
});
