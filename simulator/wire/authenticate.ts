/**
 * Checks key, timestamp and signature. The signed text is the raw query followed by the raw body, nothing between
 * them, without the signature itself (USDⓈ-M "General Info").
 *
 *   HMAC-SHA256, hex in any case · RSA PKCS#1 v1.5 with SHA-256, base64 · Ed25519, base64; both URL-encoded
 *
 * A timestamp is good iff timestamp < serverTime + 1000 and serverTime − timestamp ≤ recvWindow.
 */

import { createHmac, verify } from 'node:crypto';
import type { AccountState, Host, KeyRefusal } from '../engine/accounts/account.ts';
import { Refusal, refusalOf, sentenceOf } from '../engine/rules/refusal.ts';
import { exchangeTimeMs, type World } from '../engine/world.ts';
import { missing, type Params } from './params.ts';
import type { WireRequest } from './wire.ts';

const DEFAULT_RECV_WINDOW_MS = 5000;
const LONGEST_RECV_WINDOW_MS = 60_000;
const AHEAD_ALLOWED_MS = 1000;

/**
 * The account of the key. Throws -2014 for no key or a malformed one, the answer of the switch for an unknown one, -2015 for
 * one that is not valid at this host or from this address.
 */
export function authenticateKey(world: World, request: WireRequest, ip: string, host: Host): AccountState {
  const key = request.headers['x-mbx-apikey'];
  if (key === undefined || !/^[\w.-]{1,128}$/.test(key)) throw refusalOf(-2014);
  const account = world.accounts.find(known => known.apiKey === key);
  if (account === undefined) throw keyRefusal(world.rules.unknownKey, ip);
  const { keyRefusal: refused, allowedIps } = account;
  if (refused !== undefined && (refused.host ?? host) === host) throw keyRefusal(refused, ip);
  const maySee = { futures: account.enableFutures && !account.portfolioMargin, portfolio: account.portfolioMargin };
  const isAllowedIp = allowedIps === undefined || allowedIps.includes(ip);
  if (!isAllowedIp || (host !== 'wallet' && !maySee[host])) throw keyRefusal({ status: 401, code: -2015 }, ip);
  return account;
}

/** Some calls of the wallet's host need the permission for futures or portfolio margin. Throws -2015. */
export function checkMayTradeFutures(account: AccountState): void {
  if (!account.enableFutures && !account.portfolioMargin) {
    throw keyRefusal({ status: 401, code: -2015 }, account.ip);
  }
}

export function keyRefusal({ status, code, msg }: KeyRefusal, ip: string): Refusal {
  const sentence = code === -2015 ? `Invalid API-key, IP, or permissions for action, request ip: ${ip}` : undefined;
  return new Refusal(code, msg ?? sentence ?? sentenceOf(code) ?? 'Key refused.', status);
}

/** Throws -1102, -1021, -1131 or -1022. */
export function authenticateSignature(world: World, account: AccountState, request: WireRequest, params: Params): void {
  const checks = [() => checkTimestamp(world, params), () => checkSignature(account, request, params)];
  if (world.rules.signatureCheckedBeforeTimestamp) checks.reverse();
  for (const check of checks) check();
}

/** Throws -5028: the matching engine executes no request that reaches it after its recvWindow. */
export function checkEngineWindow(world: World, params: Params): void {
  const sentAtMs = params.integer('timestamp') ?? 0;
  if (exchangeTimeMs(world) - sentAtMs > recvWindowOf(params)) throw refusalOf(-5028);
}

function checkTimestamp(world: World, params: Params): void {
  const sentAtMs = params.integer('timestamp');
  if (sentAtMs === undefined) throw missing('timestamp');
  const recvWindowMs = recvWindowOf(params);
  if (recvWindowMs > LONGEST_RECV_WINDOW_MS) throw refusalOf(-1131);
  const serverTimeMs = exchangeTimeMs(world);
  if (sentAtMs >= serverTimeMs + AHEAD_ALLOWED_MS) {
    throw refusalOf(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (serverTimeMs - sentAtMs > recvWindowMs) throw refusalOf(-1021);
}

const recvWindowOf = (params: Params): number => params.integer('recvWindow') ?? DEFAULT_RECV_WINDOW_MS;

function checkSignature(account: AccountState, request: WireRequest, params: Params): void {
  const signature = params.required('signature');
  const text = withoutSignature(request.query) + withoutSignature(request.body);
  if (!isSignedBy(account, text, signature)) throw refusalOf(-1022);
}

/** Whether `signature` is the account's over `text`. Exported for the test against the exchange's own example. */
export function isSignedBy(
  account: Pick<AccountState, 'apiSecret' | 'publicKey'>,
  text: string,
  signature: string,
): boolean {
  if (account.publicKey !== undefined) {
    const digest = account.publicKey.asymmetricKeyType === 'rsa' ? 'sha256' : null;
    return verify(digest, Buffer.from(text), account.publicKey, Buffer.from(signature, 'base64'));
  }
  if (account.apiSecret === undefined) return false;
  return createHmac('sha256', account.apiSecret).update(text).digest('hex') === signature.toLowerCase();
}

const withoutSignature = (raw: string): string => raw.replace(/(^|&)signature=[^&]*/, '').replace(/^&/, '');
