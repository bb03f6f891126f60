/** Which lessons are proven, and travel to the next attempt. */

import { expect, test } from 'vitest';
import {
  type Learnt,
  learnTaken,
  learnTooLarge,
  learnTooManyDigits,
  lessonToCarry,
} from '../../../lambda/core/liquidation/close/learnt.ts';

const AT_MS = 1_709_208_007_000;
const tooLarge = (learnt: Learnt, quantity: string): Learnt => learnTooLarge(learnt, quantity, '0.01', AT_MS) ?? learnt;
const tooManyDigits = (learnt: Learnt, quantity: string): Learnt =>
  learnTooManyDigits(learnt, quantity, AT_MS) ?? learnt;

test('a size that was only refused does not travel, one that a smaller was taken after does', () => {
  const refused = tooLarge({}, '40');
  expect(lessonToCarry(refused)).toBeUndefined();
  expect(lessonToCarry(learnTaken(refused, '20'))).toEqual({ refusedQuantity: '40', takenQuantity: '20', atMs: AT_MS });
});

test('digits that were only refused do not travel, those that an order was taken with do', () => {
  const refused = tooManyDigits({}, '7.125');
  expect(lessonToCarry(refused)).toBeUndefined();
  expect(lessonToCarry(learnTaken(refused, '7.12'))).toEqual({ digits: 2, digitsTaken: true, atMs: AT_MS });
});

test('digits that are taken after they were refused are no longer learnt', () => {
  expect(learnTaken(tooManyDigits({}, '7.125'), '0.005').digits).toBeUndefined();
});

test('fewer digits that are refused as well are a new lesson, which is not proven', () => {
  const taken = learnTaken(tooManyDigits({}, '7.125'), '7.12');
  expect(tooManyDigits(taken, '7.12')).toEqual({ digits: 1, atMs: AT_MS });
  expect(learnTooManyDigits(taken, '7.125', AT_MS)).toBeUndefined();
});
