import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactionOf } from '../../../lambda/core/text/redaction.ts';

/** Shaped as real ones: 64 letters and digits; a base64 body with its `+/=`. None of them was ever a key. */
const API_KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';
const HMAC_SECRET = 'p@ss+wörd/with=odd&characters%and"quotes\\and spaces';
const BODY_LINES = [
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgExample+Example/Exa',
  'mpleExampleExampleExampleExampleExampleExampleExampleExampleExampl',
  'eExample==',
];
const PEM = ['-----BEGIN PRIVATE KEY-----', ...BODY_LINES, '-----END PRIVATE KEY-----', ''].join('\n');

const redaction = redactionOf([API_KEY, HMAC_SECRET, PEM]);

describe('live secret values', () => {
  const carriers: readonly [string, unknown][] = [
    ['a message', `refused ${API_KEY} just now`],
    ['the middle of a word', `x${API_KEY}x`],
    ['a nested value', { request: { headers: [{ value: API_KEY }] } }],
    ['a key', { [API_KEY]: 1 }],
    ['an error', new Error(`bad ${API_KEY}`)],
    ['a cause', new Error('outer', { cause: new Error(`inner ${HMAC_SECRET}`) })],
    ['an own property of an error', Object.assign(new Error('x'), { config: { auth: HMAC_SECRET } })],
    ['a map', new Map([['k', API_KEY]])],
    ['a URL', `https://host/path?x=${encodeURIComponent(HMAC_SECRET)}`],
    ['a URL in lower case', `x=${encodeURIComponent(HMAC_SECRET).replace(/%../g, hex => hex.toLowerCase())}`],
    ['a form', new URLSearchParams({ x: HMAC_SECRET }).toString()],
    ['JSON', JSON.stringify({ x: HMAC_SECRET })],
    ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ x: PEM }) })],
    ['JSON in JSON, quotes and all', JSON.stringify({ body: JSON.stringify({ x: HMAC_SECRET }) })],
    ['an inspected object', inspect({ deep: { x: API_KEY } })],
    ['a PEM', `read ${PEM}`],
    ['a PEM on one line', PEM.replaceAll('\n', ' ')],
    ['a PEM with its newlines escaped', PEM.replaceAll('\n', '\\n')],
    ['a PEM with Windows lines', PEM.replaceAll('\n', '\r\n')],
    ['a PEM without lines', PEM.replaceAll('\n', '')],
    ['one line of a PEM', `at parse (${BODY_LINES[1]})`],
    ['bytes', Buffer.from(API_KEY)],
  ];

  it.each(carriers)('do not leave in %s', (_carrier, value) => {
    const printed = JSON.stringify(redaction.plain(value));
    for (const secret of [API_KEY, HMAC_SECRET, 'odd&characters', 'odd%26characters', ...BODY_LINES.slice(0, 2)]) {
      expect(printed).not.toContain(secret);
    }
  });

  it('take nothing else with them', () => {
    expect(redaction.text(`The key ${API_KEY} was refused (-2015).`)).toBe('The key [redacted] was refused (-2015).');
  });

  it('are not looked for when they are too short to be one', () => {
    expect(redactionOf(['', 'a', 'USDT']).text('a BTCUSDT position')).toBe('a BTCUSDT position');
  });

  it('never leave, for every secret and every text around it', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=]{32,64}$/);
    const carry = fc.constantFrom<(text: string) => unknown>(
      text => text,
      text => ({ a: [{ [text]: text }] }),
      text => new Error(text, { cause: text }),
      text => encodeURIComponent(text),
      text => JSON.stringify({ text }),
    );
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), carry, (value, before, after, carried) => {
        const printed = JSON.stringify(redactionOf([value]).plain(carried(before + value + after)));
        expect(printed).not.toContain(value);
        expect(printed).not.toContain(encodeURIComponent(value));
      }),
    );
  });
});

describe('what looks like a secret', () => {
  const { text, plain } = redactionOf([]);

  it.each([
    [
      '/fapi/v1/order?symbol=BTCUSDT&signature=0a1b2c3d&timestamp=1',
      '/fapi/v1/order?symbol=BTCUSDT&signature=[redacted]&timestamp=1',
    ],
    ['signature%3D0a1b2c3d%26x', 'signature%3D[redacted]'],
    ['{"apiKey":"abc123","symbol":"BTCUSDT"}', '{"apiKey":"[redacted]","symbol":"BTCUSDT"}'],
    ['{"apiKey": "abc123"}', '{"apiKey": "[redacted]"}'],
    ["headers: { 'X-MBX-APIKEY': 'abc123', host: 'h' }", "headers: { 'X-MBX-APIKEY': '[redacted]', host: 'h' }"],
    ["rawHeaders: [ 'X-MBX-APIKEY', 'abc123' ]", "rawHeaders: [ 'X-MBX-APIKEY', '[redacted]' ]"],
    ['X-MBX-APIKEY: abc123\r\nHost: h', 'X-MBX-APIKEY: [redacted]\r\nHost: h'],
    ['Authorization: AWS4-HMAC-SHA256 Credential=AK/x, Signature=ff\nHost: h', 'Authorization: [redacted]\nHost: h'],
    ['secret=abc123 and more', 'secret=[redacted] and more'],
    ['-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----', '[redacted]'],
    ['cut off -----BEGIN RSA PRIVATE KEY-----\nMIIB', 'cut off [redacted]'],
  ])('is hidden in "%s"', (raw, expected) => {
    expect(text(raw)).toBe(expected);
  });

  it.each([
    'API-key format invalid.',
    'Invalid API-key, IP, or permissions for action.',
    'Signature for this request is not valid.',
    'The secret flatline/default cannot be read (AccessDeniedException).',
    'Unexpected token } in JSON at position 3',
  ])('is not seen in "%s"', message => {
    expect(text(message)).toBe(message);
  });

  it('is hidden under a key that names a secret, whatever its value', () => {
    const value = {
      apiKey: 'abc',
      api_secret: { nested: 'abc' },
      'X-MBX-APIKEY': ['abc'],
      SecretString: 'abc',
      signature: 12,
      rawHeaders: ['X-MBX-APIKEY', 'abc', 'Host', 'h'],
    };
    expect(plain(value)).toEqual({
      apiKey: '[redacted]',
      api_secret: '[redacted]',
      'X-MBX-APIKEY': '[redacted]',
      SecretString: '[redacted]',
      signature: '[redacted]',
      rawHeaders: ['X-MBX-APIKEY', '[redacted]', 'Host', 'h'],
    });
  });

  it('is not hidden where the value is only a name or is absent', () => {
    const value = { secret_name: 'flatline/default', apiKey: null, token: false, signature: undefined };
    expect(plain(value)).toEqual({ secret_name: 'flatline/default', apiKey: null, token: false });
  });
});
