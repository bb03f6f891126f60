import { generateKeyPairSync, verify } from 'node:crypto';
import { signMessage } from 'binance/lib/util/webCryptoAPI.js';
import { describe, expect, it } from 'vitest';
import { signerFor, UnusableSecretError } from '../../../lambda/adapters/binance/signer.ts';
import { HMAC_KEY } from './rig.ts';

const TEXT = 'symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&timestamp=1591702613943';
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ED25519 = generateKeyPairSync('ed25519');
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('signer', () => {
  it("gives the signature of the exchange's own HMAC example (General Info)", () => {
    const text =
      'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943';
    expect(signerFor(HMAC_KEY)(text)).toBe('3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9');
  });

  it.each([
    ['RSA, PKCS#8', 'rsa', RSA.privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['RSA, PKCS#1', 'rsa', RSA.privateKey.export({ type: 'pkcs1', format: 'pem' })],
    ['Ed25519', 'ed25519', ED25519.privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ] as const)('signs with %s, encoded for the URL', (_what, kind, pem) => {
    const { publicKey } = kind === 'rsa' ? RSA : ED25519;
    const forms = [String(pem), String(pem).replaceAll('\n', '\\n'), `\n${String(pem).replaceAll('\n', '\r\n')}  `];
    for (const apiSecret of forms) {
      const signature = signerFor({ apiKey: 'k', apiSecret, kind })(TEXT);
      expect(signature).toMatch(/^[\w.%-]+$/);
      const bytes = Buffer.from(decodeURIComponent(signature), 'base64');
      expect(verify(kind === 'rsa' ? 'sha256' : null, Buffer.from(TEXT), publicKey, bytes)).toBe(true);
    }
  });

  it.each([
    ['HMAC', HMAC_KEY],
    ['RSA', { apiKey: 'k', kind: 'rsa', apiSecret: String(RSA.privateKey.export({ type: 'pkcs8', format: 'pem' })) }],
    [
      'Ed25519',
      { apiKey: 'k', kind: 'ed25519', apiSecret: String(ED25519.privateKey.export({ type: 'pkcs8', format: 'pem' })) },
    ],
  ] as const)('signs with %s as the SDK would by itself', async (_what, credentials) => {
    const theirs = await signMessage(TEXT, credentials.apiSecret, 'hex', 'SHA-256', 'base64');
    expect(signerFor(credentials)(TEXT)).toBe(encodeURIComponent(theirs));
  });

  it.each([
    ['a secret that is no PEM', 'ed25519', 'just-some-words', 'no readable private key'],
    [
      'a cut-off PEM',
      'rsa',
      String(RSA.privateKey.export({ type: 'pkcs8', format: 'pem' })).slice(0, 200),
      'no readable private key',
    ],
    ['a public key', 'rsa', String(RSA.publicKey.export({ type: 'spki', format: 'pem' })), 'no readable private key'],
    [
      'a key of another kind',
      'ed25519',
      String(EC.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      'a private key of type ec',
    ],
  ] as const)('says that %s cannot sign, without showing it', (_what, kind, apiSecret, found) => {
    const sign = signerFor({ apiKey: 'k', apiSecret, kind });
    const attempt = (): string => sign(TEXT);
    expect(attempt).toThrow(UnusableSecretError);
    expect(attempt).toThrow(
      `the API secret was given as an ${kind} key but holds ${found}; store the whole PEM, without a passphrase, in the bot's secret`,
    );
  });
});
