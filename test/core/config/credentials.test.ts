import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCredentials } from '../../../lambda/core/config/credentials.ts';

const API_KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
const HMAC = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';

const ed25519 = generateKeyPairSync('ed25519').privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const x25519 = generateKeyPairSync('x25519').privateKey;

function pem(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string {
  return key.export({ type, format: 'pem' }).toString();
}

const ED25519 = pem(ed25519);
const RSA = pem(rsa);
const PUBLIC = createPublicKey(ed25519).export({ type: 'spki', format: 'pem' }).toString();
const ENCRYPTED = ed25519.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' }).toString();

const secret = (apiSecret: unknown, apiKey: unknown = API_KEY): string => JSON.stringify({ apiKey, apiSecret });

function problemsOf(text: string): readonly string[] {
  const reading = readCredentials(text, 'flatline/a');
  return reading.ok ? [] : reading.problems.map(problem => problem.replace(/^Secret flatline\/a: /, ''));
}

describe('the exchange secret is accepted with', () => {
  test('an HMAC key and secret', () => {
    expect(readCredentials(secret(HMAC), 'flatline/a')).toEqual({
      ok: true,
      credentials: { apiKey: API_KEY, apiSecret: HMAC, kind: 'hmac' },
    });
  });

  test('white space around the values and the text, and fields it does not know', () => {
    const text = `\uFEFF\n${JSON.stringify({ apiKey: ` ${API_KEY}\n`, apiSecret: `${HMAC}\r\n`, note: 'rotated in May' })}\n`;
    expect(readCredentials(text, 'flatline/a')).toEqual({
      ok: true,
      credentials: { apiKey: API_KEY, apiSecret: HMAC, kind: 'hmac' },
    });
  });

  test.each([
    { what: 'Ed25519', text: ED25519, key: ed25519, kind: 'ed25519' },
    { what: 'RSA', text: RSA, key: rsa, kind: 'rsa' },
    { what: 'RSA in PKCS#1', text: pem(rsa, 'pkcs1'), key: rsa, kind: 'rsa' },
    { what: 'a PEM with literal \\n', text: ED25519.replaceAll('\n', '\\n'), key: ed25519, kind: 'ed25519' },
    { what: 'a PEM with literal \\r\\n', text: RSA.replaceAll('\n', '\\r\\n'), key: rsa, kind: 'rsa' },
    { what: 'a PEM with Windows line ends', text: RSA.replaceAll('\n', '\r\n'), key: rsa, kind: 'rsa' },
    { what: 'a PEM on one line', text: RSA.replaceAll('\n', ' '), key: rsa, kind: 'rsa' },
    { what: 'an indented PEM', text: RSA.replaceAll('\n', '\n    '), key: rsa, kind: 'rsa' },
  ])('$what, and gives it as PKCS#8', ({ text, key, kind }) => {
    const reading = readCredentials(secret(text), 'flatline/a');
    expect(reading).toMatchObject({ ok: true, credentials: { apiKey: API_KEY, kind } });
    if (!reading.ok) return;
    expect(reading.credentials.apiSecret).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(reading.credentials.apiSecret).equals(key)).toBe(true);
  });
});

const STORE = 'store {"apiKey": "…", "apiSecret": "…"}';
const TORN = 'apiSecret must be one complete PEM, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.';
const PASTE = 'has white space, quotes or non-ASCII characters in it; paste it again.';
const SHOWN = 'is empty; paste the value that the exchange shows when the key is created.';

describe('the exchange secret is refused with', () => {
  test.each([
    { what: 'nothing', text: ' \n', problem: `it is empty; ${STORE}.` },
    {
      what: 'two words',
      text: `${API_KEY} ${HMAC}`,
      problem: `it is not JSON; ${STORE}, line breaks within a value written as \\n.`,
    },
    {
      what: 'a PEM with real line breaks in JSON',
      text: `{"apiKey": "${API_KEY}", "apiSecret": "${ED25519}"}`,
      problem: `it is not JSON; ${STORE}, line breaks within a value written as \\n.`,
    },
    { what: 'a bare PEM', text: ED25519, problem: `it is a bare PEM, not JSON; ${STORE} with the PEM as apiSecret.` },
    { what: 'a JSON text', text: JSON.stringify(secret(HMAC)), problem: `it is JSON but not an object; ${STORE}.` },
    { what: 'a list', text: JSON.stringify([API_KEY, HMAC]), problem: `it is JSON but not an object; ${STORE}.` },
    { what: 'null', text: 'null', problem: `it is JSON but not an object; ${STORE}.` },
  ])('$what', ({ text, problem }) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('missing fields, both at once, naming those that are there', () => {
    expect(problemsOf(JSON.stringify({ api_key: API_KEY, secretKey: HMAC }))).toEqual([
      `apiKey is missing; it has api_key, secretKey; ${STORE}.`,
      `apiSecret is missing; it has api_key, secretKey; ${STORE}.`,
    ]);
    expect(problemsOf('{}')).toContain(`apiKey is missing; it has no fields; ${STORE}.`);
  });

  test('a key in place of its name, without showing it', () => {
    expect(problemsOf(JSON.stringify({ [API_KEY]: HMAC }))).toEqual([
      `apiKey is missing; it has 1 with a name that is not shown; ${STORE}.`,
      `apiSecret is missing; it has 1 with a name that is not shown; ${STORE}.`,
    ]);
  });

  test('fields that are only inherited', () => {
    expect(problemsOf(`{"__proto__": ${secret(HMAC)}}`)).toHaveLength(2);
  });

  test.each([
    { what: 'a number', text: secret(5), problem: 'apiSecret must be a string in quotes.' },
    { what: 'null', text: secret(null), problem: 'apiSecret must be a string in quotes.' },
    { what: 'an empty secret', text: secret(' \n'), problem: `apiSecret ${SHOWN}` },
    { what: 'an empty key', text: secret(HMAC, ''), problem: `apiKey ${SHOWN}` },
    {
      what: 'a placeholder',
      text: secret(HMAC, 'YOUR_API_KEY'),
      problem: 'apiKey is still a placeholder; paste the real value.',
    },
    {
      what: 'another placeholder',
      text: secret('<secret>'),
      problem: 'apiSecret is still a placeholder; paste the real value.',
    },
    {
      what: 'a space inside the key',
      text: secret(HMAC, `${API_KEY.slice(0, 30)} ${API_KEY.slice(30)}`),
      problem: `apiKey ${PASTE}`,
    },
    { what: 'quotes around the key', text: secret(HMAC, `"${API_KEY}"`), problem: `apiKey ${PASTE}` },
    { what: 'a line break inside the secret', text: secret(`${HMAC}\n${HMAC}`), problem: `apiSecret ${PASTE}` },
    { what: 'an invisible character in the secret', text: secret(`${HMAC}\u200b`), problem: `apiSecret ${PASTE}` },
    {
      what: 'the same value twice',
      text: secret(API_KEY),
      problem: 'apiKey and apiSecret are the same; the exchange shows two different values.',
    },
    {
      what: 'the two swapped',
      text: secret(API_KEY, ED25519),
      problem: 'apiKey is a PEM and apiSecret is not; they are probably swapped.',
    },
    {
      what: 'the public key as API key',
      text: secret(ED25519, PUBLIC),
      problem: 'apiKey is a PEM; it must be the API key that the exchange showed after the public key was registered.',
    },
    {
      what: 'a public key',
      text: secret(PUBLIC),
      problem: 'apiSecret is the public key, which belongs to the exchange; store the private key.',
    },
    {
      what: 'an encrypted key',
      text: secret(ENCRYPTED),
      problem: 'apiSecret is encrypted; decrypt it with openssl pkey and store the result.',
    },
    {
      what: 'an RSA key encrypted in the old way',
      text: secret(pem(rsa, 'pkcs1').replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n')),
      problem: 'apiSecret is encrypted; decrypt it with openssl pkey and store the result.',
    },
    {
      what: 'an EC key',
      text: secret(pem(ec, 'sec1')),
      problem: 'apiSecret is an EC key, which Binance does not accept; create an Ed25519 key.',
    },
    {
      what: 'an EC key in PKCS#8',
      text: secret(pem(ec)),
      problem: 'apiSecret must be an Ed25519 or RSA key; create an Ed25519 key.',
    },
    {
      what: 'a key for agreement, not for signing',
      text: secret(pem(x25519)),
      problem: 'apiSecret must be an Ed25519 or RSA key; create an Ed25519 key.',
    },
    {
      what: 'a key of OpenSSH',
      text: secret('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'),
      problem: 'apiSecret is in the format of OpenSSH; create the key with openssl genpkey -algorithm ed25519.',
    },
    { what: 'a PEM without its end', text: secret(ED25519.split('-----END')[0]), problem: TORN },
    { what: 'two PEMs', text: secret(ED25519 + PUBLIC), problem: TORN },
    { what: 'a PEM with an unknown name', text: secret(ED25519.replaceAll('PRIVATE KEY', 'THING')), problem: TORN },
    { what: 'a PEM with something before it', text: secret(`key: ${ED25519}`), problem: TORN },
    {
      what: 'a PEM that lost a line',
      text: secret(RSA.split('\n').toSpliced(3, 1).join('\n')),
      problem: 'apiSecret is a PEM that cannot be read; export the key again and paste all of it.',
    },
    {
      what: 'a PEM without its first dashes',
      text: secret(ED25519.replace('-----BEGIN', 'BEGIN')),
      problem: 'apiSecret is a damaged PEM; it must begin with -----BEGIN PRIVATE KEY-----.',
    },
    ...[32, 64].map(bytes => ({
      what: `the bare ${bytes} bytes of an Ed25519 key`,
      text: secret(Buffer.alloc(bytes, 7).toString('base64')),
      problem:
        'apiSecret looks like the bare bytes of an Ed25519 key, which cannot sign; store the PEM, starting with -----BEGIN PRIVATE KEY-----.',
    })),
    {
      what: 'the inside of an Ed25519 PEM',
      text: secret(ED25519.split('\n')[1]),
      problem: 'apiSecret is a PEM without its BEGIN and END lines; store it with them.',
    },
    {
      what: 'the inside of an RSA PEM',
      text: secret(RSA.split('\n').slice(1, -2).join('\n')),
      problem: 'apiSecret is a PEM without its BEGIN and END lines; store it with them.',
    },
  ])('$what', ({ text, problem }) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('sentences that name the secret', () => {
    expect(readCredentials('', 'flatline/alpha')).toEqual({
      ok: false,
      problems: [`Secret flatline/alpha: it is empty; ${STORE}.`],
    });
  });
});

test('a refusal of the exchange secret never names a field whose name may be a piece of a key', () => {
  for (const piece of [API_KEY.slice(-20), HMAC.slice(4, 16), API_KEY.slice(9, 17), HMAC.slice(30, 50)])
    expect(problemsOf(JSON.stringify({ [piece]: HMAC })).join()).not.toContain(piece);
});

test('for every damage to the exchange secret there is an answer, never with a piece of a value', () => {
  const rsaLines = RSA.split('\n');
  const value = fc.constantFrom(
    API_KEY,
    HMAC,
    ED25519,
    RSA,
    RSA.replaceAll('\n', '\\n'),
    rsaLines[4] ?? '',
    PUBLIC,
    7,
    null,
  );
  const document = fc
    .dictionary(fc.constantFrom('apiKey', 'apiSecret', 'apikey', API_KEY, HMAC), value)
    .map(fields => JSON.stringify(fields));
  const damage = fc.record({
    at: fc.nat(2_000),
    gone: fc.nat(40),
    put: fc.constantFrom('', '"', '\\', '-----', HMAC, ED25519),
  });
  const damaged = fc
    .tuple(document, fc.array(damage, { maxLength: 2 }))
    .map(([text, damages]) =>
      damages.reduce((whole, { at, gone, put }) => whole.slice(0, at) + put + whole.slice(at + gone), text),
    );
  const pieces = [API_KEY, HMAC, ...ED25519.split('\n'), ...rsaLines]
    .filter(line => line.length > 20 && !line.startsWith('-----'))
    .flatMap(line => Array.from({ length: line.length - 7 }, (_, at) => line.slice(at, at + 8)));
  fc.assert(
    fc.property(damaged, text => {
      const shown = problemsOf(text).join('\n');
      expect(pieces.filter(piece => shown.includes(piece))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
