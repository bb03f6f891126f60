/**
 * The content of a bot's secret: JSON with `apiKey` and `apiSecret`. What is unambiguous is accepted (white space around, a PEM
 * on one line, other fields); what would only fail at the exchange as "invalid key" is refused here. No problem repeats a part
 * of a value, nor an error text of OpenSSL, which may.
 */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Credentials } from '../exchange/model.ts';
import { type Fields, isObject, jsonIn } from '../text/fields.ts';
import { looksLikeCredential, shownText } from './shown-value.ts';

type CredentialsReading =
  | { readonly ok: true; readonly credentials: Credentials }
  | { readonly ok: false; readonly problems: readonly string[] };

const SHAPE = '{"apiKey": "…", "apiSecret": "…"}';

/** Placeholders that people forget to replace. */
const PLACEHOLDER =
  /^(?:<.*>|\.+|…|x+|change_?me|todo|none|null|undefined|(?:your|replace|placeholder|insert).{0,40})$/i;

/** Takes the secret's text and, for the messages, its name. Returns a PEM as PKCS#8 in lines of 64. */
export function readCredentials(secretText: string, secretName: string): CredentialsReading {
  const where = `Secret ${shownText(secretName)}`;
  const refused = (...problems: readonly string[]): CredentialsReading => ({
    ok: false,
    problems: problems.map(problem => `${where}: ${problem}.`),
  });

  const fields = parseFields(secretText);
  if (typeof fields === 'string') return refused(fields);
  const apiKey = readField(fields, 'apiKey');
  const apiSecret = readField(fields, 'apiSecret');
  if (!apiKey.ok || !apiSecret.ok) {
    return refused(...[apiKey, apiSecret].flatMap(field => (field.ok ? [] : [field.problem])));
  }
  const keyProblem = problemOfApiKey(apiKey.value, apiSecret.value);
  if (keyProblem !== undefined) return refused(keyProblem);
  const secret = isPem(apiSecret.value) ? readPem(apiSecret.value) : readHmacSecret(apiSecret.value);
  if (!secret.ok) return refused(secret.problem);
  return { ok: true, credentials: { apiKey: apiKey.value, apiSecret: secret.value, kind: secret.kind } };
}

type Field = { readonly ok: true; readonly value: string } | Problem;
type Secret = { readonly ok: true; readonly value: string; readonly kind: Credentials['kind'] } | Problem;
interface Problem {
  readonly ok: false;
  readonly problem: string;
}

const problem = (text: string): Problem => ({ ok: false, problem: text });

function parseFields(secretText: string): Fields | string {
  const text = secretText.replace(/^\uFEFF/, '').trim();
  if (text === '') return `it is empty; store ${SHAPE}`;
  if (text.startsWith('-----BEGIN')) return `it is a bare PEM, not JSON; store ${SHAPE} with the PEM as apiSecret`;
  const value = jsonIn(text);
  if (value === undefined) return `it is not JSON; store ${SHAPE}, line breaks within a value written as \\n`;
  return isObject(value) ? value : `it is JSON but not an object; store ${SHAPE}`;
}

function readField(fields: Fields, name: 'apiKey' | 'apiSecret'): Field {
  if (!Object.hasOwn(fields, name)) return problem(`${name} is missing; it has ${namesOf(fields)}; store ${SHAPE}`);
  const value = fields[name];
  if (typeof value !== 'string') return problem(`${name} must be a string in quotes`);
  const trimmed = value.trim();
  if (trimmed === '')
    return problem(`${name} is empty; paste the value that the exchange shows when the key is created`);
  if (PLACEHOLDER.test(trimmed)) return problem(`${name} is still a placeholder; paste the real value`);
  return { ok: true, value: trimmed };
}

/** Letters, and a word that a wrong name for one of the two fields has: anything else may be a piece of a key. */
const IS_NAME = /^(?=.*(?:api|key|secret))[a-z_-]{1,20}$/i;

/** Field names for a message. The key itself, or a piece of it, may have been typed into the field for the name. */
function namesOf(fields: Fields): string {
  const names = Object.keys(fields);
  if (names.length === 0) return 'no fields';
  const shown = names.filter(name => IS_NAME.test(name) && !looksLikeCredential(name)).slice(0, 10);
  const hidden = names.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`${hidden} with a name that is not shown`] : [])].join(', ');
}

function problemOfApiKey(apiKey: string, apiSecret: string): string | undefined {
  if (isPem(apiKey)) {
    return isPem(apiSecret)
      ? 'apiKey is a PEM; it must be the API key that the exchange showed after the public key was registered'
      : 'apiKey is a PEM and apiSecret is not; they are probably swapped';
  }
  if (apiKey === apiSecret) return 'apiKey and apiSecret are the same; the exchange shows two different values';
  // It travels in a header (X-MBX-APIKEY), where other characters cannot be sent.
  return isOneWord(apiKey) ? undefined : 'apiKey has white space, quotes or non-ASCII characters in it; paste it again';
}

function readHmacSecret(value: string): Secret {
  if (isNakedKey(value)) return problem('apiSecret is a PEM without its BEGIN and END lines; store it with them');
  if (/PRIVATE KEY/.test(value))
    return problem('apiSecret is a damaged PEM; it must begin with -----BEGIN PRIVATE KEY-----');
  if (isRawKey(value))
    return problem(
      'apiSecret looks like the bare bytes of an Ed25519 key, which cannot sign; store the PEM, starting with -----BEGIN PRIVATE KEY-----',
    );
  if (!isOneWord(value))
    return problem('apiSecret has white space, quotes or non-ASCII characters in it; paste it again');
  return { ok: true, value, kind: 'hmac' };
}

const isOneWord = (text: string): boolean => /^[\x21-\x7e]+$/.test(text) && !/["'`]/.test(text);

/** The base64 of a PKCS#8 Ed25519 key, or a length that only RSA keys have: useless as an HMAC secret. */
function isNakedKey(text: string): boolean {
  const base64 = text.replace(/\s|\\[rn]/g, '');
  return base64.startsWith('MC4CAQAwBQYDK2Vw') || /^MII[A-Za-z0-9+/]{300,}={0,2}$/.test(base64);
}

/** 32 or 64 bytes in base64, as Ed25519 libraries print a seed or a key pair. The exchange's HMAC secrets have no padding. */
const isRawKey = (text: string): boolean => /^(?:[A-Za-z0-9+/_-]{43}=|[A-Za-z0-9+/_-]{86}==)$/.test(text);

const isPem = (text: string): boolean => text.includes('-----BEGIN');

/** What a PEM contains by its first line, and why it cannot sign. Binance takes HMAC, RSA and Ed25519 keys. */
const UNFIT_PEMS: Readonly<Record<string, string>> = {
  'PUBLIC KEY': 'is the public key, which belongs to the exchange; store the private key',
  'RSA PUBLIC KEY': 'is the public key, which belongs to the exchange; store the private key',
  'ENCRYPTED PRIVATE KEY': 'is encrypted; decrypt it with openssl pkey and store the result',
  'EC PRIVATE KEY': 'is an EC key, which Binance does not accept; create an Ed25519 key',
  'OPENSSH PRIVATE KEY': 'is in the format of OpenSSH; create the key with openssl genpkey -algorithm ed25519',
  CERTIFICATE: 'is a certificate; store the private key',
};

function readPem(value: string): Secret {
  // Consoles and shells turn line breaks into \n, or into spaces; base64 has neither, so both can be undone.
  const text = value.replace(/\\r|\\n/g, '\n').trim();
  const parts = /^-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END ([A-Z0-9 ]+)-----$/.exec(text);
  const label = parts?.[1] ?? '';
  const body = (parts?.[2] ?? '').replace(/\s/g, '');
  const unfit = Object.hasOwn(UNFIT_PEMS, label) ? UNFIT_PEMS[label] : undefined;
  if (unfit !== undefined) return problem(`apiSecret ${unfit}`);
  if (/Proc-Type/i.test(text)) return problem(`apiSecret ${UNFIT_PEMS['ENCRYPTED PRIVATE KEY']}`);
  const known = label === 'PRIVATE KEY' || label === 'RSA PRIVATE KEY';
  if (!known || parts?.[3] !== label || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) {
    return problem('apiSecret must be one complete PEM, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----');
  }
  const key = parsePem(`-----BEGIN ${label}-----\n${body.replace(/.{64}/g, '$&\n').trim()}\n-----END ${label}-----\n`);
  const kind = key?.asymmetricKeyType;
  if (key === undefined)
    return problem('apiSecret is a PEM that cannot be read; export the key again and paste all of it');
  if (kind !== 'ed25519' && kind !== 'rsa')
    return problem('apiSecret must be an Ed25519 or RSA key; create an Ed25519 key');
  return { ok: true, value: key.export({ type: 'pkcs8', format: 'pem' }).toString(), kind };
}

function parsePem(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
