import { expect, test } from 'vitest';
import { didYouMean, typoOf } from '../../../lambda/core/text/did-you-mean.ts';

const KEYS = ['timeout_seconds', 'max_retries', 'retry_delay_seconds', 'email', 'bot_id'];

test.each([
  { name: 'timeout_second', meant: 'timeout_seconds', why: 'a letter is missing' },
  { name: 'tiemout_seconds', meant: 'timeout_seconds', why: 'two letters are swapped' },
  { name: 'TimeoutSeconds', meant: 'timeout_seconds', why: 'it is written in camel case' },
  { name: 'max-retries', meant: 'max_retries', why: 'the separator differs' },
  { name: 'botId', meant: 'bot_id', why: 'it is written in camel case' },
  { name: 'emial', meant: 'email', why: 'a short name, one swap' },
  { name: 'timeout', meant: 'timeout_seconds', why: 'it is a part of the name' },
  { name: 'colour', meant: undefined, why: 'it is near nothing' },
  { name: 'id', meant: undefined, why: 'two letters are in half of all names' },
  { name: '', meant: undefined, why: 'it is empty' },
  { name: `timeout_seconds${'x'.repeat(100_000)}`, meant: undefined, why: 'it is no slip of the pen' },
])('did-you-mean takes $name for $meant, as $why', ({ name, meant }) => {
  expect(didYouMean(name, KEYS)).toBe(meant);
});

test('did-you-mean prefers the nearest of several near names', () => {
  expect(didYouMean('heartbeat', ['heartbeats', 'heartbeat'])).toBe('heartbeat');
});

test.each([
  { name: 'liquidaton', meant: 'liquidation' },
  { name: 'LIQUIDATION', meant: 'liquidation' },
  { name: 'liquidation engine', meant: undefined },
  { name: 'alarms', meant: undefined },
])('did-you-mean takes $name for $meant, as a typing mistake', ({ name, meant }) => {
  expect(typoOf(name, ['liquidation', 'exchange', 'alerts'])).toBe(meant);
});
