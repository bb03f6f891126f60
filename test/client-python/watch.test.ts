/** A Python bot's beats, as the table of bots sees them. The bots are processes; all run side by side. */

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOT_ATTRIBUTES } from '../../lambda/bot-row.ts';
import { shardOf } from '../../lambda/core/heartbeat/row-values.ts';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { type Asked, startProxy } from './proxy.ts';
import { missing, NOWHERE, type Rig, startRig } from './rig.ts';

const ID = 'liq_20240229_120000_abc123';
const HOUR_MS = 3_600_000;

describe.skipIf(missing !== undefined).concurrent('a Python bot', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig([], { liquidates: false });
  });
  afterAll(() => rig?.close());

  /** What an operator or the watchdog does. */
  async function set(botId: string, state: string, correlationId = ID): Promise<void> {
    await rig.cloud.tables.client.send(
      new UpdateItemCommand({
        TableName: TABLE_NAMES.bots,
        Key: { bot_id: { S: botId } },
        UpdateExpression: 'SET watch_state = :state, correlation_id = :id',
        ExpressionAttributeValues: { ':state': { S: state }, ':id': { S: correlationId } },
      }),
    );
  }

  test('arms by its first heartbeat, sends more, stops cleanly, and arms again at the next start', async ({
    expect,
  }) => {
    const bot = rig.run('starting_twice', 'life');
    await expect.poll(async () => (await rig.row('life')).beats).toBeGreaterThanOrEqual(2);
    bot.goOn();
    await bot.says('stopped');
    expect(await rig.row('life')).toMatchObject({
      ...{ watch_state: 'disarmed', last_change: 'disarmed', change_reason: 'the day is over' },
      ...{ heartbeat_ms: 1_000, late_after_ms: 2_000, dead_after_ms: 4_000 },
      ...{ watch_shard: shardOf('life'), next_check_at_ms: 0 },
    });
    const { beats, last_beat_at_ms } = await rig.row('life');
    await bot.says('state');
    expect(await rig.row('life')).toMatchObject({ beats, last_beat_at_ms });
    bot.goOn();
    const { said, code, stderr } = await bot.ended;
    expect({ said, code, stderr }).toEqual({
      said: [
        { started: 'armed' },
        { may_trade: true },
        { stopped: 'disarmed' },
        { state: 'disarmed' },
        { restarted: 'armed', again: 'armed' },
      ],
      code: 0,
      stderr: '',
    });
    const row = await rig.row('life');
    expect(row).toMatchObject({ watch_state: 'armed', last_change: 'armed' });
    expect(row).not.toHaveProperty('change_reason');
    const ours: readonly string[] = ['bot_id', ...BOT_ATTRIBUTES];
    expect(Object.keys(row).filter(name => !ours.includes(name))).toEqual([]);
    expect(row.changed_by).toMatch(/, process \d+$/);
  });

  test('repeats the clean stop when the first one is lost', async () => {
    let isLost = false;
    const lossy = await startProxy(rig.urls.tables, ({ body }) => {
      if (isLost || !body.includes('the day is over')) return undefined;
      isLost = true;
      return { status: 500, type: 'InternalServerError' };
    });
    const bot = rig.run('starting_twice', 'lost-stop', { AWS_ENDPOINT_URL_DYNAMODB: lossy.url });
    await bot.says('started');
    bot.goOn();
    expect(await bot.says('stopped')).toBe('disarmed');
    expect([lossy.refused(), (await rig.row('lost-stop')).watch_state]).toEqual([1, 'disarmed']);
    bot.child.kill('SIGKILL');
    await bot.ended;
    await lossy.close();
  });

  test('is notified once that it was liquidated, and continues when an operator has re-armed it', async ({
    expect,
  }) => {
    const bot = rig.run('tripped', 'tripped', { FLATLINE_LIQUIDATOR: 'flatline-testnet-desk2-liquidator:tripped' });
    await bot.says('started');
    await set('tripped', 'tripped');
    await bot.says('may_trade');
    const refused = (await rig.row('tripped')).refused_beat_at_ms;
    expect(refused).toBeGreaterThan(rig.clock.nowMs() - 10_000);
    // Two more beats ask, and are refused.
    await expect
      .poll(async () => Number((await rig.row('tripped')).refused_beat_at_ms) - Number(refused))
      .toBeGreaterThan(1_500);
    await set('tripped', 'armed');
    const { said, stderr, code } = await bot.ended;
    expect(said).toEqual(
      expect.arrayContaining([
        { started: 'armed' },
        { tripped: ID },
        { may_trade: false, reason: 'tripped' },
        { may_trade_again: true },
      ]),
    );
    expect(said).toHaveLength(4);
    expect(code).toBe(0);
    expect(stderr.match(/TRIPPED: .*/g)).toEqual([
      `TRIPPED: this bot was liquidated (${ID}) and must not trade. Check the account, then: flatline rearm --bot tripped --env testnet --name desk2`,
    ]);
    expect(stderr).toContain('on_tripped failed (RuntimeError).');
  });

  test('that starts although it is tripped is notified at once', async () => {
    await set('tripped-before', 'tripped');
    const bot = rig.run('tripped', 'tripped-before');
    expect(await bot.says('started')).toBe('tripped');
    expect(await bot.says('tripped')).toBe(ID);
    bot.child.kill('SIGKILL');
  });

  test('sends heartbeats with the time of AWS, and signs with it, however wrong its own clock', async ({ expect }) => {
    const strict = await startProxy(rig.urls.tables, asked =>
      isSignedOutOfTime(asked) ? { status: 400, type: 'InvalidSignatureException' } : undefined,
    );
    const bot = rig.run('wrong_clock', 'wrong-clock', { AWS_ENDPOINT_URL_DYNAMODB: strict.url });
    const isRight = (instant: unknown): boolean => Math.abs(Number(instant) - rig.clock.nowMs()) < HOUR_MS;
    await expect.poll(async () => isRight((await rig.row('wrong-clock')).last_beat_at_ms)).toBe(true);
    bot.goOn();
    const { said, stderr } = await bot.ended;
    expect(said).toEqual([{ started: 'armed' }, { stopped: 'disarmed' }]);
    // The first was refused, and taught the time.
    expect(strict.refused()).toBe(1);
    const row = await rig.row('wrong-clock');
    expect([row.last_beat_at_ms, row.changed_at_ms].map(isRight)).toEqual([true, true]);
    expect(stderr).toMatch(/This machine's clock is wrong by 1(79|80)\d\d s; AWS's time is used\./);
    await strict.close();
  });

  test('falls silent while it proves no work, and sends heartbeats again when it does', async ({ expect }) => {
    const beats = async (botId: string): Promise<number> => Number((await rig.row(botId)).beats ?? 0);
    const bot = rig.run('stale', 'stale');
    await expect.poll(() => beats('stale')).toBeGreaterThanOrEqual(4);
    bot.goOn();
    await bot.logs(
      /alive\(\) was not called for 2 s: no more heartbeats until it is\. Without a call, the watchdog liquidates 120 s after/,
    );
    // Another one that beats as often shows that time goes on: first until the last proof is old, then for some beats.
    const second = rig.run('beating', 'second');
    await bot.says('hangs');
    const atHang = await beats('second');
    await expect.poll(() => beats('second')).toBeGreaterThanOrEqual(atHang + 4);
    const silent = await beats('stale');
    await expect.poll(() => beats('second')).toBeGreaterThanOrEqual(atHang + 7);
    second.child.kill('SIGKILL');
    expect(await beats('stale')).toBe(silent);
    bot.goOn();
    await bot.says('works_again');
    await expect.poll(() => beats('stale')).toBeGreaterThan(silent);
    bot.child.kill('SIGKILL');
    await bot.ended;
  });

  test('keeps running without AWS, reports it once, and neither raises nor hangs', async () => {
    const env = { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE, AWS_ENDPOINT_URL_LAMBDA: NOWHERE };
    const bot = rig.run('unreached', 'unreached', env);
    await bot.logs(/No heartbeat was stored for/);
    bot.goOn();
    const { said, code, stderr } = await bot.ended;
    expect(said).toMatchObject([{ started: 'unknown', may_trade: false }, { stopped: 'unknown' }]);
    // Nothing but a hang takes so long: a second for the start, some for the clean stop.
    for (const { seconds } of said) expect(seconds).toBeLessThan(60);
    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'flatline unreached: A heartbeat was not stored: AWS cannot be reached (EndpointConnectionError); check the network and the region. It is repeated.',
      expect.stringMatching(
        /^flatline unreached: No heartbeat was stored for \d+ s: AWS cannot be reached .* An armed bot is liquidated 120 s after its last heartbeat\.$/,
      ),
      'flatline unreached: The disarm was not stored (AWS cannot be reached (EndpointConnectionError); check the network and the region): the watchdog liquidates unless an operator runs: flatline disarm --bot unreached',
    ]);
  });
});

/** As AWS does: "Signature expired" for a clock that is more than five minutes off. */
function isSignedOutOfTime({ headers }: Asked): boolean {
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(String(headers['x-amz-date'])) ?? [];
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`;
  return !(Math.abs(Date.parse(iso) - Date.now()) < 300_000);
}
