/**
 * The secret in a bot's ping URL. The table has only its SHA-256; it is random, 192 bits, so no slower hash is needed. After a
 * rotation the old one may stay valid for a while.
 */

import { createHash, timingSafeEqual } from 'node:crypto';

import type { BotFields, RowChange } from './row-change.ts';

export const SECRET_PATTERN = /^[0-9a-f]{48}$/;
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
