/**
 * Redacts secrets from data that leaves the function: the given values in every form in which they may appear, values under
 * keys like `secret`, and texts after `signature=` and similar. The result is plain JSON data. Never throws.
 */

import { type Plain, type PlainRules, toPlain } from './plain-json.ts';

export interface Redaction {
  readonly text: (text: string) => string;
  readonly plain: (value: unknown) => Plain;
}

const HIDDEN = '[redacted]';

/** A shorter "secret" would redact ordinary words; no exchange issues one. */
const SHORTEST_SECRET = 6;

/** Long enough that a line of a PEM body is never an ordinary word. */
const SHORTEST_PEM_LINE = 16;

/** Compared without case, `-` and `_`. A key that merely names a secret (`secret_name`) may be shown. */
const SECRET_NAME =
  /(apikey|secret|secretkey|secretstring|secretbinary|secretvalue|privatekey|signature|token|authorization|password|passphrase|listenkey|accesskeyid|cookie)$/;

const PEM_BLOCK = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const AUTHORIZATION = /(authorization["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi;
/** `name=value`, `name: value`, `"name":"value"`, `'name', 'value'` (a printed list of headers), also URL-encoded. */
const SECRET_TEXT =
  /((?:(?:signature|x-mbx-apikey|api[-_]?key|api[-_]?secret|secret[-_]?key|private[-_]?key|secret[-_]?string|listen[-_]?key|password|passphrase|token)(?:(?:\\?["'])?\s*(?:=|:|%3D|%3A)\s*(?:\\?["'])?|["']\s*,\s*["'])|\bsecret=))(?!\[redacted\])[^\s"'&,;\\}\])]+/gi;

/** `secrets` may hold empty and short strings; they are ignored. */
export function redactionOf(secrets: Iterable<string>): Redaction {
  const needles = needlesOf(secrets);
  const text = (raw: string): string => {
    let clean = raw;
    for (const needle of needles) clean = clean.replaceAll(needle, HIDDEN);
    return clean.replace(PEM_BLOCK, HIDDEN).replace(AUTHORIZATION, `$1${HIDDEN}`).replace(SECRET_TEXT, `$1${HIDDEN}`);
  };
  const rules: PlainRules = { text, hides: isSecretName, hidden: HIDDEN };
  return { text, plain: value => toPlain(value, rules) };
}

const isSecretName = (key: string): boolean => SECRET_NAME.test(key.toLowerCase().replace(/[-_]/g, ''));

/** Longest first, so that a part never prevents the match of the whole. */
function needlesOf(secrets: Iterable<string>): readonly string[] {
  const needles = [...secrets].filter(secret => secret.trim().length >= SHORTEST_SECRET).flatMap(formsOf);
  return [...new Set(needles)].sort((left, right) => right.length - left.length);
}

/** The forms in which a secret can appear: in a URL, in JSON (in JSON), a PEM on one line or line by line. */
function formsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  const lines = trimmed.split(/\r?\n|\\n/).map(line => line.trim());
  const shapes = [secret, trimmed, ...['\n', '\r\n', '\\n', ' ', ''].map(separator => lines.join(separator))];
  const bodyLines =
    lines.length < 2 ? [] : lines.filter(line => line.length >= SHORTEST_PEM_LINE && !line.includes('---'));
  return [...shapes, ...bodyLines].flatMap(shape => {
    const escaped = escapeJson(shape);
    const inUrl = encodeURIComponent(shape.toWellFormed());
    const inForm = new URLSearchParams({ v: shape }).toString().slice(2);
    return [shape, escaped, escapeJson(escaped), inUrl, lowerHex(inUrl), inForm, lowerHex(inForm)];
  });
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const lowerHex = (encoded: string): string => encoded.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase());
