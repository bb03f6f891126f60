/** The small parts that evidence is gathered with. */

import { describe, expect, test } from 'vitest';
import { findLeaks } from '../../bin/commands/drill/evidence.ts';
import { readFunctionLine } from '../../bin/commands/drill/screen/log-lines.ts';
import { drillSettings } from '../../bin/commands/drill/stage.ts';
import { crash } from '../../simulator/scenarios/crash.ts';
import { normal, timeout } from '../../simulator/scenarios/one-call.ts';
import { watchdog } from '../../simulator/scenarios/one-silent-bot.ts';
import { overload } from '../../simulator/scenarios/overload.ts';

describe('leaks', () => {
  const secrets = ['k'.repeat(64), 's'.repeat(64)];
  test.each([
    ['nothing', { log: ['all is well'] }, []],
    ['a key', { log: [`key ${'k'.repeat(64)}`], auditLog: [] }, ['found in log']],
    [
      'a secret, deep inside',
      { log: [], auditLog: [{ data: { error: { text: 's'.repeat(64) } } }] },
      ['found in auditLog'],
    ],
    ['a signed URL', { log: [`/fapi/v1/order?symbol=X&signature=${'0a'.repeat(32)}`] }, ['found in log']],
    ['a signature in JSON', { log: { signature: 'f0'.repeat(32) } }, ['found in log']],
    ['a hash of the audit log', { auditLog: [{ hash: '0a'.repeat(32) }] }, []],
  ])('%s', (_name, places, found) => {
    expect(findLeaks(secrets, places)).toEqual(found);
  });
});

test.each([
  ['a line', '{"level":"WARN","message":"hm","symbol":"X"}', { level: 'WARN', message: 'hm', fields: { symbol: 'X' } }],
  ['metrics', '{"_aws":{},"Rounds":2}', undefined],
  ['what is no JSON is loud', 'Error: oh', { level: 'ERROR', message: 'Error: oh', fields: {} }],
  ['JSON that is no object', '7', { level: 'ERROR', message: '7', fields: {} }],
])('reading the log: %s', (_name, text, line) => {
  expect(readFunctionLine(text)).toEqual(line);
});

test.each([
  ['the usual', normal, { rttMs: 20, positions: 2 }, 20_000],
  // 1.5 s + 8 × 2 s + 50 × 0.1 s = 22.5 s
  ['a slow line', normal, { rttMs: 2_000, positions: 50 }, 23_000],
  ['never more than allowed', normal, { rttMs: 2_000, positions: 300 }, 30_000],
  ['as the scenario wants', crash, { rttMs: 20, positions: 3 }, 10_000],
  ['at least as the scenario wants', crash, { rttMs: 1_500, positions: 3 }, 14_000],
  ['by the round trips of the scenario', overload, { rttMs: 2_000, positions: 4 }, 30_000],
  ['exactly, where the scenario is about it', timeout, { rttMs: 2_000, positions: 300 }, 3_000],
])('the timeout: %s', (_name, scenario, stage, timeoutMs) => {
  const settings = drillSettings(scenario, stage, 'http://127.0.0.1:1');
  expect(settings.liquidation.timeoutMs).toBe(timeoutMs);
  expect(settings.exchange.baseUrl).toBe('http://127.0.0.1:1');
});

test.each([
  ['nobody’s, unless it is about one', normal, { botId: 'default', heartbeatMs: 10_000, deadAfterMs: 120_000 }],
  ['the scenario’s own', watchdog, { botId: 'drill', heartbeatMs: 1_000, lateAfterMs: 3_000, deadAfterMs: 6_000 }],
])('the bot of the configuration: %s', (_name, scenario, bot) => {
  const { bots } = drillSettings(scenario, { rttMs: 20, positions: 2 }, 'http://127.0.0.1:1');
  expect(bots).toMatchObject([{ ...bot, secretName: `flatline/${bot.botId}` }]);
});
