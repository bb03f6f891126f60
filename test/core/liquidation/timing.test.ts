import { describe, expect, test } from 'vitest';
import { backoffMs, deadlineFor } from '../../../lambda/core/liquidation/timing.ts';

describe('the deadline', () => {
  test.each([
    ['the timeout, when Lambda leaves more', 5_000, 60_000, { workUntilMs: 14_500, answerByMs: 15_000 }],
    ['what Lambda leaves less a reserve, when that is less', 5_000, 2_500, { workUntilMs: 11_700, answerByMs: 12_000 }],
    ['a short timeout keeps a short time to store', 1_000, 60_000, { workUntilMs: 10_850, answerByMs: 11_000 }],
    ['nothing, when Lambda is about to stop us', 5_000, 300, { workUntilMs: 10_000, answerByMs: 10_000 }],
  ])('is %s', (_name, timeoutMs, remainingMs, expected) => {
    expect(deadlineFor(10_000, timeoutMs, remainingMs)).toEqual({ startedAtMs: 10_000, ...expected });
  });
});

describe('the backoff', () => {
  test.each([
    [1, 0, 250],
    [1, 1, 500],
    [2, 1, 1_000],
    [3, 0.5, 1_500],
    [10, 1, 5_000],
  ])('after failure %i with a draw of %f waits %i ms', (failures, fraction, expected) => {
    expect(backoffMs(500, failures, fraction)).toBe(expected);
  });
});
