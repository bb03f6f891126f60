/** From the wire to the failure that the engine acts upon: certainty, subject, reason and message. */

import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lambda/core/exchange/failure.ts';
import type { WireReply } from '../../../simulator/wire/wire.ts';
import type { WireState } from './in-memory-wire.ts';
import { CLOSE, LIMITS, reply, rig, START_MS } from './rig.ts';

const html = (title: string): string => `<html>\n<head><title>${title}</title></head>\n<body>${title}</body></html>\n`;

const KNOWN_AFTER: readonly (readonly [string, WireReply, string, string])[] = [
  [
    '400 with a code',
    reply(400, { code: -2022, msg: 'ReduceOnly Order is rejected.' }),
    'refused target reduce-only-rejected',
    'ReduceOnly Order is rejected.',
  ],
  [
    '400 with the code as a string',
    reply(400, { code: '-4005', msg: 'Too much.' }),
    'refused target too-large',
    'Too much.',
  ],
  ['400 with an unknown code', reply(400, { code: -9999, msg: 'New.' }), 'refused request unexpected', 'New.'],
  ['400 without a word', reply(400, ''), 'refused request unexpected', 'an empty answer'],
  ['403 with a page', reply(403, html('403 Forbidden')), 'refused address firewall', 'HTML page: 403 Forbidden'],
  ['403 with JSON', reply(403, { code: 0, msg: 'Closed.' }), 'refused path no-such-path', 'Closed.'],
  ['404 with a page', reply(404, html('Not Found')), 'refused path no-such-path', 'HTML page: Not Found'],
  ['500', reply(500, 'oops'), 'unknown request server-error', 'oops'],
  [
    '503 of unknown outcome',
    reply(503, { msg: 'Unknown error, please check your request or try again later.' }),
    'unknown request server-error',
    'Unknown error, please check your request or try again later.',
  ],
  [
    '503 of unknown outcome, in another form',
    reply(503, { timestamp: 1, path: '/fapi/v1/order', msg: 'Unknown error, please check your request.' }),
    'unknown request server-error',
    'Unknown error, please check your request.',
  ],
  ['503 in bare text', reply(503, 'Service Unavailable.'), 'throttled request overloaded', 'Service Unavailable.'],
  [
    'a redirect, which is not followed',
    reply(302, '', { location: 'https://elsewhere.example/' }),
    'unknown request unexpected',
    'an empty answer',
  ],
  [
    '200 with an error inside',
    reply(200, { code: -2022, msg: 'ReduceOnly Order is rejected.' }),
    'refused target reduce-only-rejected',
    'ReduceOnly Order is rejected.',
  ],
  [
    '200 with cut-off JSON',
    reply(200, '{"orderId":123,"symbol":"BTCU'),
    'unknown request bad-reply',
    '29 characters that are not whole JSON',
  ],
  ['200 with a page', reply(200, html('Welcome')), 'unknown request bad-reply', 'HTML page: Welcome'],
  [
    '200 with another shape',
    reply(200, []),
    'unknown request bad-reply',
    'the answer is not what was expected, it is a list',
  ],
  ['a reset', { kind: 'reset' }, 'unknown request no-answer', 'connection reset before the answer'],
  ['silence', { kind: 'hang' }, 'unknown request no-answer', 'no answer; our own deadline: 1500 ms were left'],
  [
    "the exchange's own deadline",
    reply(408, { code: -1007, msg: 'Timeout waiting for response from backend server.' }),
    'unknown request server-error',
    "the exchange's own deadline: Timeout waiting for response from backend server.",
  ],
  [
    "a gateway's deadline",
    reply(504, html('504 Gateway Time-out')),
    'unknown request server-error',
    "the exchange's own deadline: HTML page: 504 Gateway Time-out",
  ],
];

async function failureOf(answer: WireReply, wire: WireState = {}, timeoutMs = 1_500): Promise<Failure | undefined> {
  const { exchange } = rig(() => answer, undefined, { wire });
  const outcome = await exchange.send({ kind: 'close', order: CLOSE, recvWindowMs: 2_000 }, { timeoutMs });
  return outcome.ok ? undefined : outcome.failure;
}

const words = (failure: Failure | undefined): string => `${failure?.certainty} ${failure?.subject} ${failure?.reason}`;

describe('what is known after an order was answered with', () => {
  it.each(KNOWN_AFTER)('%s', async (_what, answer, known, message) => {
    const failure = await failureOf(answer);
    expect(words(failure)).toBe(known);
    expect(failure?.message).toBe(message);
  });

  it('status, code and the wait that was asked for', async () => {
    const msg = `Way too many requests; IP(203.0.113.7) banned until ${START_MS + 300_000}.`;
    expect(await failureOf(reply(418, { code: -1003, msg }, { 'Retry-After': '120' }))).toEqual({
      certainty: 'throttled',
      subject: 'address',
      reason: 'ip-ban',
      status: 418,
      exchangeCode: -1003,
      message: msg,
      retryAfterMs: 300_000,
    });
  });

  it.each(['0', 'Thu, 29 Feb 2024 11:59:00 GMT', 'soon'])('a Retry-After of %s, which names no wait', async header => {
    const failure = await failureOf(reply(429, { code: -1003, msg: 'Too many.' }, { 'Retry-After': header }));
    expect(failure).toMatchObject({ reason: 'weight-limit' });
    expect(failure).not.toHaveProperty('retryAfterMs');
  });

  it('an unexpected exception', async () => {
    const failure = await failureOf({
      get kind(): never {
        throw new RangeError('lost');
      },
    } as WireReply);
    expect(failure).toEqual({
      certainty: 'unknown',
      subject: 'request',
      reason: 'unexpected',
      message: 'unexpected error while asking the exchange: RangeError: lost',
    });
  });
});

describe('a secret that cannot sign', () => {
  it('sends nothing, and is about the key', async () => {
    const { exchange, requests } = rig(() => reply(200, []), { apiKey: 'k', apiSecret: 'no PEM', kind: 'rsa' });
    const outcome = await exchange.send({ kind: 'positions' }, LIMITS);
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unreached', subject: 'key', reason: 'key' },
      trace: { path: '/fapi/v3/positionRisk', status: undefined },
    });
    expect(requests).toEqual([]);
  });

  it('does not keep public requests from being sent', async () => {
    const secret = { apiKey: 'k', apiSecret: 'no PEM', kind: 'rsa' } as const;
    const { exchange } = rig(() => reply(200, { serverTime: START_MS }), secret);
    expect(await exchange.send({ kind: 'server-time' }, LIMITS)).toMatchObject({ ok: true, value: 0 });
  });
});

describe('a connection that was idle', () => {
  it('and is reset was dead: the outcome is unknown', async () => {
    expect(await failureOf({ kind: 'reset' }, { idleMsBefore: 10 })).toMatchObject({
      certainty: 'unknown',
      reason: 'stale-connection',
      message: 'connection reset before the answer, on a connection that had stood idle',
    });
  });

  it('was alive if it breaks off within its answer', async () => {
    const wire = { idleMsBefore: 2_000, wasAnswered: true };
    expect(await failureOf({ kind: 'reset' }, wire)).toMatchObject({ certainty: 'unknown', reason: 'no-answer' });
    expect(await failureOf({ kind: 'hang' }, wire)).toMatchObject({ certainty: 'unknown', reason: 'no-answer' });
  });

  it.each([
    ['a second and stays silent was dead', 1_000, 400, 'stale-connection'],
    ['less than a second and stays silent: the exchange is slow', 999, 400, 'no-answer'],
    ['a second, but was given less than 400 ms to answer', 1_000, 399, 'no-answer'],
  ])('for %s', async (_what, idleMsBefore, timeoutMs, reason) => {
    expect(await failureOf({ kind: 'hang' }, { idleMsBefore }, timeoutMs)).toMatchObject({
      certainty: 'unknown',
      reason,
      message: expect.stringContaining(`our own deadline: ${timeoutMs} ms were left`),
    });
  });
});

it('an order that found no connection before its deadline was not sent', async () => {
  expect(await failureOf({ kind: 'hang' }, { wasSent: false })).toMatchObject({
    certainty: 'unreached',
    reason: 'unreachable',
    message: 'no connection was made; our own deadline: 1500 ms were left',
  });
});
