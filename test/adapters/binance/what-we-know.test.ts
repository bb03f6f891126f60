/** Every kind of answer, from the wire to the failure that the core acts upon. */

import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lambda/core/failure.ts';
import type { WireReply } from '../../../simulator/wire/wire.ts';
import { LIMITS, reply, rig, START_MS } from './rig.ts';

const html = (title: string): string => `<html>\n<head><title>${title}</title></head>\n<body>${title}</body></html>\n`;

/** What, the answer to an order, and: knowledge, reason, message. */
const ANSWERS: readonly (readonly [string, WireReply, string, string, string])[] = [
  [
    '400 -2022',
    reply(400, { code: -2022, msg: 'ReduceOnly Order is rejected.' }),
    'refused',
    'reduce-only-rejected',
    'ReduceOnly Order is rejected.',
  ],
  ['400 -1021', reply(400, { code: -1021, msg: 'Timestamp ahead.' }), 'refused', 'clock', 'Timestamp ahead.'],
  [
    '400 -1106',
    reply(400, { code: -1106, msg: "Parameter 'reduceonly' sent when not required." }),
    'refused',
    'mode-mismatch',
    "Parameter 'reduceonly' sent when not required.",
  ],
  [
    '400 with the code as a string',
    reply(400, { code: '-4005', msg: 'Too much.' }),
    'refused',
    'too-large',
    'Too much.',
  ],
  ['400 with a code nobody knows', reply(400, { code: -9999, msg: 'New.' }), 'refused', 'unforeseen', 'New.'],
  ['400 without a word', reply(400, ''), 'refused', 'unforeseen', 'an empty answer'],
  [
    '401 -2014',
    reply(401, { code: -2014, msg: 'API-key format invalid.' }),
    'forbidden',
    'key',
    'API-key format invalid.',
  ],
  ['403 HTML', reply(403, html('403 Forbidden')), 'forbidden', 'firewall', 'HTML page: 403 Forbidden'],
  ['408 -1007', reply(408, { code: -1007, msg: 'Timeout.' }), 'unknown', 'server-error', 'Timeout.'],
  ['418', reply(418, { code: -1003, msg: 'Way too many.' }), 'forbidden', 'ip-ban', 'Way too many.'],
  ['429 by weight', reply(429, { code: -1003, msg: 'Too many.' }), 'throttled', 'weight-limit', 'Too many.'],
  [
    '429 by orders',
    reply(429, { code: -1015, msg: 'Too many orders.' }),
    'throttled',
    'order-limit',
    'Too many orders.',
  ],
  [
    '451 with code 0',
    reply(451, { code: 0, msg: 'Service unavailable from a restricted location.' }),
    'forbidden',
    'location',
    'Service unavailable from a restricted location.',
  ],
  ['500', reply(500, 'oops'), 'unknown', 'server-error', 'oops'],
  ['502 HTML', reply(502, html('502 Bad Gateway')), 'unknown', 'server-error', 'HTML page: 502 Bad Gateway'],
  [
    '503 unknown',
    reply(503, { msg: 'Unknown error, please check your request or try again later.' }),
    'unknown',
    'server-error',
    'Unknown error, please check your request or try again later.',
  ],
  [
    '503 unavailable',
    reply(503, { code: -1, msg: 'Service Unavailable.' }),
    'throttled',
    'overloaded',
    'Service Unavailable.',
  ],
  ['503 unavailable, bare text', reply(503, 'Service Unavailable.'), 'throttled', 'overloaded', 'Service Unavailable.'],
  ['503 -1008', reply(503, { code: -1008, msg: 'Throttled.' }), 'throttled', 'overloaded', 'Throttled.'],
  [
    '503 HTML',
    reply(503, html('503 Service Temporarily Unavailable')),
    'unknown',
    'server-error',
    'HTML page: 503 Service Temporarily Unavailable',
  ],
  [
    'a redirect, which is not followed',
    reply(302, '', { location: 'https://elsewhere.example/' }),
    'unknown',
    'unforeseen',
    'an empty answer',
  ],
  [
    '200 with an error inside',
    reply(200, { code: -2022, msg: 'ReduceOnly Order is rejected.' }),
    'refused',
    'reduce-only-rejected',
    'ReduceOnly Order is rejected.',
  ],
  [
    '200 with -1000 inside',
    reply(200, { code: '-1000', msg: 'An unknown error.' }),
    'unknown',
    'server-error',
    'An unknown error.',
  ],
  [
    '200 with cut-off JSON',
    reply(200, '{"orderId":123,"symbol":"BTCU'),
    'unknown',
    'bad-reply',
    '29 characters that are not whole JSON',
  ],
  ['200 with a page', reply(200, html('Welcome')), 'unknown', 'bad-reply', 'HTML page: Welcome'],
  [
    '200 with another shape',
    reply(200, []),
    'unknown',
    'bad-reply',
    'the answer is not what was expected as a whole: Invalid input',
  ],
  [
    '200 without an order ID',
    reply(200, { symbol: 'BTCUSDT', clientOrderId: 'fl-1', status: 'NEW', origQty: '1', executedQty: '0' }),
    'unknown',
    'bad-reply',
    'the answer is not what was expected at orderId: Invalid input',
  ],
  ['a reset', { kind: 'reset' }, 'unknown', 'no-answer', 'connection reset before the answer'],
  ['silence', { kind: 'hang' }, 'unknown', 'no-answer', 'no answer within 1500 ms'],
];

const ORDER = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  positionSide: 'BOTH',
  quantity: '1',
  reduceOnly: true,
  clientOrderId: 'fl-1',
} as const;

async function failureOf(answer: WireReply): Promise<Failure | undefined> {
  const outcome = await rig(() => answer).exchange.place(ORDER, LIMITS);
  return outcome.ok ? undefined : outcome.failure;
}

describe('what is known after an order was answered with', () => {
  it.each(ANSWERS)('%s', async (_what, answer, knowledge, reason, message) => {
    expect(await failureOf(answer)).toMatchObject({ knowledge, reason, message });
  });

  it('status, code and the wait that was asked for', async () => {
    const msg = `Way too many requests; IP(203.0.113.7) banned until ${START_MS + 300_000}.`;
    expect(await failureOf(reply(418, { code: -1003, msg }, { 'Retry-After': '120' }))).toEqual({
      knowledge: 'forbidden',
      reason: 'ip-ban',
      status: 418,
      exchangeCode: -1003,
      message: msg,
      retryAfterMs: 300_000,
    });
  });

  it('an exception nobody foresaw', async () => {
    const failure = await failureOf({
      get kind(): never {
        throw new RangeError('lost');
      },
    } as WireReply);
    expect(failure).toEqual({
      knowledge: 'unknown',
      reason: 'unforeseen',
      message: 'unforeseen while asking the exchange: RangeError: lost',
    });
  });

  it('a secret that cannot sign: nothing is sent', async () => {
    const { exchange, requests } = rig(() => reply(200, []), { apiKey: 'k', apiSecret: 'no PEM', kind: 'rsa' });
    const outcome = await exchange.positions(LIMITS);
    expect(outcome).toMatchObject({ ok: false, failure: { knowledge: 'forbidden', reason: 'key' } });
    expect(requests).toEqual([]);
  });
});
