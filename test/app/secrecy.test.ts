/** T3: whatever goes wrong, nothing that is written holds the key, the secret or a signature. */

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBinance } from '../../lambda/adapters/binance/open-exchange.ts';
import { createTelemetry } from '../../lambda/adapters/telemetry/telemetry.ts';
import type { Credentials } from '../../lambda/core/exchange/model.ts';
import type { Fault } from '../../simulator/exchange.ts';
import { inMemoryWire } from '../adapters/binance/in-memory-wire.ts';
import { KEY, liquidationRig } from '../support/liquidation-rig.ts';

const FAULTS: readonly (readonly [string, Fault | undefined])[] = [
  ['nothing', undefined],
  ['a delay', { kind: 'delay', ms: 3_000 }],
  ['a hang before', { kind: 'hang-before' }],
  ['a hang after', { kind: 'hang-after' }],
  ['a reset before', { kind: 'reset-before' }],
  ['a reset after', { kind: 'reset-after' }],
  ['503 unknown', { kind: '503-unknown', executed: true }],
  ['503 unavailable', { kind: '503-unavailable' }],
  ['503 internal', { kind: '503-internal' }],
  ['503 overload', { kind: '503-throttled', forced: true }],
  ['503 without a code', { kind: '503-no-code' }],
  ['a firewall page', { kind: 'html-403' }],
  ['a bad gateway page', { kind: 'html-502' }],
  ['a 503 page', { kind: 'html-503' }],
  ['a forbidden location', { kind: 'geo-451' }],
  ['a ban', { kind: 'banned-418' }],
  ['a rate limit', { kind: 'limited-429' }],
  ['a cut-off reply', { kind: 'truncated-json' }],
  ['an error in a 200', { kind: 'error-in-200' }],
  ['a refused signature', { kind: 'refuse', code: -1022, msg: 'Signature for this request is not valid.' }],
  [
    'a refused key',
    { kind: 'refuse', code: -2015, msg: 'Invalid API-key, IP, or permissions for action, request ip: 1.2.3.4' },
  ],
  // An exchange, or a proxy before it, that repeats what it was sent.
  [
    'an echo of the request',
    {
      kind: 'http',
      status: 400,
      code: -1100,
      msg: 'Illegal characters in /fapi/v1/order?timestamp=1&signature=0123456789abcdef0123456789abcdef',
    },
  ],
];

const AS_PEM = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;
const ed25519 = generateKeyPairSync('ed25519', AS_PEM);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048, ...AS_PEM });
const KEYS: readonly { readonly credentials: Credentials; readonly publicKeyPem?: string }[] = [
  { credentials: KEY },
  {
    credentials: { apiKey: 'e1'.repeat(32), apiSecret: String(ed25519.privateKey), kind: 'ed25519' },
    publicKeyPem: String(ed25519.publicKey),
  },
  {
    credentials: { apiKey: 'r2'.repeat(32), apiSecret: String(rsa.privateKey), kind: 'rsa' },
    publicKeyPem: String(rsa.publicKey),
  },
];

const written: string[] = [];
beforeAll(() => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation(chunk => {
      written.push(String(chunk));
      return true;
    });
  }
});
afterAll(() => {
  vi.restoreAllMocks();
});

/** Runs a liquidation into the fault and gives all that it wrote, and what must not be in it. */
async function run(fault: Fault | undefined, key: (typeof KEYS)[number], store?: 'refuse' | 'hang') {
  const { credentials, publicKeyPem } = key;
  const rig = liquidationRig();
  const account = rig.exchange.addAccount(
    publicKeyPem
      ? { apiKey: credentials.apiKey, publicKeyPem }
      : { apiKey: `${credentials.apiKey.slice(1)}9`, apiSecret: credentials.apiSecret },
  );
  const own = publicKeyPem ? account : rig.account;
  own.open('BTCUSDT', '0.500');
  own.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  own.open('ETHUSDT', '-4.000');
  rig.setSecret(credentials);
  if (store) rig.stores.script.failAll(store);
  const signatures: string[] = [];
  if (fault) for (const skip of [0, 2]) rig.exchange.faults.add({ on: {}, skip, times: 3, fault });
  Object.assign(rig.world, {
    telemetry: createTelemetry({ service: 'test', level: 'DEBUG' }),
    openExchange: createBinance({
      baseUrl: 'https://fapi.example',
      recvWindowMs: 2_000,
      clock: () => rig.clock,
      transport: inMemoryWire(request => {
        const signature = new URLSearchParams(request.query).get('signature');
        if (signature) signatures.push(signature);
        return rig.exchange.respond(request);
      }),
    }),
  });
  written.length = 0;
  const answer = await rig.run({ reason: 'leak test' });
  const auditLog = await rig.auditLog(answer.correlation_id).catch(() => []);
  const pemBody = credentials.apiSecret.split('\n').filter(line => line !== '' && !line.startsWith('-----'));
  return {
    all: written.join('') + JSON.stringify(answer) + JSON.stringify(auditLog),
    forbidden: [credentials.apiKey, ...pemBody, ...signatures, ...signatures.map(encodeURIComponent)],
    signed: signatures.length,
  };
}

describe.each(KEYS.map(key => [key.credentials.kind, key] as const))('with a key of kind %s', (_kind, key) => {
  test.each(FAULTS)('%s writes no key, no secret, no signature', async (_name, fault) => {
    const { all, forbidden, signed } = await run(fault, key);
    expect(signed).toBeGreaterThan(0);
    expect(all).toContain('liquidation_started');
    expect(forbidden.filter(text => all.includes(text))).toEqual([]);
    expect(all).not.toMatch(/signature=(?!\[|\*|<)/i);
  });

  test.each(['refuse', 'hang'] as const)('stores that %s write none either', async store => {
    const { all, forbidden } = await run(undefined, key, store);
    expect(forbidden.filter(text => all.includes(text))).toEqual([]);
  });
});

test('an error that contains the key, as axios throws it, is redacted before it is logged', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  Object.assign(rig.world, {
    telemetry: createTelemetry({ service: 'test', level: 'DEBUG' }),
    openExchange: () => {
      throw Object.assign(new Error(`request to https://x/?signature=abcdef failed, key ${KEY.apiKey}`), {
        config: { headers: { 'X-MBX-APIKEY': KEY.apiKey }, url: `/order?secret=${KEY.apiSecret}` },
      });
    },
  });
  written.length = 0;
  const answer = await rig.run();
  const all = written.join('') + JSON.stringify(answer) + JSON.stringify(await rig.auditLog(answer.correlation_id));
  expect(answer).toMatchObject({ state: 'failed' });
  expect([KEY.apiKey, KEY.apiSecret, 'signature=abcdef'].filter(text => all.includes(text))).toEqual([]);
});
