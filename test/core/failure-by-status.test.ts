/** Answers without a code of the exchange's own, as gateways give them, and what the texts of a 503 are known by. */

import { expect, test } from 'vitest';
import { classify } from '../../lambda/core/failure.ts';

const judged = (status: number, message = '', code?: number) => {
  const { knowledge, reason } = classify({ kind: 'answered', status, code, message, retryAfterMs: undefined });
  return [knowledge, reason];
};

test.each([
  [400, 'refused', 'unforeseen'],
  [401, 'forbidden', 'key'],
  [403, 'forbidden', 'firewall'],
  [404, 'refused', 'unforeseen'],
  [408, 'unknown', 'server-error'],
  [418, 'forbidden', 'ip-ban'],
  [429, 'throttled', 'weight-limit'],
  [451, 'forbidden', 'location'],
  [499, 'refused', 'unforeseen'],
  [500, 'unknown', 'server-error'],
  [502, 'unknown', 'server-error'],
  [301, 'unknown', 'unforeseen'],
])('a bare %d is %s (%s)', (status, knowledge, reason) => {
  expect(judged(status)).toEqual([knowledge, reason]);
});

test.each([
  ['a code of 0 is none', 401, 0, 'forbidden', 'key'],
  ['a code nobody knows on a 500', 500, -9_999, 'unknown', 'unforeseen'],
  ['a code nobody knows on a 499', 499, -9_999, 'refused', 'unforeseen'],
])('%s', (_what, status, code, knowledge, reason) => {
  expect(judged(status, '', code)).toEqual([knowledge, reason]);
});

test.each([
  ['Service Unavailable.', 'throttled', 'overloaded'],
  ['service unavailable', 'throttled', 'overloaded'],
  [' Service Unavailable. ', 'throttled', 'overloaded'],
  ['Service Unavailable. Your order may be executing', 'unknown', 'server-error'],
  ['HTML page: Service Unavailable.', 'unknown', 'server-error'],
  ['Request throttled by system-level protection.', 'throttled', 'overloaded'],
])('a 503 that says "%s" is %s (%s)', (message, knowledge, reason) => {
  expect(judged(503, message)).toEqual([knowledge, reason]);
});

test('a 503 is known by its code, whatever it says', () => {
  expect(judged(503, 'overloaded', -1_008)).toEqual(['throttled', 'overloaded']);
});

test('a failure has what the answer had, and nothing that it had not', () => {
  const bare = { kind: 'answered', status: 502, code: undefined, message: 'x', retryAfterMs: undefined } as const;
  expect(Object.keys(classify(bare)).sort()).toEqual(['knowledge', 'message', 'reason', 'status']);
  expect(classify({ ...bare, code: -1_003, retryAfterMs: 7 })).toEqual({
    ...{ knowledge: 'throttled', reason: 'weight-limit', status: 502, message: 'x' },
    ...{ exchangeCode: -1_003, retryAfterMs: 7 },
  });
  expect(classify({ kind: 'not-sent', detail: 'no time' })).toEqual({
    ...{ knowledge: 'unreached', reason: 'not-sent', message: 'no time' },
  });
});
