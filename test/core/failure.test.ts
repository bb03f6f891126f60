import { describe, expect, test } from 'vitest';
import { classify, type WireFact } from '../../lambda/core/failure.ts';
import { nextStep, type Operation, type Step } from '../../lambda/core/next-step.ts';

const answered = (status: number, code?: number, message = ''): WireFact => ({
  kind: 'answered',
  status,
  code,
  message,
  retryAfterMs: undefined,
});

/** What was seen · what we know · why · then a read, a cancel, an order. */
const TABLE: readonly (readonly [string, WireFact, string, string, Step, Step, Step])[] = [
  [
    'no connection',
    { kind: 'not-connected', detail: 'refused' },
    'unreached',
    'unreachable',
    'repeat',
    'repeat',
    'repeat',
  ],
  ['our timeout', { kind: 'no-answer', detail: 'no answer' }, 'unknown', 'no-answer', 'repeat', 'repeat', 'observe'],
  [
    'a cut-off reply',
    { kind: 'bad-shape', status: 200, detail: 'x' },
    'unknown',
    'bad-reply',
    'repeat',
    'repeat',
    'observe',
  ],
  [
    '503 unknown',
    answered(503, undefined, 'Unknown error, please check your request or try again later.'),
    'unknown',
    'server-error',
    'repeat',
    'repeat',
    'observe',
  ],
  [
    '503 unavailable',
    answered(503, undefined, 'Service Unavailable.'),
    'throttled',
    'overloaded',
    'repeat',
    'repeat',
    'repeat',
  ],
  [
    '503 internal',
    answered(503, -1001, 'Internal error; unable to process your request. Please try again.'),
    'unknown',
    'server-error',
    'repeat',
    'repeat',
    'observe',
  ],
  [
    '503 overload',
    answered(503, -1008, 'Request throttled by system-level protection.'),
    'throttled',
    'overloaded',
    'repeat',
    'repeat',
    'repeat',
  ],
  ['503 page', answered(503, undefined, 'HTML page: 503'), 'unknown', 'server-error', 'repeat', 'repeat', 'observe'],
  ['502', answered(502), 'unknown', 'server-error', 'repeat', 'repeat', 'observe'],
  [
    '408',
    answered(408, -1007, 'Timeout waiting for response'),
    'unknown',
    'server-error',
    'repeat',
    'repeat',
    'observe',
  ],
  ['429 weight', answered(429, -1003, 'Too many requests'), 'throttled', 'weight-limit', 'repeat', 'repeat', 'repeat'],
  ['429 orders', answered(429, -1015, 'Too many new orders'), 'throttled', 'order-limit', 'repeat', 'repeat', 'repeat'],
  ['418', answered(418, -1003, 'banned until 1'), 'forbidden', 'ip-ban', 'stop', 'stop', 'stop'],
  [
    'a ban told with another status',
    answered(400, -1003, 'Way too many requests; IP banned until 1'),
    'forbidden',
    'ip-ban',
    'stop',
    'stop',
    'stop',
  ],
  ['403 firewall', answered(403, undefined, 'HTML page: Forbidden'), 'forbidden', 'firewall', 'stop', 'stop', 'stop'],
  ['451, whose code is 0', answered(451, 0, 'restricted location'), 'forbidden', 'location', 'stop', 'stop', 'stop'],
  ['401 malformed key', answered(401, -2014), 'forbidden', 'key', 'reread-secret', 'reread-secret', 'reread-secret'],
  ['refused key', answered(401, -2015), 'forbidden', 'key', 'reread-secret', 'reread-secret', 'reread-secret'],
  ['bad signature', answered(400, -1022), 'forbidden', 'key', 'reread-secret', 'reread-secret', 'reread-secret'],
  ['clock', answered(400, -1021), 'refused', 'clock', 'resync-clock', 'resync-clock', 'resync-clock'],
  ['clock at the engine', answered(400, -5028), 'refused', 'clock', 'resync-clock', 'resync-clock', 'resync-clock'],
  ['nothing to cancel', answered(400, -2011), 'refused', 'nothing-there', 'observe', 'reached', 'observe'],
  ['a stop that triggers', answered(400, -4117), 'refused', 'triggering', 'observe', 'repeat', 'observe'],
  ['reduce-only rejected', answered(400, -2022), 'refused', 'reduce-only-rejected', 'observe', 'observe', 'observe'],
  ['reduce-only conflict', answered(400, -4118), 'refused', 'reduce-only-rejected', 'observe', 'observe', 'observe'],
  ['duplicate ID', answered(400, -4116), 'refused', 'already-sent', 'observe', 'observe', 'observe'],
  ['over the maximum', answered(400, -4005), 'refused', 'too-large', 'observe', 'observe', 'consult-rules'],
  ['under the minimum notional', answered(400, -4164), 'refused', 'too-small', 'observe', 'observe', 'consult-rules'],
  ['empty book', answered(400, -4131), 'refused', 'thin-book', 'observe', 'observe', 'consult-rules'],
  ['symbol closed', answered(400, -4141), 'refused', 'not-closable', 'observe', 'observe', 'set-aside'],
  ['wrong mode', answered(400, -4061), 'refused', 'mode-mismatch', 'observe', 'observe', 'observe'],
  ['a code nobody knows', answered(400, -9999), 'refused', 'unforeseen', 'observe', 'observe', 'consult-rules'],
  ['an odd status', answered(302), 'unknown', 'unforeseen', 'repeat', 'repeat', 'observe'],
  ['an error inside a 200', answered(200, -1000), 'unknown', 'server-error', 'repeat', 'repeat', 'observe'],
];

describe.each(TABLE)('after %s', (_name, fact, knowledge, reason, read, cancel, order) => {
  test(`we know: ${knowledge} (${reason})`, () => {
    expect(classify(fact)).toMatchObject({ knowledge, reason });
  });
  test.each<[Operation, Step]>([
    ['read', read],
    ['cancel', cancel],
    ['order', order],
  ])('%s: %s', (operation, step) => {
    expect(nextStep(operation, classify(fact))).toBe(step);
  });
});

test('an order is never repeated on an unknown outcome, whatever the exchange says', () => {
  const facts = TABLE.map(([, fact]) => classify(fact)).filter(failure => failure.knowledge === 'unknown');
  expect(facts.length).toBeGreaterThan(5);
  expect(new Set(facts.map(failure => nextStep('order', failure)))).toEqual(new Set(['observe']));
});

test('the told wait is kept', () => {
  const fact: WireFact = { kind: 'answered', status: 429, code: -1003, message: 'slow', retryAfterMs: 7_000 };
  expect(classify(fact)).toMatchObject({ retryAfterMs: 7_000, status: 429, exchangeCode: -1003 });
});
