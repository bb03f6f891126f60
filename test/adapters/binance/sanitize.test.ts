import { describe, expect, it } from 'vitest';
import { pageTitle, sanitizerFor } from '../../../lambda/adapters/binance/sanitize.ts';
import { HMAC_KEY } from './rig.ts';

const shown = sanitizerFor(HMAC_KEY);
const HEX_SIGNATURE = '3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9';
const BASE64_SIGNATURE = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ+/8SNFZ4kKvN7xI0VniQqw==';

describe('shown text', () => {
  it.each([
    ["the exchange's words", 'ReduceOnly Order is rejected.', 'ReduceOnly Order is rejected.'],
    [
      'an address and an instant',
      'Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7, banned until 1591702613943',
      'Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7, banned until 1591702613943',
    ],
    ['a symbol that is not ASCII', '测试USDT is closed.', '测试USDT is closed.'],
    ['line breaks as spaces', 'a\n  b\tc', 'a b c'],
  ])('keeps %s', (_what, raw, text) => {
    expect(shown(raw)).toBe(text);
  });

  it.each([
    ['the key', `key ${HMAC_KEY.apiKey}`],
    ['the secret', `secret ${HMAC_KEY.apiSecret}`],
    ['a hexadecimal signature', `bad ${HEX_SIGNATURE}`],
    ['a Base64 signature', `bad ${BASE64_SIGNATURE}`],
    ['an encoded Base64 signature', `bad ${encodeURIComponent(BASE64_SIGNATURE)}`],
    ['the query of a URL', `GET https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&signature=${HEX_SIGNATURE}`],
    ['the query of a path', `/fapi/v1/order?timestamp=1&signature=${HEX_SIGNATURE} not found`],
  ])('hides %s', (_what, raw) => {
    const text = shown(raw);
    expect(text).toContain('[redacted]');
    for (const secret of [HMAC_KEY.apiKey, HMAC_KEY.apiSecret, HEX_SIGNATURE, 'q83vEjRWeJCrze8', 'timestamp=1']) {
      expect(text).not.toContain(secret);
    }
  });

  it('is at most 300 characters long', () => {
    expect(shown('word '.repeat(61))).toHaveLength(300);
    expect(shown('word '.repeat(60).trim())).toHaveLength(299);
  });
});

describe('page title', () => {
  it.each([
    ['<html>\n<head><title>403 Forbidden</title></head></html>', 'HTML page: 403 Forbidden'],
    ['<!DOCTYPE HTML PUBLIC "-//W3C//DTD"><HTML><HEAD><TITLE> ERROR </TITLE>', 'HTML page: ERROR'],
    ['<html><body>no</body></html>', 'HTML page: without a title'],
    ['Service Unavailable.', undefined],
    ['{"msg":"<html>"}', undefined],
  ])('of %j is %j', (body, title) => {
    expect(pageTitle(body)).toBe(title);
  });
});
