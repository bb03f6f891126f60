/**
 * Signs query strings with any of the three kinds of key that Binance issues (General Info, "Signed Endpoint Security").
 * The kind is configured, not guessed from the length of the PEM, and a PKCS#1 RSA key is read as well.
 */

import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Credentials } from '../../core/exchange/model.ts';

/** Takes the encoded parameters, gives the signature ready for the URL. */
type Signer = (text: string) => string;

/** The secret cannot sign at all. The message names the kind of key and the cure, nothing of its content. */
export class UnusableSecretError extends Error {
  override readonly name = 'UnusableSecretError';
}

/** Reads the key at the first signature and keeps it. The signer throws UnusableSecretError when it is no such key. */
export function signerFor({ kind, apiSecret }: Credentials): Signer {
  // Secrets are pasted into JSON: a PEM often arrives with its line ends written out.
  const secret = apiSecret.replaceAll('\\n', '\n').trim();
  if (kind === 'hmac') return text => createHmac('sha256', secret).update(text).digest('hex');

  let key: KeyObject | undefined;
  return text => {
    key ??= readPrivateKey(secret, kind);
    // Ed25519 brings its own hash; RSA is PKCS#1 v1.5 with SHA-256.
    const signature = sign(kind === 'rsa' ? 'sha256' : null, Buffer.from(text), key);
    return encodeURIComponent(signature.toString('base64'));
  };
}

function readPrivateKey(pem: string, kind: 'ed25519' | 'rsa'): KeyObject {
  const key = parsePrivateKey(pem);
  if (key?.asymmetricKeyType === kind) return key;
  const found = key ? `a private key of type ${key.asymmetricKeyType}` : 'no readable private key';
  throw new UnusableSecretError(
    `the API secret was given as an ${kind} key but holds ${found}; store the whole PEM, without a passphrase, in the bot's secret`,
  );
}

/** OpenSSL's own error is dropped: it may describe the secret. */
function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
