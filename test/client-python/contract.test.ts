/** The words of the Python client are those of the contract: a bot writes its row as the watchdog reads it. */

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { BOT_WRITES, NO_RUN } from '../../lambda/bot-row.ts';
import {
  BOT_ID_PATTERN,
  ENV,
  HEADLINES,
  REASON_MAX_CHARS,
  TABLE_KEYS,
  TRIGGERS,
  WATCH_SHARDS,
} from '../../lambda/contract.ts';
import { shardOf } from '../../lambda/core/heartbeat/row-values.ts';
import { CLIENT, missing, PYTHON } from './rig.ts';

describe.skipIf(missing !== undefined)('the Python client', () => {
  test('has the names of the contract, to the letter', () => {
    const print = 'from flatline_client.contract import as_json; print(as_json())';
    const output = execFileSync(PYTHON, ['-B', '-c', print], { cwd: CLIENT });
    expect(JSON.parse(output.toString())).toEqual({
      env: { botsTable: ENV.botsTable, liquidator: ENV.liquidator },
      triggers: TRIGGERS,
      botIdPattern: BOT_ID_PATTERN.source,
      reasonMaxChars: REASON_MAX_CHARS,
      headlineRefused: HEADLINES.refused,
      watchShards: WATCH_SHARDS,
      key: TABLE_KEYS.bots.partition,
      noRun: NO_RUN,
      botWrites: BOT_WRITES,
      shards: Object.fromEntries(['default', 'trend-1', 'a'.repeat(40)].map(botId => [botId, shardOf(botId)])),
    });
  });

  test('passes its own tests', () => {
    const output = execFileSync(PYTHON, ['-B', '-W', 'error', '-m', 'unittest', 'discover', '-s', 'tests'], {
      cwd: CLIENT,
      stdio: 'pipe',
    });
    expect(output.toString()).toBe('');
  });
});
