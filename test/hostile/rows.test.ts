/**
 * Rows of every table as a person may edit them in the console: bots, liquidations, the audit log. The watchdog run
 * ends and calls only for known bots; an account still becomes flat; and what is shown is text.
 */

import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIncident } from '../../bin/incident/incident.ts';
import { incidentLines } from '../../bin/incident/incident-lines.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import { toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { createAuditSink } from '../../lambda/adapters/dynamo/audit-sink.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { createLockStore } from '../../lambda/adapters/dynamo/lock-store.ts';
import { createRunRecords, createUnfinishedRuns } from '../../lambda/adapters/dynamo/run-records.ts';
import { tick } from '../../lambda/app/watchdog/tick.ts';
import { BOT_ATTRIBUTES } from '../../lambda/bot-row.ts';
import { CORRELATION_ID_PATTERN } from '../../lambda/contract.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import { type Plain, toPlain } from '../../lambda/core/text/plain-json.ts';
import { START_MS as WATCH_START_MS, watchRig } from '../app/watch-rig.ts';
import { tries } from '../faults/extent.ts';
import { pageOf } from '../report/report-rig.ts';
import { liquidationRig, START_MS } from '../support/liquidation-rig.ts';
import { answerOf, claimOf } from '../support/stored-records.ts';
import { edited, nastyJson, nastyText, plainFields, randomEdit } from './hostile-values.ts';

const RUNS = tries(40);
const ID = 'liq_20240229_120007_abc123';

type Fields = { readonly [name: string]: Plain };

const corruptedRow = (row: object): fc.Arbitrary<Fields> =>
  fc.oneof(
    nastyJson.map(plainFields),
    fc.array(randomEdit, { minLength: 1, maxLength: 3 }).map(edits => plainFields(edits.reduce(edited, row))),
  );

describe('for every row of a bot', () => {
  const at = WATCH_START_MS;
  const row = corruptedRow({
    ...Object.fromEntries(BOT_ATTRIBUTES.map(name => [name, at - 300_000])),
    ...{ watch_state: 'armed', watch_shard: 1, next_check_at_ms: 0, beats: 3, seen_beat: `3@${at - 300_000}` },
    ...{ heartbeat_ms: 10_000, late_after_ms: 30_000, dead_after_ms: 120_000 },
    ...{ last_change: 'armed', changed_by: 'ops', change_reason: 'x', failed_reason: 'x', correlation_id: ID },
  });

  it('a watchdog run ends, calls only for bots that are configured, and under names of ours', async () => {
    await fc.assert(
      fc.asyncProperty(row, row, nastyText, async (alpha, watchdog, other) => {
        const rig = watchRig();
        rig.bots.edit('alpha', { ...alpha, watch_shard: 1 });
        rig.bots.edit(other, { ...alpha, watch_shard: 2, next_check_at_ms: 0 });
        rig.bots.edit('#watchdog', watchdog);
        const report = await rig.tick({ remainingMs: 20_000 });
        expect(JSON.stringify(report).length).toBeLessThan(100_000);
        expect(rig.logs.filter(({ message }) => message.includes('bug'))).toEqual([]);
        for (const { event, botId, correlationId } of rig.invoked) {
          expect(['alpha', 'beta']).toContain(botId);
          expect(correlationId).toMatch(CORRELATION_ID_PATTERN);
          expect(JSON.stringify(event).length).toBeLessThan(2_000);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

/** A table that answers every request with this row, whatever was asked. */
function tableOf(row: Fields) {
  const Item = toItem(row);
  const client = { send: async () => ({ Item, Attributes: Item, Items: [Item, Item] }) } as unknown as DynamoDBClient;
  return { client, tableName: 'any' };
}

describe('for every record of a liquidation', () => {
  const record = corruptedRow({
    ...{
      correlation_id: ID,
      bot_id: 'default',
      set_off_by: 'manual',
      run_state: 'in_progress',
      prior_state: 'partial',
    },
    ...{ fence: 2, holder: 'h', lease_until_at_ms: START_MS, first_started_at_ms: START_MS - 60_000 },
    ...{ answer: JSON.stringify(answerOf(ID, 'partial')), seals: [`a1|5|${'ab'.repeat(32)}`] },
    ...{ resume_shard: 0, resume_at_ms: 1, recent_shard: 0, only_symbols: ['BTCUSDT'], finished_at_ms: START_MS },
  });

  it('a store reads it, or says what is wrong', async () => {
    const known = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        expect(error).toBeInstanceOf(StoreError);
      }
    };
    await fc.assert(
      fc.asyncProperty(record, async row => {
        const table = tableOf(row);
        await known(() => createLockStore(table).claim(claimOf(ID, { nowMs: START_MS, leaseUntilMs: START_MS }), 500));
        await known(() => createRunRecords(table).recent({ limit: 2 }, 500));
        await known(() => createRunRecords(table).read(ID, 500));
        await known(() => createUnfinishedRuns(table).due(START_MS, 5, 500));
        await known(() => createAuditSink(table).list(ID, 500));
        await known(() => createBotStore(table).list(500));
        await known(() => createBotStore(table).due(1, START_MS, 500));
      }),
      { numRuns: RUNS },
    );
  });

  const answerText = fc.oneof(
    nastyJson.map(json => JSON.stringify(json)),
    fc
      .array(randomEdit, { minLength: 1, maxLength: 3 })
      .map(edits => JSON.stringify(edits.reduce(edited, answerOf(ID, 'partial')))),
    nastyText,
  );

  it('whatever answer of an earlier attempt it holds, the account becomes flat', async () => {
    await fc.assert(
      fc.asyncProperty(answerText, async answer => {
        const rig = liquidationRig();
        rig.account.open('BTCUSDT', '0.5');
        const fields = { correlation_id: ID, bot_id: 'default', run_state: 'in_progress', prior_state: 'partial' };
        const written = { ...fields, fence: 2, answer, first_started_at_ms: START_MS - 60_000 };
        const locks = createLockStore(tableOf(written));
        const world = { ...rig.world, locks };
        const result = await rig.run({ correlation_id: ID }, { world });
        expect(rig.account.truth().positions).toEqual([]);
        expect(result).toMatchObject({ state: 'completed', headline: 'FLAT' });
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it('whatever it holds, the account becomes flat, and the duplicate of a run has an answer', async () => {
    await fc.assert(
      fc.asyncProperty(record, fc.boolean(), async (row, isTaken) => {
        const rig = liquidationRig();
        rig.account.open('BTCUSDT', '0.5');
        const holding = { ...row, run_state: 'in_progress' };
        const locks = createLockStore(isTaken ? refusing(holding) : tableOf(holding));
        const result = await rig.run({ correlation_id: ID }, { world: { ...rig.world, locks } });
        expect(result.errors.map(({ message }) => message).join()).not.toMatch(/the log holds its stack/);
        expect(['FLAT', 'IN PROGRESS, ANOTHER CALL IS LIQUIDATING']).toContain(result.headline);
        if (result.headline === 'FLAT') expect(rig.account.truth().positions).toEqual([]);
        else expect(isTaken).toBe(true);
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it('whatever it holds, a watchdog run resumes it or gives it up', async () => {
    await fc.assert(
      fc.asyncProperty(record, async row => {
        const rig = watchRig();
        const unfinished = createUnfinishedRuns(tableOf({ ...row, correlation_id: ID, run_state: 'partial' }));
        const config = { settings: { ...SAFE_DEFAULTS, bots: [defaultBot('default')] }, isFallback: false };
        await tick({ ...rig.world, unfinished }, config, { remainingMs: 20_000 });
        expect(rig.logs.filter(({ message }) => message.includes('bug'))).toEqual([]);
        for (const { correlationId } of rig.invoked) expect(correlationId).toBe(ID);
      }),
      { numRuns: RUNS },
    );
  });

  it('whatever answer of a completed one it holds, a replay answers', async () => {
    await fc.assert(
      fc.asyncProperty(answerText, async answer => {
        const rig = liquidationRig();
        const world = { ...rig.world, locks: createLockStore(refusing({ run_state: 'completed', answer })) };
        const result = await rig.run({ correlation_id: ID }, { world });
        expect(typeof result.headline).toBe('string');
        expect(result.errors.map(({ message }) => message).join()).not.toMatch(/the log holds its stack/);
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });
});

/** Every condition fails, and the row stays. */
function refusing(row: Fields) {
  const Item = toItem(row);
  const client = {
    send: async (command: object) => {
      if (command.constructor.name === 'GetItemCommand') return { Item };
      throw new ConditionalCheckFailedException({ message: 'failed', $metadata: {} });
    },
  } as unknown as DynamoDBClient;
  return { client, tableName: 'any' };
}

describe('for every audit log', () => {
  it('an incident can be shown on the terminal and as a page, with all text escaped', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    await rig.run({ correlation_id: ID });
    const items = await rig.auditLog(ID);
    const record = await rig.stores.lock.readRecord(ID, 1_000);
    // All else of a record is read with types.
    const triggerAt = Object.keys(record ?? {}).indexOf('trigger');
    const edits = fc.array(randomEdit, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(edits, edits, nastyJson, (ofItems, ofRecord, stray) => {
        const corrupted = ofItems.reduce(edited, items as unknown);
        const rows = [...(Array.isArray(corrupted) ? corrupted : []), plainFields(stray)].map(row => plainFields(row));
        const corruptedRecord = ofRecord.reduce(
          (now, { path, ...rest }) => edited(now, { path: [triggerAt, ...path], ...rest }),
          record as unknown,
        );
        const sources = {
          correlationId: ID,
          record: toPlain(corruptedRecord) as unknown as typeof record,
          items: rows as unknown as typeof items,
        };
        const incident = readIncident({ ...sources, nowMs: START_MS });
        const lines = incidentLines(incident, { paint: createPaint(false), width: 100 }).join('');
        expect(lines.match(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)).toBeNull();
        expect(lines.length).toBeLessThan(500_000);
        const page = pageOf({ incident, ...sources } as Parameters<typeof pageOf>[0]);
        expect(page).not.toMatch(/<script|<img|onerror=[^&"]*\(/i);
      }),
      { numRuns: RUNS },
    );
  });
});
