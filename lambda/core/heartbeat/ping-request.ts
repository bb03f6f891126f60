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

import { BOT_ID_PATTERN, REASON_MAX_CHARS } from '../../contract.ts';
import { boundedText } from '../text/bounded-text.ts';
import { SECRET_PATTERN } from './ping-token.ts';

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
