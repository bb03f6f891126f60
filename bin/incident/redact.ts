/**
 * Redacts secrets from a bundle and a report. The tools never read a secret, so there is no known text to search for:
 * everything with the shape of a secret is removed, and every value under a name like `secret`. The chain's own hashes look
 * like keys too; they are known, and kept.
 */

import { toPlain } from '../../lambda/core/text/plain-json.ts';
import { type Redaction, redactionOf } from '../../lambda/core/text/redaction.ts';
import type { AuditItem, LiquidationRecord } from '../../lambda/ports.ts';
import type { Incident } from './incident.ts';

const HIDDEN = '[redacted]';

const SHAPES: readonly RegExp[] = [
  // Binance's keys and secrets are 64 letters and digits; a PEM's lines and tokens of AWS are longer than 40.
  /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{60,}(?![A-Za-z0-9_-])/g,
  /(?<![A-Za-z0-9+/=])(?=[A-Za-z0-9+/=]*[0-9])(?=[A-Za-z0-9+/=]*[A-Z])(?=[A-Za-z0-9+/=]*[a-z])[A-Za-z0-9+/=]{40,}/g,
  // AWS, "Unique identifiers": long-term and temporary access keys.
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  // Names with a password before a host.
  /(?<=https?:\/\/)[^\s"'<>/\\@:]*:[^\s"'<>/\\@]+@/gi,
  // Telegram, "Bots: an introduction for developers": the token of a bot, outside a URL.
  /\b\d{6,12}:[A-Za-z0-9_-]{30,}/g,
];

/** Matched as a whole, then searched: one pattern for both would try each address from each of its letters. */
const ADDRESS = /https?:\/\/[^\s"'<>\\]+/gi;
/** Addresses that are keys themselves: chat webhooks. */
const IS_WEBHOOK = /hooks?[./]|webhook|\/bot\d{1,20}:/i;

/** `hashes`: texts that look like keys and are not. */
export function bundleRedaction(hashes: ReadonlySet<string>): Redaction {
  const known = redactionOf([]);
  const hide = (text: string): string =>
    SHAPES.reduce(
      (clean, shape) => clean.replace(shape, found => (hashes.has(found) ? found : HIDDEN)),
      text.replace(ADDRESS, found => (IS_WEBHOOK.test(found) ? HIDDEN : found)),
    );
  return {
    text: text => hide(known.text(text)),
    plain: value => toPlain(known.plain(value), { text: hide, hides: () => false, hidden: HIDDEN }),
  };
}

const HASH = /^[0-9a-f]{64}$/;

/** The hashes of audit logs and their seals. */
export function hashesOf(items: readonly AuditItem[], records: readonly LiquidationRecord[]): ReadonlySet<string> {
  const hashes = [
    ...items.flatMap(({ hash, prev_hash }) => [hash, prev_hash]),
    ...records.flatMap(({ seals }) => seals.map(({ lastHash }) => lastHash)),
  ];
  return new Set(hashes.filter(hash => typeof hash === 'string' && HASH.test(hash)));
}

/** An incident whose every text and every name of a field is cleaned, hashes too; `undefined` stays undefined. */
export function withoutSecrets(incident: Incident): Incident {
  const { text } = bundleRedaction(new Set());
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [text(name), clean(member)]));
  };
  return clean(incident) as Incident;
}
