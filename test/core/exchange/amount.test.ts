import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  difference,
  halved,
  isZero,
  magnitude,
  splitIntoChunks,
  stepOf,
  sum,
} from '../../../lambda/core/exchange/amount.ts';

describe('amounts', () => {
  test.each([
    ['0.1 and 0.2', ['0.1', '0.2'], '0.3'],
    ['more digits than a float holds', ['9007199254740993.00000001', '0.00000001'], '9007199254740993.00000002'],
    ['signs', ['-1.5', '0.5'], '-1'],
    ['nothing', [], '0'],
  ])('sums %s exactly', (_name, amounts, total) => {
    expect(sum(amounts)).toBe(total);
  });

  test('never writes an exponent', () => {
    expect(difference('0.0000001', '0')).toBe('0.0000001');
    expect(sum(['100000000000000000000000', '1'])).toBe('100000000000000000000001');
  });

  test.each(['0', '0.000', '-0.0', '0.00000000'])('takes %s for zero', amount => {
    expect(isZero(amount)).toBe(true);
  });

  test('strips the sign and keeps every digit the exchange wrote', () => {
    expect(magnitude('-1.000')).toBe('1.000');
    expect(magnitude('0.010')).toBe('0.010');
  });

  test.each([
    ['1.001', '0.5005'],
    ['5', '2.5'],
    ['2.000', '1'],
  ])('halves %s to %s, exactly', (amount, half) => {
    expect(halved(amount)).toBe(half);
  });

  test.each([
    ['1.250', '0.001'],
    ['7', '1'],
  ])('takes the step of %s to be %s', (amount, step) => {
    expect(stepOf(amount)).toBe(step);
  });
});

describe('chunks', () => {
  const btc = { step: '0.001', max: '120' };
  test.each([
    ['what fits, digit for digit', '0.010', btc, ['0.010'], '0'],
    ['exactly the maximum', '120', btc, ['120'], '0'],
    ['one step over it', '120.001', btc, ['60.001', '60'], '0'],
    ['twice the maximum', '240.000', btc, ['120', '120'], '0'],
    ['a maximum that is no multiple of the step', '25', { step: '3', max: '10' }, ['9', '9', '6'], '1'],
    ['no small rest is left over', '12', { step: '1', max: '10' }, ['6', '6'], '0'],
    ['below a step: dust', '0.0004', btc, [], '0.0004'],
    ['a residue below the step stays', '1.0005', btc, ['1'], '0.0005'],
  ])('%s', (_name, quantity, rules, chunks, dust) => {
    expect(splitIntoChunks(quantity, rules)).toEqual({ chunks, dust });
  });

  test('for every quantity the chunks and the dust make up the whole, and none is over the maximum', () => {
    const step = fc.constantFrom('0.001', '0.01', '1', '5');
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 9n), fc.integer({ min: 2, max: 500 }), step, (thousandths, steps, stepText) => {
        const quantity = `${thousandths / 1000n}.${String(thousandths % 1000n).padStart(3, '0')}`;
        const max = sum(Array.from({ length: steps }, () => stepText));
        fc.pre(Number(quantity) / Number(max) < 500);
        const { chunks, dust } = splitIntoChunks(quantity, { step: stepText, max });
        expect(isZero(difference(sum([...chunks, dust]), quantity))).toBe(true);
        for (const chunk of chunks) {
          expect(difference(chunk, max).startsWith('-') || isZero(difference(chunk, max))).toBe(true);
          expect(new Big(chunk).mod(stepText).eq(0)).toBe(true);
          expect(isZero(chunk)).toBe(false);
        }
      }),
    );
  });
});
