import { describe, expect, test } from 'vitest';
import { backoffMs, callTimeoutMs, deadlineFor, proofPauseMs } from '../../lambda/core/timing.ts';

describe('the deadline', () => {
  test.each([
    ['the timeout, when Lambda leaves more', 5_000, 60_000, { workUntilMs: 14_500, answerByMs: 15_000 }],
    ['what Lambda leaves less a reserve, when that is less', 5_000, 2_500, { workUntilMs: 11_700, answerByMs: 12_000 }],
    ['a short timeout keeps a short landing', 1_000, 60_000, { workUntilMs: 10_850, answerByMs: 11_000 }],
    ['nothing, when Lambda is about to stop us', 5_000, 300, { workUntilMs: 10_000, answerByMs: 10_000 }],
  ])('is %s', (_name, timeoutMs, remainingMs, expected) => {
    expect(deadlineFor(10_000, timeoutMs, remainingMs)).toEqual({ startedAtMs: 10_000, ...expected });
  });

  test('gives one call a third of the whole at most, and never more than is left', () => {
    const deadline = deadlineFor(0, 5_000, 60_000);
    expect(callTimeoutMs(deadline, 0)).toBe(1_350);
    expect(callTimeoutMs(deadline, 4_400)).toBe(100);
    expect(callTimeoutMs(deadline, 4_500)).toBe(0);
    expect(callTimeoutMs(deadline, 9_000)).toBe(0);
    expect(callTimeoutMs(deadlineFor(0, 30_000, 60_000), 0)).toBe(5_000);
    expect(callTimeoutMs(deadlineFor(0, 500, 60_000), 0)).toBe(300);
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

test('the proof pauses only where an order that could have filled was cancelled', () => {
  expect(proofPauseMs(false)).toBe(0);
  expect(proofPauseMs(true)).toBe(250);
});
