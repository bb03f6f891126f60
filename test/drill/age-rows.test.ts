/** Setting the table of bots back: what the watchdog then takes the time to be. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { ageRows } from '../../bin/commands/drill/age-rows.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { BOT_ATTRIBUTES, WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { startTables, TABLE_NAMES, type Tables } from '../../simulator/cloud/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables({ clock: startClock() });
});
afterAll(() => tables.close());

const HOUR = 3_600_000;
const AT = 1_709_208_000_000;

async function after(botId: string, row: Readonly<Record<string, unknown>>, ticksWentOn: boolean) {
  const at = { client: tables.client, tableName: TABLE_NAMES.bots };
  const bots = createBotStore(at);
  await bots.change({ botId, doing: 'put', requires: [], set: row as never }, 1_000);
  await ageRows(at, { ms: HOUR, ticksWentOn });
  return bots.read(botId, 1_000);
}

/** Counts, durations and words have no place in time. */
const TIMELESS =
  /^(watch_state|beats|(asked_)?(heartbeat|late_after|dead_after)_ms|watch_shard|last_change|sentinel_minute)$|_by$|_reason$|_hash$|^correlation_id$|_id$|^(unproven_starts|is_exclusive|told_times_for|times_digest|canary_took_ms|canary_problems|snooze_every|snooze_every_for_ms)$/;

test('setting a bot’s row back moves every instant, changes nothing else, and "never" stays never', async () => {
  const instants = BOT_ATTRIBUTES.filter(
    name => !TIMELESS.test(name) && !/^(seen_beat|late_told_for|told_restarts_for)$/.test(name),
  );
  const row = {
    ...Object.fromEntries(instants.map(name => [name, AT])),
    ...{ next_check_at_ms: 0, beats: 7, heartbeat_ms: 10_000, watch_shard: 3, sentinel_minute: 2 },
    ...{ dead_after_ms: 120_000, asked_heartbeat_ms: 5_000, asked_late_after_ms: 30_000, asked_dead_after_ms: 60_000 },
    ...{ seen_beat: `7@${AT}`, late_told_for: '7@null', watch_state: 'armed' },
  };
  expect(await after('alpha', row, false)).toEqual({
    ...Object.fromEntries(instants.map(name => [name, AT - HOUR])),
    ...{ next_check_at_ms: 0, beats: 7, heartbeat_ms: 10_000, watch_shard: 3, sentinel_minute: 2 },
    ...{ dead_after_ms: 120_000, asked_heartbeat_ms: 5_000, asked_late_after_ms: 30_000, asked_dead_after_ms: 60_000 },
    ...{ seen_beat: `7@${AT - HOUR}`, late_told_for: '7@null', watch_state: 'armed' },
  });
});

test.each([
  ['slept', false, AT - HOUR],
  ['was awake', true, AT],
])('the watchdog %s meanwhile', async (_how, ticksWentOn, seenAtMs) => {
  const row = { ticked_at_ms: AT, healthy_at_ms: AT, healthy_since_ms: AT };
  expect(await after(WATCHDOG_ROW, row, ticksWentOn)).toEqual({
    ticked_at_ms: seenAtMs,
    healthy_at_ms: seenAtMs,
    healthy_since_ms: AT - HOUR,
  });
});
