/**
 * How a typed value is shown in a message: on one line, at most 80 characters, without invisible characters, and never if it
 * looks like a credential: people paste keys into the wrong place, and messages go to logs.
 */

const SHOWN_CHARS = 80;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const CREDENTIALS: readonly RegExp[] = [
  // Binance's HMAC keys and secrets are 64 letters and digits; the lines of a PEM are 64 characters of base64.
  /[A-Za-z0-9+/=]{40}|[A-Za-z0-9_-]{60}|-----BEGIN|PRIVATE KEY/,
  // AWS, "Unique identifiers": long-term and temporary access keys.
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  // Telegram, "Authorizing your bot"; Slack, "Token types"; a JSON Web Token (RFC 7519).
  /\b\d{6,12}:[A-Za-z0-9_-]{30}|\bxox[a-z]-[A-Za-z0-9-]{10}|\beyJ[A-Za-z0-9_-]{10,}\./,
  // Addresses that are keys themselves, and addresses with a password before the host.
  /https?:\/\/[^\s]{0,300}(?:hooks?[./]|webhook|\/bot\d{1,20}:)|:\/\/[^\s/@]{1,200}@/i,
];
/** Such a text must be neither shown nor treated as a name. */
export const looksLikeCredential = (text: string): boolean => CREDENTIALS.some(shape => shape.test(text));

export const NOT_SHOWN = '(not shown: it looks like a credential)';

/** A text unchanged, without quotes. */
export function shownText(text: string): string {
  if (text === '') return '(empty)';
  if (looksLikeCredential(text)) return NOT_SHOWN;
  const cut = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 1)}…` : text;
  return cut.replace(INVISIBLE, char => `\\u{${char.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** A JSON value, in JSON. Of lists and objects only the kind is shown, because they may contain anything. */
export function shownJson(value: unknown): string {
  if (typeof value === 'string' && looksLikeCredential(value)) return NOT_SHOWN;
  if (typeof value === 'string') return `"${value === '' ? '' : shownText(value)}"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return shownText(String(value));
}
