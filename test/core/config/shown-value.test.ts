import { expect, test } from 'vitest';
import { NOT_SHOWN, shownJson, shownText } from '../../../lambda/core/config/shown-value.ts';

test.each([
  { text: 'plain text', shown: 'plain text', why: 'there is nothing to hide' },
  { text: '', shown: '(empty)', why: 'nothing would not be seen' },
  { text: 'a\nb\u001b[31mc', shown: 'a\\u{a}b\\u{1b}[31mc', why: 'a message has one line and no colours' },
  { text: 'a\u202eb', shown: 'a\\u{202e}b', why: 'text must not run backwards' },
  { text: 'é 测试', shown: 'é 测试', why: 'not all people write ASCII' },
  { text: `${'ab '.repeat(26)}cd`, shown: `${'ab '.repeat(26)}cd`, why: '80 characters fit' },
  { text: `${'ab '.repeat(26)}cde`, shown: `${'ab '.repeat(26)}c…`, why: '81 do not' },
  { text: 'Ab3d'.repeat(16), shown: NOT_SHOWN, why: '64 letters and digits are a key' },
  { text: `x ${'Ab3d'.repeat(16)} y`, shown: NOT_SHOWN, why: 'a key stands in the middle' },
  { text: '-----BEGIN PRIVATE KEY-----', shown: NOT_SHOWN, why: 'a PEM begins here' },
  {
    text: '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
    shown: NOT_SHOWN,
    why: 'this is the token of a Telegram bot',
  },
  { text: 'xoxb-1234567890-abcdef', shown: NOT_SHOWN, why: 'this is a token of Slack' },
  { text: 'https://hooks.slack.com/services/T0/B0/x', shown: NOT_SHOWN, why: 'whoever has this address may post' },
  { text: 'https://discord.com/api/webhooks/1/x', shown: NOT_SHOWN, why: 'so it is here' },
  { text: 'https://user:pass@host', shown: NOT_SHOWN, why: 'a password stands before the host' },
  { text: 'AKIAIOSFODNN7EXAMPLE', shown: NOT_SHOWN, why: 'this is the ID of an AWS key' },
  { text: 'name@example.com', shown: 'name@example.com', why: 'a mail address is no secret' },
  { text: 'https://fapi.binance.com/x', shown: 'https://fapi.binance.com/x', why: 'an address alone is none' },
  {
    text: 'liq_20260102_030405_0123456789abcdef0123456789abcdef',
    shown: 'liq_20260102_030405_0123456789abcdef0123456789abcdef',
    why: 'a correlation ID is no secret',
  },
])('a finding shows $shown, as $why', ({ text, shown }) => {
  expect(shownText(text)).toBe(shown);
});

test.each([
  { value: '5', shown: '"5"' },
  { value: '', shown: '""' },
  { value: 5, shown: '5' },
  { value: null, shown: 'null' },
  { value: true, shown: 'true' },
  { value: undefined, shown: 'undefined' },
  { value: 10n, shown: '10' },
  { value: ['secret'], shown: 'a list of 1' },
  { value: { apiKey: 'secret' }, shown: 'an object' },
  { value: 'Ab3d'.repeat(16), shown: NOT_SHOWN },
])('a finding shows a JSON value as $shown', ({ value, shown }) => {
  expect(shownJson(value)).toBe(shown);
});
