/**
 * What a ping asks for, by its path, as in healthchecks.
 *
 *   /TOKEN            a heartbeat
 *   /TOKEN/start      a new run begins
 *   /TOKEN/fail       the run failed: its account is liquidated
 *   /TOKEN/EXITCODE   the run ended: 0 is a clean end, 1 to 255 a failure
 *   /probe            the watchdog tests whether pings are accepted
 *
 * A TOKEN is BOT_ID.SECRET: the bot is found by its ID, so a guess costs one read.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { BOT_ID_PATTERN, REASON_MAX_CHARS } from '../../contract.ts';
import { boundedText } from '../text/fields.ts';
import type { BotFields, RowChange } from './row-change.ts';

type PingRequest =
  | { readonly kind: 'probe' }
  | { readonly kind: 'ping'; readonly botId: string; readonly secret: string; readonly sign: Sign }
  | { readonly kind: 'refused'; readonly status: 404 | 405 };

export type Sign =
  | { readonly kind: 'beat' }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'fail'; readonly reason: string };

const METHODS = new Set(['GET', 'HEAD', 'POST']);
const LONGEST_PATH = 200;

export function readPing(method: unknown, path: unknown, body: unknown): PingRequest {
  if (typeof path !== 'string' || path.length > LONGEST_PATH) return { kind: 'refused', status: 404 };
  if (typeof method !== 'string' || !METHODS.has(method)) return { kind: 'refused', status: 405 };
  if (path === '/probe') return { kind: 'probe' };
  const [, token = '', word, ...rest] = path.replace(/\/$/, '').split('/');
  const [botId = '', secret = '', ...more] = token.split('.');
  const sign = rest.length === 0 && more.length === 0 ? signOf(word, body) : undefined;
  if (sign === undefined || !BOT_ID_PATTERN.test(botId) || !SECRET_PATTERN.test(secret))
    return { kind: 'refused', status: 404 };
  return { kind: 'ping', botId, secret, sign };
}

function signOf(word: string | undefined, body: unknown): Sign | undefined {
  if (word === undefined) return { kind: 'beat' };
  if (word === 'start') return { kind: 'start' };
  if (word === 'fail') return { kind: 'fail', reason: reasonOf('it says that it failed', body) };
  if (!/^\d{1,3}$/.test(word) || Number(word) > 255) return undefined;
  return Number(word) === 0 ? { kind: 'end' } : { kind: 'fail', reason: reasonOf(`exit code ${Number(word)}`, body) };
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** The posted text is shown to people. */
function reasonOf(what: string, body: unknown): string {
  const said = typeof body === 'string' ? boundedText(body.replace(UNSEEN, ' ').trim(), REASON_MAX_CHARS - 100) : '';
  return said === '' ? `by its ping URL: ${what}` : `by its ping URL: ${what}: ${said}`;
}

/**
 * The secret in a bot's ping URL. The table has only its SHA-256; it is random, 192 bits, so no slower hash is needed. After a
 * rotation the old one may stay valid for a while.
 */
const SECRET_PATTERN = /^[0-9a-f]{48}$/;
export const SECRET_DIGITS = 48;

/** Of the table `bots`; no bot can have this ID, and no bot's permissions reach it. */
export const tokenRow = (botId: string): string => `#ping:${botId}`;
/** Written by each probe, to test what a bot's ping needs. */
const PROBE_ROW = '#ping';

/** The path of a bot's ping URL. */
export const pingToken = (botId: string, secret: string): string => `${botId}.${secret}`;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export function isTokenOf(fields: BotFields | undefined, secret: string, nowMs: number): boolean {
  if (fields === undefined) return false;
  const { ping_token_hash, ping_prior_hash, ping_prior_until_ms } = fields;
  const isPriorValid = typeof ping_prior_until_ms === 'number' && nowMs < ping_prior_until_ms;
  return isSame(ping_token_hash, secret) || (isPriorValid && isSame(ping_prior_hash, secret));
}

function isSame(stored: unknown, secret: string): boolean {
  if (typeof stored !== 'string' || stored.length !== HASH_CHARS) return false;
  return timingSafeEqual(Buffer.from(stored), Buffer.from(hashOf(secret)));
}

const HASH_CHARS = 64;

/** `priorUntilMs`: until when the old token stays valid; undefined: it ends now. */
export function newTokenChange(botId: string, secret: string, { before, priorUntilMs, atMs, by }: NewToken): RowChange {
  const prior = before?.ping_token_hash;
  const keeps = typeof prior === 'string' && priorUntilMs !== undefined;
  return {
    botId: tokenRow(botId),
    doing: 'change the ping URL of',
    // Of two rotations at the same time one is refused, or a URL would be printed that is not valid.
    requires: [{ kind: 'same', attribute: 'ping_token_hash', value: prior }],
    set: {
      ping_token_hash: hashOf(secret),
      ping_token_at_ms: Math.floor(atMs),
      ping_token_by: by,
      ...(keeps ? { ping_prior_hash: prior, ping_prior_until_ms: Math.floor(priorUntilMs) } : {}),
    },
    remove: keeps ? [] : ['ping_prior_hash', 'ping_prior_until_ms'],
  };
}

interface NewToken {
  /** The row as it was read. */
  readonly before: BotFields | undefined;
  readonly priorUntilMs: number | undefined;
  readonly atMs: number;
  readonly by: string;
}

export const noTokenChange = (botId: string, atMs: number, by: string): RowChange => ({
  botId: tokenRow(botId),
  doing: 'end the ping URL of',
  requires: [{ kind: 'exists' }],
  set: { ping_token_at_ms: Math.floor(atMs), ping_token_by: by },
  remove: ['ping_token_hash', 'ping_prior_hash', 'ping_prior_until_ms'],
});

export const probedChange = (nowMs: number): RowChange => ({
  botId: PROBE_ROW,
  doing: 'note a probe in',
  requires: [],
  set: { last_beat_at_ms: Math.floor(nowMs) },
});

/** Start of the ID of a run that a ping began. */
const RUN_PREFIX = 'ping-';
export const pingRun = (digits: string): string => `${RUN_PREFIX}${digits}`;
export const isPingRun = (runId: string | undefined): boolean => runId?.startsWith(RUN_PREFIX) === true;
