/**
 * Where the chat is: the content of the secret that `alerts.chat_webhook_secret` names. A webhook's address, or JSON
 * with `url` and, for Telegram, `chat_id`. The address is the key to the chat: no problem repeats any part of it.
 */

import { isLoopback } from '../config/base-url.ts';
import { shownText } from '../config/shown-value.ts';

export const CHAT_KINDS = ['slack', 'discord', 'telegram', 'other'] as const;
export type ChatKind = (typeof CHAT_KINDS)[number];

export interface ChatAddress {
  readonly kind: ChatKind;
  readonly url: string;
  /** Telegram's. */
  readonly chatId: string | undefined;
}

export type ChatAddressReading =
  | { readonly ok: true; readonly credentials: ChatAddress }
  | { readonly ok: false; readonly problems: readonly string[] };

const SHAPE =
  'the webhook’s address, or for Telegram {"url": "https://api.telegram.org/bot…/sendMessage", "chat_id": "…"}';

export function readChatAddress(secretText: string, secretName: string): ChatAddressReading {
  const reading = read(secretText.replace(/^\uFEFF/, '').trim());
  if (typeof reading !== 'string') return { ok: true, credentials: reading };
  return { ok: false, problems: [`Secret ${shownText(secretName)}: ${reading}.`] };
}

/** Gives the address, or what is wrong. */
function read(text: string): ChatAddress | string {
  if (text === '') return `it is empty; store ${SHAPE}`;
  const fields = text.startsWith('{') ? fieldsIn(text) : { url: text };
  if (fields === undefined) return `it begins like JSON and is none; store ${SHAPE}`;
  if (typeof fields.url !== 'string') return `url is missing; store ${SHAPE}`;
  const url = URL.parse(fields.url.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) return `it holds no address; store ${SHAPE}`;
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'its address must begin with https://';
  if (url.username !== '' || url.password !== '') return 'its address must not have a name and a password in it';
  const kind = (Object.hasOwn(KIND_OF_HOST, url.hostname) ? KIND_OF_HOST[url.hostname] : undefined) ?? 'other';
  const chatId = fields.chat_id ?? url.searchParams.get('chat_id') ?? undefined;
  if (kind !== 'telegram') return { kind, url: url.href, chatId: undefined };
  if (typeof chatId !== 'string' && typeof chatId !== 'number') return 'chat_id is missing, and Telegram needs it';
  if (!/^\/bot[^/]+\/sendMessage$/.test(url.pathname)) return 'Telegram’s address must end with /bot…/sendMessage';
  return { kind, url: `${url.origin}${url.pathname}`, chatId: String(chatId) };
}

const KIND_OF_HOST: Readonly<Record<string, ChatKind>> = {
  'hooks.slack.com': 'slack',
  'hooks.slack-gov.com': 'slack',
  'discord.com': 'discord',
  'discordapp.com': 'discord',
  'api.telegram.org': 'telegram',
};

function fieldsIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    // The parser's message repeats a piece of the text.
    return undefined;
  }
}

/** What must never be printed: the whole address, and those of its parts that are a key by themselves. */
export function secretsIn({ url, chatId }: ChatAddress): readonly string[] {
  const { pathname, search } = new URL(url);
  return [url, `${pathname}${search}`, pathname, search, ...pathname.split('/'), ...(chatId ?? '').split('/')].filter(
    part => part.length >= LEAST_SECRET_CHARS,
  );
}

/** A shorter part of a path is a word like "services". */
const LEAST_SECRET_CHARS = 9;
