/** Which learned limits are proven, and are passed to the next attempt. */

import { expect, test } from 'vitest';
import {
  digitsOf,
  type Learnt,
  learnTaken,
  learnTooLarge,
  learnTooManyDigits,
  learntToCarry,
  maxQuantityOf,
} from '../../../lambda/core/liquidation/close/learnt.ts';

const AT_MS = 1_709_208_007_000;
const tooLarge = (learnt: Learnt, quantity: string): Learnt => learnTooLarge(learnt, quantity, '0.01', AT_MS) ?? learnt;
const tooManyDigits = (learnt: Learnt, quantity: string): Learnt =>
  learnTooManyDigits(learnt, quantity, AT_MS) ?? learnt;

/** What the next attempt begins with. */
const nextAttempt = (learnt: Learnt): Learnt => learntToCarry(learnt) ?? {};

test('a size that was only refused travels unproven, one that a smaller was taken after as it is', () => {
  const refused = tooLarge({}, '40');
  expect(learntToCarry(refused)).toEqual({ unproven: { refusedQuantity: '40' }, atMs: AT_MS });
  expect(learntToCarry(learnTaken(refused, '20'))).toEqual({ refusedQuantity: '40', takenQuantity: '20', atMs: AT_MS });
});

test('digits that were only refused travel unproven, those that an order was taken with as they are', () => {
  const refused = tooManyDigits({}, '7.125');
  expect(learntToCarry(refused)).toEqual({ unproven: { digits: 2 }, atMs: AT_MS });
  expect(learntToCarry(learnTaken(refused, '7.12'))).toEqual({ digits: 2, digitsTaken: true, atMs: AT_MS });
});

test('an unproven size is the start of the search once the whole is refused again, and forgotten once that much is accepted', () => {
  const next = nextAttempt(tooLarge(tooLarge({}, '40'), '20'));
  expect(maxQuantityOf(next, undefined)).toBeUndefined();
  expect(maxQuantityOf(tooLarge(next, '40'), undefined)).toBe('10');
  expect(learntToCarry(learnTaken(next, '40'))).toBeUndefined();
});

test('an unproven size is carried on by an attempt that learns nothing about sizes', () => {
  const next = nextAttempt(tooLarge(tooLarge({}, '40'), '20'));
  expect(learntToCarry(learnTaken(next, '3'))).toEqual(next);
});

test('a size of which no half can be sent is not the start of a search', () => {
  const next = nextAttempt(tooLarge({}, '0.02'));
  expect(tooLarge(next, '40').refusedQuantity).toBe('0.02');
  expect(learnTooLarge(next, '40', '0.03', AT_MS)?.refusedQuantity).toBe('40');
});

test('unproven digits are the start of the search once more of them are refused again, and forgotten once they are accepted', () => {
  const next = nextAttempt(tooManyDigits(tooManyDigits({}, '7.125'), '7.12'));
  expect(digitsOf(next)).toBeUndefined();
  expect(tooManyDigits(next, '7.125').digits).toBe(1);
  const zeros = tooManyDigits(next, '7.12500');
  expect(zeros.digits).toBe(4);
  expect(tooManyDigits(zeros, '7.125').digits).toBe(1);
  expect(learntToCarry(learnTaken(next, '7.125'))).toBeUndefined();
});

test('digits that are accepted after they were refused are no longer a limit', () => {
  expect(learnTaken(tooManyDigits({}, '7.125'), '0.005').digits).toBeUndefined();
});

test('fewer digits that are refused as well are a new limit, which is not proven', () => {
  const taken = learnTaken(tooManyDigits({}, '7.125'), '7.12');
  expect(tooManyDigits(taken, '7.12')).toEqual({ digits: 1, atMs: AT_MS });
  expect(learnTooManyDigits(taken, '7.125', AT_MS)).toBeUndefined();
});
