/** `flatline audit`, against audit logs that the real liquidator wrote and somebody then touched. */

import { type AttributeValue, DeleteItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerAudit } from '../../bin/commands/audit.ts';
import { type ServedForTests, serveForTests } from './served-cloud.ts';

const GOOD = 'liq_20261121_120000_aaaaaa';
const CHANGED = 'liq_20261121_120001_aaaaaa';
const THINNED = 'liq_20261121_120002_aaaaaa';
const CUT = 'liq_20261121_120003_aaaaaa';
const DIED = 'liq_20261121_120004_aaaaaa';
const STUBBORN = 'liq_20261121_120005_aaaaaa';
const NOBODY = 'liq_20261121_120009_aaaaaa';

let served: ServedForTests;

/** On a busy machine the lock may not come within 300 ms: a run without it has another audit log. */
async function liquidateWithLock(correlationId: string, botId = 'default'): Promise<void> {
  for (;;) {
    served.reopen(botId);
    await liquidate(correlationId, botId);
    const items = await itemsOf(correlationId);
    if (items.every(({ writer }) => writer?.S === 'a1')) return;
    await remove(items);
    const Key = { correlation_id: { S: correlationId } };
    await served.cloud.tables.client.send(new DeleteItemCommand({ TableName: 'liquidations', Key }));
  }
}

async function liquidate(correlationId: string, botId = 'default'): Promise<void> {
  const event = {
    trigger: 'manual',
    bot_id: botId,
    reason: 'a \u001b[31mred\u001b[0m reason',
    correlation_id: correlationId,
  };
  const { lambdaUrl, liquidatorName } = served.file;
  const path = `${lambdaUrl}/2015-03-31/functions/${liquidatorName}/invocations`;
  await fetch(path, { method: 'POST', body: JSON.stringify(event) }).then(reply => reply.text());
}

type Row = Record<string, AttributeValue>;

async function itemsOf(correlationId: string): Promise<readonly Row[]> {
  const { Items = [] } = await served.cloud.tables.client.send(
    new QueryCommand({
      TableName: 'audit',
      KeyConditionExpression: 'correlation_id = :id',
      ExpressionAttributeValues: { ':id': { S: correlationId } },
    }),
  );
  return Items;
}

const keyOf = ({ correlation_id, at_seq }: Row): Row => ({ correlation_id, at_seq }) as Row;

const remove = async (rows: readonly Row[]): Promise<void> => {
  for (const row of rows) {
    await served.cloud.tables.client.send(new DeleteItemCommand({ TableName: 'audit', Key: keyOf(row) }));
  }
};

beforeAll(async () => {
  served = await serveForTests({
    bots: ['default', 'alpha'],
    liquidation: { timeoutMs: 4_000, maxRetries: 1, retryDelayMs: 100, confirmMs: 0 },
  });
  await liquidateWithLock(GOOD, 'alpha');
  for (const id of [CHANGED, THINNED, CUT]) await liquidateWithLock(id);

  const closed = (await itemsOf(CHANGED)).find(({ event_type }) => event_type?.S === 'liquidation_position_closed');
  if (closed === undefined) throw new Error('A liquidation closes something.');
  await served.cloud.tables.client.send(
    new UpdateItemCommand({
      TableName: 'audit',
      Key: keyOf(closed),
      UpdateExpression: 'SET #data.quantity = :more',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':more': { S: '999' } },
    }),
  );
  await remove((await itemsOf(THINNED)).slice(3, 4));
  await remove((await itemsOf(CUT)).slice(-2));

  // An attempt that died: it holds a lease of the past, and wrote nothing.
  await served.cloud.tables.client.send(
    new UpdateItemCommand({
      TableName: 'liquidations',
      Key: { correlation_id: { S: DIED } },
      UpdateExpression:
        'SET run_state = :state, fence = :one, bot_id = :bot, set_off_by = :trigger, recent_shard = :shard, ' +
        'first_started_at_ms = :at, started_at_ms = :at, lease_until_at_ms = :lease',
      ExpressionAttributeValues: {
        ':state': { S: 'in_progress' },
        ':one': { N: '1' },
        ':bot': { S: 'default' },
        ':trigger': { S: 'SIGTERM' },
        ':shard': { N: '0' },
        ':at': { N: String(Date.now() - 60_000) },
        ':lease': { N: String(Date.now() - 50_000) },
      },
    }),
  );
});
afterAll(() => served.close());

const audit = (...args: readonly string[]) => served.here([registerAudit], ['audit', ...args, '--local']);

test.each(['list', 'stats'])('audit %s of an unknown bot exits with 1', async command => {
  const { code, stdout, stderr } = await audit(command, '--bot', 'aplha');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/"aplha" is not in the configuration.*nothing is recorded of it.*Did you mean alpha\?/);
});

describe('flatline audit list', () => {
  test('lists what there was, newest first, with its verdict', async () => {
    const { code, stdout } = await audit('list');
    expect(code).toBe(0);
    const ids = stdout.match(/liq_\S+/g);
    expect(ids).toEqual([CUT, THINNED, CHANGED, GOOD, DIED]);
    expect(stdout).toMatch(new RegExp(`${GOOD} +alpha +manual +FLAT, 3 closed`));
    expect(stdout).toContain('ITS ATTEMPT DIED');
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  });

  test('gives programs the same, of one bot', async () => {
    const { code, stdout } = await audit('list', '--bot', 'alpha', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      where: 'the local cloud',
      liquidations: [
        {
          correlation_id: GOOD,
          bot_id: 'alpha',
          trigger: 'manual',
          state: 'completed',
          headline: 'FLAT',
          open: false,
          attempts: 1,
          first_started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          finished_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          resumes_at: null,
          positions_closed: 3,
          positions_failed: 0,
          orders_cancelled: expect.any(Number),
          total_realized_pnl: expect.any(String),
        },
      ],
    });
  });
});

describe('flatline audit show', () => {
  test('prints one liquidation from its verdict to its proof, and colour codes of others as text', async () => {
    const { code, stdout } = await audit('show', GOOD, '--requests');
    expect(code).toBe(0);
    const [head, ...lines] = stdout.split('\n');
    expect(head).toBe(`${GOOD}  FLAT`);
    const text = lines.join('\n');
    expect(text).toContain('triggered by  A person: a \\u{1b}[31mred\\u{1b}[0m reason.');
    expect(text).toMatch(/found +3 positions \(/);
    expect(text).toMatch(/done +3 positions closed, 0 failed/);
    expect(text).toMatch(/open +no position, no order/);
    expect(text).toMatch(/0\.000 s +started/);
    expect(text).toMatch(/position closed +BTCUSDT +[\d.]+ at /);
    expect(text).toContain('✓ PROVEN: no record was changed, removed, added, or cut off at the end');
    expect(text).toMatch(/ s +1 +read +\d+ ms +200 GET \/fapi\/v3\/positionRisk/);
    expect(text).toMatch(/ s +1 +close +BTCUSDT +\d+ ms +200 POST \/fapi\/v1\/order/);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  });

  test('marks what the chain does not prove', async () => {
    const { stdout } = await audit('show', CHANGED);
    expect(stdout).toMatch(/position closed +\w+ +DOUBTFUL 999 at/);
    expect(stdout).toContain('✗ BROKEN: the audit log was changed');
  });

  test('gives the items as they are stored, one a line', async () => {
    const { stdout } = await audit('show', GOOD, '--raw');
    const items = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(items[0]).toMatchObject({ correlation_id: GOOD, event_type: 'liquidation_started', seq: 1 });
    expect(items).toHaveLength((await itemsOf(GOOD)).length);
  });

  test('gives programs the whole model', async () => {
    const { stdout } = await audit('show', GOOD, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      correlation_id: GOOD,
      kind: 'liquidation',
      bot_id: 'alpha',
      verdict: { headline: 'FLAT', state: 'completed' },
      attempts: [{ writer: 'a1', state: 'completed', started_at_ms: expect.any(Number) }],
      totals: { positions_closed: 3, time_to_flat_ms: expect.any(Number) },
      verification: { ok: true, sealed: true },
    });
  });

  test('exits 1 for an unknown ID, and names the command that lists the known ones', async () => {
    expect(await audit('show', NOBODY)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`${NOBODY} is not known in the local cloud`),
    });
  });
});

describe('flatline audit verify', () => {
  test('prints of one audit log what is proven, or which item was changed and what that means', async () => {
    const [good, changed] = await Promise.all([audit('verify', GOOD), audit('verify', CHANGED)]);
    expect(good.code).toBe(0);
    expect(good.stdout).toMatch(/✓ PROVEN.*\n +attempt 1: \d+ items, intact/);
    expect(changed.code).toBe(1);
    const text = changed.stdout.replace(/\s+/g, ' ');
    expect(text).toMatch(/changed at item \d+: its content does not match its hash/);
    expect(text).toMatch(/Record \d+ of attempt 1 now reads: position closed at .*, [A-Z]+, 999 at/);
    expect(text).toContain('Do not rely on this record or on later ones');
  });

  test('names the fault of each audit log, and calls nothing proven that is not sealed', async () => {
    const { code, stdout } = await audit('verify', '--all');
    expect(code).toBe(1);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain(`✗ ${THINNED} a1: item 4 is missing in the middle.`);
    expect(text).toContain('The last verified record before it: ');
    expect(text).toContain(`✗ ${CUT} a1: cut off at the end`);
    expect(text).toContain('The audit log does not prove how this attempt ended');
    expect(text).toContain(`! ${DIED} a1: no item and no seal: it is just starting, it died before its first item`);
    expect(text).toContain('5 audit logs: 1 proven, 1 not proven, 3 broken');
  });

  test('verifies all, and one broken audit log is enough to fail', async () => {
    const { code, stdout } = await audit('verify', '--all', '--json');
    expect(code).toBe(1);
    const { ok, sealed, trails } = JSON.parse(stdout);
    expect({ ok, sealed }).toEqual({ ok: false, sealed: false });
    const kinds = Object.fromEntries(
      trails.map((trail: { correlation_id: string; segments: readonly { kind: string }[] }) => [
        trail.correlation_id,
        trail.segments.map(({ kind }) => kind).join(),
      ]),
    );
    expect(kinds).toEqual({
      [CUT]: 'cut-off',
      [THINNED]: 'missing',
      [CHANGED]: 'changed',
      [GOOD]: 'intact',
      [DIED]: 'unsealed',
    });
  });

  test('is 2 under --strict for what is not proven, and 3 for an invalid command line', async () => {
    const [strict, neither, both] = await Promise.all([
      audit('verify', DIED, '--strict'),
      audit('verify'),
      audit('verify', GOOD, '--all'),
    ]);
    expect([strict.code, neither.code, both.code]).toEqual([2, 3, 3]);
  });
});

test('flatline audit stats counts what was listed', async () => {
  const { code, stdout } = await audit('stats', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    executions: 5,
    by_state: { completed: 4, in_progress: 1 },
    by_trigger: [
      { trigger: 'manual', executions: 4, flat: 4 },
      { trigger: 'SIGTERM', executions: 1, flat: 0 },
    ],
    positions_closed: 12,
    position_success_rate: 1,
    time_to_flat: { count: 4 },
  });
});

describe('flatline audit tail', () => {
  test('follows one until it is flat, over its attempts', async () => {
    const symbol = 'ETHUSDT';
    served.exchange.faults.add({
      on: { method: 'POST', path: '/fapi/v1/order', symbol },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'refuse', code: -2022, msg: 'ReduceOnly Order is rejected.' },
    });
    served.reopen('default');
    const over = liquidate(STUBBORN);
    const all = served.start(['audit', 'tail', '--bot', 'default', '--local']);
    await all.shows(/Following/);
    await over;
    const one = served.start(['audit', 'tail', STUBBORN, '--local']);
    await one.shows(/NOT FLAT, RETRYING UNTIL/);
    await all.shows(/NOT FLAT, RETRYING UNTIL/);
    const unreadable = { kind: 'fail', status: 400, error: 'AccessDeniedException' } as const;
    served.cloud.tables.faults.next(unreadable, { operation: 'Query', target: 'audit' });
    await Promise.race(
      [one, all].map(tail => tail.shows(/tail: the table cannot be read now; trying again\. .*audit/)),
    );
    served.exchange.faults.clear();
    const { code, stdout } = await one.ended;
    expect(code).toBe(0);
    // Without the lock, which may come late on a busy machine, an attempt has no number.
    expect(stdout).toMatch(/(attempt 1|unlocked):\n[^:]+ s +started[\s\S]+ s +partial/);
    expect(stdout).toMatch(/(attempt 2|unlocked):\n[^:]+ s +started[\s\S]+ s +completed +FLAT/);
    expect(stdout.trim().split('\n').at(-1)?.trim()).toBe('FLAT');

    await all.shows(/ s +completed +FLAT/);
    all.child.kill('SIGINT');
    const ended = await all.ended;
    expect(ended.code).toBe(130);
    expect(ended.stdout).toContain(`${STUBBORN}  default`);
    expect(ended.stdout).not.toContain(GOOD);
  });

  test('of one that has ended shows it and exits by how it ended', async () => {
    const { code, stdout } = await audit('tail', GOOD);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)?.trim()).toBe('FLAT');
  });
});
