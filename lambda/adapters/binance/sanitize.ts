/**
 * Turns what the exchange or the network said into a text that may be shown, logged and stored.
 * Promise: no key, no signature, no URL with a query, at most 300 characters, one line, no control characters.
 */

import type { Credentials } from '../../core/exchange/model.ts';
import { redactionOf } from '../../core/text/redaction.ts';

export type Sanitize = (raw: string) => string;

const MAX_CHARS = 300;

/** For one account: its own key and secret are hidden wherever they occur. */
export function sanitizerFor(credentials: Pick<Credentials, 'apiKey' | 'apiSecret'>): Sanitize {
  const redaction = redactionOf([credentials.apiKey, credentials.apiSecret]);
  return raw => {
    const clean = redaction
      .text(raw.slice(0, MAX_SCANNED))
      .replace(URL_QUERY, '$1?[redacted]')
      .replace(SIGNATURE_LIKE, '[redacted]');
    const line = clean.replace(/\s+/g, ' ').replace(UNSEEN, '\ufffd').trim();
    return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1)}…`;
  };
}

/** A page of an intermediary can be large; what is shown comes from its beginning. */
const MAX_SCANNED = 20_000;

/** Matches only from the start of a word: to try again at each of its slashes could take seconds. */
const URL_QUERY = /(?<![^\s"'<>?])((?=[^\s"'<>?]*\/)[^\s"'<>?]+)\?[^\s"'<>]*/g;

/** Escapes of terminals, overrides of the direction of writing, half characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** 64 hex digits (HMAC), 88 or more of Base64 (Ed25519, RSA), API keys; as sent, so perhaps percent-encoded. */
const SIGNATURE_LIKE = /[A-Za-z0-9+/=%_-]{40,}/g;

/** A web page is reduced to its title: firewalls and load balancers answer with pages of their own. */
export function pageTitle(body: string): string | undefined {
  const head = body.slice(0, MOST_OF_A_HEAD);
  if (!/^\s*<(?:!doctype|html|head|body|center|title)/i.test(head)) return undefined;
  const title = /<title[^<>]*>([^<]*)/i.exec(head)?.[1]?.trim();
  return `HTML page: ${title || 'without a title'}`;
}

const MOST_OF_A_HEAD = 4_000;
