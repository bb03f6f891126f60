import { expect, test } from 'vitest';
import { baseUrl } from '../../../lambda/core/config/value-rules.ts';

test.each([
  { raw: 'https://fapi.binance.com', url: 'https://fapi.binance.com' },
  { raw: 'https://fapi.binance.com/', url: 'https://fapi.binance.com' },
  { raw: 'https://proxy.example.com:8443/binance/', url: 'https://proxy.example.com:8443/binance' },
  { raw: 'HTTPS://FAPI.binance.com', url: 'https://fapi.binance.com' },
  { raw: 'http://localhost:8080', url: 'http://localhost:8080' },
  { raw: 'http://127.0.0.1:8080/', url: 'http://127.0.0.1:8080' },
  { raw: 'http://127.255.255.254', url: 'http://127.255.255.254' },
  { raw: 'http://[::1]:8080', url: 'http://[::1]:8080' },
])('base_url accepts $raw', ({ raw, url }) => {
  expect(baseUrl(raw, 'ini')).toEqual({ ok: true, value: url });
});

test.each([
  { raw: 'http://fapi.binance.com', remedy: 'write https://, because every request carries the API key' },
  { raw: 'http://126.255.255.255', remedy: 'write https://, because every request carries the API key' },
  { raw: 'http://128.0.0.1', remedy: 'write https://, because every request carries the API key' },
  { raw: 'http://127.0.0.1.example.com', remedy: 'write https://, because every request carries the API key' },
  { raw: 'http://localhost.example.com', remedy: 'write https://, because every request carries the API key' },
  { raw: 'https://user:pass@fapi.binance.com', remedy: 'remove the credentials' },
  { raw: 'https://user@fapi.binance.com', remedy: 'remove the credentials' },
  { raw: 'https://fapi.binance.com?token=1', remedy: 'remove the part that starts with ? or #' },
  { raw: 'https://fapi.binance.com/#x', remedy: 'remove the part that starts with ? or #' },
  { raw: 'https://fapi.binance.com/?', remedy: 'remove the part that starts with ? or #' },
  { raw: 'fapi.binance.com', remedy: 'write https://host' },
  { raw: 'wss://fapi.binance.com', remedy: 'write https://host' },
  { raw: 'https://', remedy: 'write https://host' },
  { raw: 'https://fapi binance com', remedy: 'write https://host' },
  { raw: 'https:\\\\fapi.binance.com', remedy: 'write https://host' },
  { raw: '', remedy: 'write https://host' },
  { raw: 5, remedy: 'write https://host' },
])('base_url refuses $raw', ({ raw, remedy }) => {
  expect(baseUrl(raw, 'json')).toMatchObject({ ok: false, remedy });
});
