/**
 * What the operator's commands show of tables that somebody has edited, and of any answer in the liquidator's
 * place: always something, never an exception, and as JSON too.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { standingTable } from '../../bin/bots/standing-words.ts';
import { preflightLines } from '../../bin/commands/status/preflights.ts';
import { statusJson } from '../../bin/commands/status/status-json.ts';
import { survey } from '../../bin/commands/status/survey.ts';
import type { Connection } from '../../bin/connect/connection.ts';
import { invokeFunction } from '../../bin/connect/functions.ts';
import { answerLines, planLines } from '../../bin/liquidation/answer-lines.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import { harmless } from '../../bin/terminal/terminal.ts';
import { toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { createRunRecords } from '../../lambda/adapters/dynamo/run-records.ts';
import { BOT_ATTRIBUTES } from '../../lambda/bot-row.ts';
import { effectiveSettings } from '../../lambda/core/config/effective-settings.ts';
import { createMemoryBotStore } from '../../simulator/stores/bot-store.ts';
import { tries } from '../faults/extent.ts';
import { answerOf } from '../support/stored-records.ts';
import { edited, nastyJson, nastyText, plainFields, randomEdit } from './hostile-values.ts';

const RUNS = tries(40);
const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 0);
const ID = 'liq_20261121_120000_abc123';
const screen = { paint: createPaint(true), width: 80 };

const edits = fc.array(randomEdit, { minLength: 1, maxLength: 3 });
const rowOf = (row: object) =>
  fc.oneof(
    nastyJson.map(plainFields),
    edits.map(all => plainFields(all.reduce(edited, row as unknown))),
  );

const bot = rowOf({
  ...Object.fromEntries(BOT_ATTRIBUTES.map(name => [name, NOW_MS - 300_000])),
  ...{ watch_state: 'armed', watch_shard: 1, beats: 3, seen_beat: `3@${NOW_MS - 300_000}` },
  ...{ heartbeat_ms: 10_000, late_after_ms: 30_000, dead_after_ms: 120_000 },
  ...{ last_change: 'armed', changed_by: 'ops', change_reason: 'x', failed_reason: 'x' },
});
const record = rowOf({
  ...{ correlation_id: ID, bot_id: 'default', set_off_by: 'manual', run_state: 'partial', prior_state: 'partial' },
  ...{ fence: 2, holder: 'h', lease_until_at_ms: NOW_MS, first_started_at_ms: NOW_MS - 60_000, resume_at_ms: 1 },
  ...{ answer: JSON.stringify(answerOf(ID, 'partial')), headline: 'NOT READY', failed_checks: ['x'], recent_shard: 0 },
});

/** A table of liquidations that answers every request with this row. */
function recordsOf(row: ReturnType<typeof plainFields>) {
  const Item = toItem(row);
  const send = async () => ({ Item, Items: [Item, Item], Responses: { any: [Item] } });
  return createRunRecords({ client: { send } as unknown as DynamoDBClient, tableName: 'any' });
}

it('for every row, status shows the bots, the preflights and the liquidations', async () => {
  const clock = { nowMs: () => NOW_MS, sleep: async () => undefined };
  const config = effectiveSettings({ configText: undefined, disabledText: undefined });
  await fc.assert(
    fc.asyncProperty(bot, bot, nastyText, record, async (row, watchdog, stray, run) => {
      const bots = createMemoryBotStore(clock);
      bots.edit('default', row);
      bots.edit(stray, row);
      bots.edit('#watchdog', watchdog);
      const names = { liquidator: 'l', watchdog: 'w' };
      const functions = {
        liquidator: { name: 'l', state: 'Active', variables: {} },
        watchdog: { name: 'w', state: undefined, variables: {} },
      };
      const connection = {
        where: 'here',
        config,
        settings: config.settings,
        bots,
        runs: recordsOf(run),
        clock,
        names,
        functions,
      };
      const found = await survey(connection as unknown as Connection, { shown: 5, withPreflights: false, words: '' });
      const lines = [
        ...found.wrong,
        ...standingTable(found.watch?.standings ?? [], { nowMs: NOW_MS, ...screen }),
        ...preflightLines(found.preflights ?? [], { nowMs: NOW_MS, ...screen }),
        ...found.liquidations.flatMap(one => [
          one.headline,
          ...(one.record.answer ? answerLines(one.record.answer, screen) : []),
        ]),
      ];
      expect(lines.join('\n')).toContain('default');
      expect(harmless(lines.join('\n')).length).toBeLessThan(200_000);
      expect(JSON.parse(JSON.stringify(statusJson(connection as unknown as Connection, found)))).toMatchObject({
        where: 'here',
      });
    }),
    { numRuns: RUNS },
  );
});

it('for every answer in the liquidator’s place, it is shown completely or reported as no answer', async () => {
  const planned = {
    ...{ symbol: 'BTCUSDT', notional: '1', cancel_orders: 1, cancel_conditional_entries: 0 },
    ...{ cancel_protective_after_close: 1, closes: [{ side: 'SELL', position_side: 'BOTH', quantity: '1' }] },
  };
  const ours: readonly unknown[] = [
    {
      ...answerOf(ID, 'partial'),
      errors: [{ code: 'X', message: 'm', heading: 'h', symbol: 'BTCUSDT' }],
      plan: [planned],
    },
    {
      ...{ headline: 'READY', ready: true, correlation_id: ID, bot_id: 'alpha', plan: [planned], duration_seconds: 1 },
      checks: [{ name: 'secret', status: 'ok', detail: 'x', duration_ms: 1 }],
    },
  ];
  const payload = fc.oneof(
    nastyJson,
    fc.constantFrom(...ours),
    fc.tuple(fc.constantFrom(...ours), edits).map(([one, all]) => all.reduce(edited, one)),
  );
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(payload, async what => {
      const client = {
        send: async () => ({ Payload: Buffer.from(JSON.stringify(what) ?? '') }),
      } as unknown as LambdaClient;
      const place = { functionName: 'l', event: {}, timeoutMs: 1_000, region: undefined, isLocal: true };
      const invoked = await invokeFunction(client, place);
      kinds.add(invoked.kind);
      if (invoked.kind !== 'answered') {
        expect(invoked.sentence).toMatch(/^(l ended without|No answer came)/);
        return;
      }
      const { answer } = invoked;
      const lines = 'ready' in answer ? planLines(answer.plan, screen, true) : answerLines(answer, screen);
      expect(harmless(lines.join('\n')).length).toBeGreaterThan(0);
    }),
    { numRuns: RUNS },
  );
  expect([...kinds]).toEqual(expect.arrayContaining(['answered', 'broken']));
});
