/**
 * Threat T3: no key, secret or signature in what a call gives back or prints, whatever goes wrong. The wire throws
 * errors at their worst, with the whole request in them, and the exchange repeats to us what we sent.
 */

import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Credentials } from '../../../lambda/core/exchange/model.ts';
import type { WireRequest } from '../../../simulator/wire/wire.ts';
import { type Respond, transportError } from './in-memory-wire.ts';
import { HMAC_KEY, LIMITS, params, reply, rig } from './rig.ts';

const pem = (key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }): string =>
  String(key.export({ type: 'pkcs8', format: 'pem' }));

const KEYS: readonly Credentials[] = [
  HMAC_KEY,
  { apiKey: HMAC_KEY.apiKey, kind: 'ed25519', apiSecret: pem(generateKeyPairSync('ed25519').privateKey) },
  {
    apiKey: HMAC_KEY.apiKey,
    kind: 'rsa',
    apiSecret: pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  },
];

/** All that went over the wire, as an unhelpful server might repeat it. */
const echo = ({ path, query, headers }: WireRequest): string =>
  `cannot serve https://fapi.example${path}?${query} for ${headers['x-mbx-apikey']}, signed ${new URLSearchParams(query).get('signature')} (${decodeURIComponent(query)})`;

const FAULTS: readonly (readonly [string, Respond])[] = [
  [
    'a refusal that repeats the request',
    request => reply(400, { code: -1022, msg: `Signature for this request is not valid. ${echo(request)}` }),
  ],
  ['an error in 200 that repeats it', request => reply(200, { code: -1000, msg: echo(request) })],
  ['a page that repeats it', request => reply(502, `<html><title>${echo(request)}</title></html>`)],
  ['a text that repeats it', request => reply(500, echo(request))],
  ['another 2xx', request => reply(202, echo(request))],
  ['a shape that holds it', request => reply(200, [{ [echo(request)]: echo(request) }])],
  ['cut-off JSON that holds it', request => reply(200, `{"msg":"${echo(request)}`)],
  ['a reset', () => ({ kind: 'reset' })],
  ['silence', () => ({ kind: 'hang' })],
  ['a refused connection', request => Promise.reject(transportError('ECONNREFUSED', echo(request), request))],
  ['an unknown transport error', request => Promise.reject(transportError('EWHATEVER', echo(request), request))],
  ['a transport error whose code repeats it', request => Promise.reject(transportError(echo(request), 'x', request))],
  ['an unforeseen error that repeats it', request => Promise.reject(new TypeError(echo(request), { cause: request }))],
  ['a thrown object', request => Promise.reject({ url: echo(request), request })],
  ['a thrown text', request => Promise.reject(echo(request))],
];

const ORDER = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  positionSide: 'BOTH',
  quantity: '1',
  reduceOnly: true,
  clientOrderId: 'own-id',
} as const;

describe('nothing leaks from', () => {
  let printed: string[] = [];
  beforeEach(() => {
    printed = [];
    const note = (...values: readonly unknown[]): boolean => {
      printed.push(values.map(value => (typeof value === 'string' ? value : inspect(value, { depth: 9 }))).join(' '));
      return true;
    };
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
      vi.spyOn(console, method).mockImplementation(note);
    vi.spyOn(process.stdout, 'write').mockImplementation(note);
    vi.spyOn(process.stderr, 'write').mockImplementation(note);
  });
  afterEach(() => vi.restoreAllMocks());

  const table = KEYS.flatMap(key => FAULTS.map(([what, respond]) => [what, key.kind, key, respond] as const));
  it.each(table)('%s (%s)', async (_what, _kind, key, respond) => {
    const { exchange, requests } = rig(respond, key);
    const outcome = await exchange.send({ kind: 'close', order: ORDER, recvWindowMs: 2_000 }, LIMITS);
    const output = [...printed];

    expect(outcome.ok).toBe(false);
    expect(output).toEqual([]);
    const shown = `${JSON.stringify(outcome)}${inspect(outcome, { showHidden: true, depth: Number.POSITIVE_INFINITY })}`;
    const signature = params(requests[0]).signature ?? 'no signature was sent';
    const secretLine =
      key.apiSecret.split('\n').find(line => line.length > 30 && !line.includes('---')) ?? key.apiSecret;
    for (const secret of [key.apiKey, secretLine, signature, encodeURIComponent(signature), signature.slice(0, 24)]) {
      expect(shown).not.toContain(secret);
    }
  });

  it('a success: only what was asked for is given', async () => {
    const wire = {
      symbol: 'BTCUSDT',
      orderId: 1,
      clientOrderId: 'own-id',
      status: 'NEW',
      origQty: '1',
      executedQty: '0',
    };
    const { exchange } = rig(request => reply(200, { ...wire, echo: echo(request) }));
    const outcome = await exchange.send({ kind: 'close', order: ORDER, recvWindowMs: 2_000 }, LIMITS);
    const output = [...printed];
    expect(output).toEqual([]);
    expect(outcome.ok).toBe(true);
    expect(inspect(outcome, { showHidden: true, depth: Number.POSITIVE_INFINITY })).not.toContain(HMAC_KEY.apiKey);
  });
});
