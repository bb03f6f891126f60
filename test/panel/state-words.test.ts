/** A bot in one line, as the panel shows it on a phone, where no column says what a time is. */

import { expect, test } from 'vitest';
import type { BotStanding } from '../../lambda/core/heartbeat/bot-standing.ts';
import { inOneLine } from '../../lambda/views/panel/state-words.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const standing = (changes: Partial<BotStanding>): BotStanding => ({ botId: 'alpha', ...changes }) as BotStanding;

test.each<[string, Partial<BotStanding>, string]>([
  ['never seen', { condition: 'never' }, 'not watched'],
  [
    'alive',
    { condition: 'alive', lastBeatAtMs: NOW - 1_000, deadAtMs: NOW + 13_000 },
    'last heartbeat 1 s ago, deadline in 13 s',
  ],
  ['re-armed by hand, without a heartbeat', { condition: 'waiting', deadAtMs: NOW + 14_000 }, 'deadline in 14 s'],
  [
    'tripped, its lock-out over',
    { condition: 'tripped', lastBeatAtMs: NOW - 60_000 },
    'last heartbeat 1 min ago, waits for re-arm',
  ],
  ['disarmed', { condition: 'disarmed', lastBeatAtMs: NOW - 60_000 }, 'last heartbeat 1 min ago, not watched'],
  [
    'late, and it has reported its failure',
    { condition: 'late', lastBeatAtMs: NOW - 60_000, deadAtMs: NOW, failure: { atMs: NOW, reason: 'why' } },
    'last heartbeat 1 min ago, reported its failure',
  ],
])('%s', (_name, changes, expected) => {
  expect(inOneLine(standing(changes), NOW).replaceAll('\u00a0', ' ')).toBe(expected);
});
