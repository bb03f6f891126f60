/** The canary dies each morning, on purpose: for status it is no bot, and has a line of its own. */

import { describe, expect, test } from 'vitest';
import { readWatch } from '../../bin/bots/standings.ts';
import { survey } from '../../bin/commands/status/survey.ts';
import type { Connection } from '../../bin/connect/connection.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { effectiveSettings } from '../../lambda/core/config/effective-settings.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { CANARY, canaryBeat, canaryRest } from '../../lambda/core/heartbeat/canary.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import { beat } from '../support/bot-actions.ts';

const NOW = Date.UTC(2026, 10, 29, 6, 31);
const clock = { nowMs: () => NOW, sleep: async () => undefined };

/** A stack with the bot alpha, which is well and tested, and the canary. */
async function stackWith(...changes: readonly ReturnType<typeof canaryBeat>[]) {
  const settings = { ...SAFE_DEFAULTS, bots: [defaultBot('alpha'), CANARY] };
  const config = effectiveSettings({ configText: toJson(settings), disabledText: undefined });
  const bots = createMemoryBotStore(clock);
  const stores = createMemoryStores({ clock });
  bots.edit(WATCHDOG_ROW, { ticked_at_ms: NOW - 20_000 });
  await beat(
    bots,
    { botId: 'alpha', atMs: NOW - 5_000, count: 1, by: 'bot', times: defaultBot('alpha'), arms: true },
    1_000,
  );
  const note = {
    botId: 'alpha',
    correlationId: 'liq_20261129_060000_abcdef',
    headline: 'READY',
    failedChecks: [],
  } as const;
  await stores.lock.notePreflight({ ...note, finishedAtMs: NOW - 1_860_000 }, 1_000);
  for (const change of changes) await bots.change(change, 1_000);
  const asked: unknown[] = [];
  const connection = {
    ...{ clock, config, settings: config.settings, bots, runs: stores.lock.runs },
    functions: {
      liquidator: { name: 'l', state: 'Active', variables: {} },
      watchdog: { name: 'w', state: 'Active', variables: {} },
    },
    invoke: async (event: unknown) => {
      asked.push(event);
      return { kind: 'silent', sentence: 'No answer.' };
    },
  } as unknown as Connection;
  return { connection, asked };
}
const wrongIn = async (connection: Connection, withPreflights = false) =>
  (await survey(connection, { shown: 5, withPreflights, words: '' })).wrong;

const BEAT = NOW - 300_000;

describe('status while the canary is silent on purpose', () => {
  test('reports no problem, and does not list it among the bots', async () => {
    const { connection } = await stackWith(canaryBeat(BEAT));
    expect(await wrongIn(connection)).toEqual([]);
    const { standings, canary } = await readWatch(connection);
    expect(standings.map(({ botId }) => botId)).toEqual(['alpha']);
    expect(canary).toEqual({ kind: 'dying', sinceMs: BEAT });
  });

  test('runs no preflight for it', async () => {
    const { connection, asked } = await stackWith(canaryBeat(BEAT));
    await wrongIn(connection, true);
    expect(asked).toEqual([{ action: 'preflight', bot_id: 'alpha' }]);
  });
});

test('a canary that failed is a problem in status, which names the failed step', async () => {
  const { connection } = await stackWith(canaryRest(BEAT, { kind: 'failed', problems: ['nobody called'] }));
  expect(await wrongIn(connection)).toEqual([expect.stringMatching(/the canary FAILED .*: nobody called; a dead bot/)]);
});

test('a canary without a recent verdict is a problem in status', async () => {
  const { connection } = await stackWith(canaryRest(NOW - 27 * 3_600_000, { kind: 'passed', tookMs: 900 }));
  expect(await wrongIn(connection)).toEqual([expect.stringContaining('should be daily')]);
});
