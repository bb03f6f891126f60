import { describe, expect, it } from 'vitest';
import { parseExactly } from '../../../lambda/adapters/binance/read-answer.ts';

describe('parseExactly', () => {
  it.each([
    ['a small integer stays a number', '{"orderId":8886774000}', { orderId: 8886774000 }],
    ['the largest exact integer stays a number', '[9007199254740991]', [9007199254740991]],
    ['one above 2^53 keeps its digits', '[9007199254740993]', ['9007199254740993']],
    ['twenty digits keep them all', '{"orderId":12345678901234567890}', { orderId: '12345678901234567890' }],
    ['a negative one keeps its sign', '[-9007199254740993]', ['-9007199254740993']],
    ['a long fraction is an ordinary number', '[0.1234567890123456]', [0.1234567890123456]],
    [
      'digits inside a string are left alone',
      '{"msg":"ids: 12345678901234567890, "}',
      { msg: 'ids: 12345678901234567890, ' },
    ],
    [
      'strings beside a long integer are left alone',
      '[12345678901234567890,"1.0",null,true]',
      ['12345678901234567890', '1.0', null, true],
    ],
  ])('%s', (_what, text, value) => {
    expect(parseExactly(text)).toEqual(value);
  });

  it.each([
    ['a cut-off text', '{"orderId":123'],
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['a cut-off long integer', '[12345678901234567890'],
  ])('refuses %s', (_what, text) => {
    expect(() => parseExactly(text)).toThrow(SyntaxError);
  });
});
