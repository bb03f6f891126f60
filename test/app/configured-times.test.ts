/** The watchdog notes in a bot's row what the configuration asks it to beat, only for bots that declare something else. */

import { expect, test } from 'vitest';
import { schedule } from '../../lambda/app/watchdog/schedule.ts';
import { openTick } from '../../lambda/app/watchdog/tick-context.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { readBotRow } from '../../lambda/core/heartbeat/read-bot-row.ts';
import type { BotFields } from '../../lambda/core/heartbeat/row-change.ts';
import { START_MS, watchRig } from './watch-rig.ts';

const BEAT = `1@${START_MS}`;
const NEXT_MS = START_MS + 30_000;
const ARMED: BotFields = {
  ...{ watch_state: 'armed', beats: 1, last_beat_at_ms: START_MS, watch_shard: 8, next_check_at_ms: NEXT_MS },
  ...{ seen_beat: BEAT, seen_at_ms: START_MS, seen_after_ms: START_MS - 10_000 },
};
const declares = (heartbeat: number, late: number, dead: number): BotFields => ({
  ...{ heartbeat_ms: heartbeat, late_after_ms: late, dead_after_ms: dead },
});
const asked = (heartbeat: number, late: number, dead: number): BotFields => ({
  ...{ asked_heartbeat_ms: heartbeat, asked_late_after_ms: late, asked_dead_after_ms: dead },
});
const DEFAULTS = [10_000, 30_000, 120_000] as const;
const FAST = [2_000, 6_000, 15_000] as const;

test.each<readonly [string, BotFields, readonly [number, number, number], BotFields]>([
  ['declares what is configured: nothing', declares(...DEFAULTS), DEFAULTS, {}],
  ['declares nothing: nothing', {}, FAST, {}],
  ['declares more than is configured', declares(...DEFAULTS), FAST, asked(...FAST)],
  ['declares less than is configured', declares(...FAST), DEFAULTS, asked(...DEFAULTS)],
  ['differs in the longest silence only', declares(10_000, 30_000, 60_000), DEFAULTS, asked(...DEFAULTS)],
  ['was asked for it already', { ...declares(...DEFAULTS), ...asked(...FAST) }, FAST, asked(...FAST)],
  [
    'follows what an older deployment asked for',
    { ...declares(...FAST), ...asked(...FAST) },
    DEFAULTS,
    asked(...DEFAULTS),
  ],
  [
    'never followed, and is configured as it beats by now',
    { ...declares(...DEFAULTS), ...asked(...FAST) },
    DEFAULTS,
    asked(...DEFAULTS),
  ],
])('a bot that %s', async (_name, row, [heartbeatMs, lateAfterMs, deadAfterMs], expected) => {
  const rig = watchRig({ latencyMs: 0 });
  const read = { ...ARMED, ...row };
  rig.bots.edit('alpha', read);
  const settings = { ...SAFE_DEFAULTS, bots: [{ ...defaultBot('alpha'), heartbeatMs, lateAfterMs, deadAfterMs }] };
  const tick = openTick(rig.world, { settings, isFallback: false }, 110_000);
  const sighting = { beat: BEAT, firstSeenAtMs: START_MS, notBeforeMs: START_MS - 10_000 };
  await schedule(tick, readBotRow('alpha', read), sighting, NEXT_MS);
  const after = rig.bots.rows().get('alpha') ?? {};
  expect(Object.fromEntries(Object.entries(after).filter(([name]) => name.startsWith('asked_')))).toEqual(expected);
  // Nothing is written twice: a tick costs no more than before.
  expect(rig.bots.calls).toHaveLength(JSON.stringify(after) === JSON.stringify(read) ? 0 : 1);
});
