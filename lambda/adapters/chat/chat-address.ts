/**
 * Where alerts go beside the mail: the content of the secret that `alerts.chat_webhook_secret` names. An address, JSON with
 * `url` and what its format needs, or a list of both. An address is the key to its chat: no problem repeats any part of it.
 *
 *   https://hooks.slack.com/services/…
 *   {"url": "https://api.telegram.org/bot…/sendMessage", "chat_id": "…"}
 *   {"url": "https://events.pagerduty.com/v2/enqueue", "key": "…"}       format by the host, or said:
 *   {"url": "https://alerts.example.com/in", "format": "opsgenie", "key": "…", "headers": {"X-Team": "desk"}}
 */

import { shownText } from '../../core/config/shown-value.ts';
import { isLoopback } from '../../core/config/value-rules.ts';
import { fieldsOf, isObject, jsonIn } from '../../core/text/fields.ts';

const CHAT_KINDS = ['slack', 'discord', 'telegram', 'pagerduty', 'opsgenie', 'other'] as const;
export type ChatKind = (typeof CHAT_KINDS)[number];

export interface ChatAddress {
  readonly kind: ChatKind;
  readonly url: string;
  /** Telegram's. */
  readonly chatId: string | undefined;
  /** PagerDuty's routing key, Opsgenie's API key. */
  readonly key: string | undefined;
  /** Beside those of the format. */
  readonly headers: Readonly<Record<string, string>>;
}

type ChatAddressReading =
  | { readonly ok: true; readonly credentials: readonly ChatAddress[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const SHAPE =
  'the webhook’s address, or for Telegram {"url": "https://api.telegram.org/bot…/sendMessage", "chat_id": "…"}, or for PagerDuty and Opsgenie {"url": "https://…", "key": "…"}, or a list of these';

const TARGETS_MAX = 10;

export function readChatAddress(secretText: string, secretName: string): ChatAddressReading {
  const reading = readAll(secretText.replace(/^\uFEFF/, '').trim());
  if (typeof reading !== 'string') return { ok: true, credentials: reading };
  return { ok: false, problems: [`Secret ${shownText(secretName)}: ${reading}.`] };
}

/** Gives the addresses, or what is wrong with the first that is. */
function readAll(text: string): readonly ChatAddress[] | string {
  if (text === '') return `it is empty; store ${SHAPE}`;
  const given = /^[[{]/.test(text) ? jsonIn(text) : text;
  if (given === undefined) return `it begins like JSON and is none; store ${SHAPE}`;
  const list = Array.isArray(given) ? given : [given];
  if (list.length === 0 || list.length > TARGETS_MAX)
    return `it is a list of ${list.length}; store 1 to ${TARGETS_MAX}`;
  const addresses: ChatAddress[] = [];
  for (const [index, one] of list.entries()) {
    const address = read(typeof one === 'string' ? { url: one } : one);
    if (typeof address === 'string') return list.length === 1 ? address : `number ${index + 1} of its list: ${address}`;
    addresses.push(address);
  }
  return addresses;
}

/** Gives the address, or what is wrong. */
function read(given: unknown): ChatAddress | string {
  const fields = fieldsOf(given);
  if (!isObject(given)) return `it holds no address; store ${SHAPE}`;
  if (typeof fields.url !== 'string') return `url is missing; store ${SHAPE}`;
  const url = URL.parse(fields.url.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) return `it holds no address; store ${SHAPE}`;
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'its address must begin with https://';
  if (url.username !== '' || url.password !== '') return 'its address must not have a name and a password in it';
  const kind = kindOf(url, fields.format);
  if (kind === undefined) return `format must be one of ${CHAT_KINDS.join(', ')}`;
  const headers = headersIn(fields.headers);
  if (headers === undefined) return 'headers must be names and texts, like {"X-Team": "desk"}';
  const plain = { kind, url: url.href, chatId: undefined, key: undefined, headers };
  switch (kind) {
    case 'telegram': {
      const chatId = fields.chat_id ?? url.searchParams.get('chat_id') ?? undefined;
      if (typeof chatId !== 'string' && typeof chatId !== 'number') return 'chat_id is missing, and Telegram needs it';
      if (!/^\/bot[^/]+\/sendMessage$/.test(url.pathname)) return 'Telegram’s address must end with /bot…/sendMessage';
      return { ...plain, url: `${url.origin}${url.pathname}`, chatId: String(chatId) };
    }
    case 'pagerduty':
    case 'opsgenie':
      if (typeof fields.key !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(fields.key))
        return `key is missing: ${kind === 'pagerduty' ? 'the integration key of an Events API v2 integration' : 'the key of an API integration'}`;
      return { ...plain, key: fields.key };
    default:
      return plain;
  }
}

const KIND_OF_HOST: Readonly<Record<string, ChatKind>> = {
  'hooks.slack.com': 'slack',
  'hooks.slack-gov.com': 'slack',
  'discord.com': 'discord',
  'discordapp.com': 'discord',
  'api.telegram.org': 'telegram',
  'events.pagerduty.com': 'pagerduty',
  'events.eu.pagerduty.com': 'pagerduty',
  'api.opsgenie.com': 'opsgenie',
  'api.eu.opsgenie.com': 'opsgenie',
};

function kindOf({ hostname }: URL, format: unknown): ChatKind | undefined {
  if (format !== undefined) return CHAT_KINDS.find(kind => kind === format);
  return (Object.hasOwn(KIND_OF_HOST, hostname) ? KIND_OF_HOST[hostname] : undefined) ?? 'other';
}

function headersIn(given: unknown): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return {};
  if (!isObject(given)) return undefined;
  const entries = Object.entries(given);
  const areTexts = entries.every(
    ([name, value]) =>
      /^[A-Za-z0-9-]{1,60}$/.test(name) && typeof value === 'string' && /^[\x20-\x7e]{0,500}$/.test(value),
  );
  return areTexts ? Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)])) : undefined;
}

/** What must never be printed: the whole address, and those of its parts that are a key by themselves. */
export function secretsIn({ url, chatId, key, headers }: ChatAddress): readonly string[] {
  const { pathname, search } = new URL(url);
  return [
    ...[url, `${pathname}${search}`, pathname, search, ...pathname.split('/'), ...(chatId ?? '').split('/')],
    ...[key ?? '', ...Object.values(headers)],
  ].filter(part => part.length >= LEAST_SECRET_CHARS);
}

/** A shorter part of a path is a word like "services". */
const LEAST_SECRET_CHARS = 9;
