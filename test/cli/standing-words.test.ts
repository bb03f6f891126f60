/** What a person reads of a bot's watch after each thing that an operator can do. */

import { expect, test } from 'vitest';
import { meaning } from '../../bin/bots/standing-words.ts';
import { botStanding } from '../../lambda/core/heartbeat/bot-standing.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const TIMES = { heartbeatMs: 10_000, lateAfterMs: 30_000, deadAfterMs: 120_000 };
const SAID = { changed_at_ms: NOW - 3_000, changed_by: 'ada', change_reason: 'moving it' };
const BEATS: BotFields = { watch_state: 'armed', run_id: 'run-1234', beats: 3, last_beat_at_ms: NOW - 1_000, ...SAID };

test.each<[string, BotFields, string]>([
  [
    'snoozed',
    { ...BEATS, last_change: 'snoozed', snoozed_until_ms: NOW + 60_000 },
    '; snoozed 3 s ago by ada (moving it)',
  ],
  [
    'ended',
    { ...BEATS, last_change: 'snoozed', snoozed_until_ms: NOW - 3_000 },
    '; snooze ended 3 s ago by ada (moving it)',
  ],
  [
    'run out',
    { ...BEATS, last_change: 'snoozed', snoozed_until_ms: NOW - 2_000 },
    '; snoozed 3 s ago by ada (moving it)',
  ],
  [
    'planned',
    { ...BEATS, last_change: 'planned', snooze_every: 'Sun 02:00 UTC', snooze_every_for_ms: 7_200_000 },
    '; not watched each Sun 02:00 UTC for 2 h; snoozes planned 3 s ago by ada (moving it)',
  ],
  ['no longer planned', { ...BEATS, last_change: 'planned' }, '; planned snoozes ended 3 s ago by ada (moving it)'],
  ['re-armed', { ...BEATS, last_change: 'rearmed' }, '; re-armed 3 s ago by ada (moving it)'],
])('%s', (_what, fields, end) => {
  const standing = { ...botStanding('alpha', fields, NOW, TIMES, NOW - 3_600_000), configured: true };
  expect(meaning(standing, NOW).replaceAll('\u00a0', ' ')).toMatch(new RegExp(`${end.replace(/[()]/g, '\\$&')}$`));
});
