/**
 * How a value that somebody typed appears in a message: on one line, at most 80 characters, nothing invisible,
 * and never if it has the shape of a credential. People paste keys into the wrong place; messages go to logs.
 */

const SHOWN_CHARS = 80;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
// Binance's HMAC keys and secrets are 64 letters and digits; the lines of a PEM are 64 characters of base64.
const CREDENTIAL = /[A-Za-z0-9+/=]{40}|[A-Za-z0-9_-]{60}|-----BEGIN|PRIVATE KEY/;

export const NOT_SHOWN = '(not shown: it looks like a credential)';

/** A text as it stands, without quotes. */
export function shownText(text: string): string {
  if (text === '') return '(empty)';
  if (CREDENTIAL.test(text)) return NOT_SHOWN;
  const cut = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 1)}…` : text;
  return cut.replace(INVISIBLE, char => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** A value of a JSON document, as JSON writes it. Of lists and objects only the kind: they may hold anything. */
export function shownJson(value: unknown): string {
  if (typeof value === 'string')
    return CREDENTIAL.test(value) ? NOT_SHOWN : `"${value === '' ? '' : shownText(value)}"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return shownText(String(value));
}

/** True for a text that must be neither shown nor taken for a name. */
export function looksLikeCredential(text: string): boolean {
  return CREDENTIAL.test(text);
}
