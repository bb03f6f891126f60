/** The examples for Python bots, driven by stand-ins for the frameworks, against the local cloud. */

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TABLE_NAMES } from '../../simulator/cloud/tables.ts';
import { EXAMPLES, missing, NOWHERE, PYTHON, type Rig, startRig } from './rig.ts';

const BOTS = [
  'plain',
  'unwatched',
  'locked',
  'freqtrade',
  'backtest',
  'hummingbot',
  'nautilus',
  'nautilus-fault',
] as const;
type BotId = (typeof BOTS)[number];

describe.skipIf(missing !== undefined).concurrent('the examples', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig(BOTS, { liquidates: true });
    for (const botId of BOTS) rig.account(botId).open('BTCUSDT', '0.500');
  });
  afterAll(() => rig?.close());

  const stand = async (botId: BotId) => [
    rig.account(botId).truth().positions.length,
    (await rig.row(botId)).watch_state,
    rig.calls(botId).map(call => ('trigger' in call ? call.trigger : undefined)),
  ];

  test('compile, and import nothing that is not installed here', () => {
    const files = readdirSync(EXAMPLES).filter(name => name.endsWith('.py'));
    expect(files).toHaveLength(4);
    const source = 'import sys; [compile(open(name).read(), name, "exec") for name in sys.argv[1:]]';
    execFileSync(PYTHON, ['-c', source, ...files.map(name => join(EXAMPLES, name))]);
  });

  test('a plain bot trades, and is flat when it is ended', async () => {
    const bot = rig.run('hosts plain', 'plain');
    await bot.says('traded');
    bot.child.kill('SIGTERM');
    expect(await bot.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(await stand('plain')).toEqual([0, 'disarmed', ['SIGTERM']]);
  });

  test('a bot that is not watched does not trade, and liquidates nothing', async () => {
    const env = { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE, PLAIN_START_SECONDS: '3' };
    const { said, code, stderr } = await rig.run('hosts plain', 'unwatched', env).ended;
    expect([said, code]).toEqual([[], 1]);
    expect(stderr).toContain('not watched, so not trading: No heartbeat of this run has been stored yet.');
    expect(await stand('unwatched')).toEqual([1, undefined, []]);
  });

  test('a bot that is still tripped does not trade, and liquidates nothing', async () => {
    const Item = { bot_id: { S: 'locked' }, watch_state: { S: 'tripped' }, correlation_id: { S: 'liq_x' } };
    await rig.cloud.tables.client.send(new PutItemCommand({ TableName: TABLE_NAMES.bots, Item }));
    const { said, code, stderr } = await rig.run('hosts plain', 'locked', { PLAIN_START_SECONDS: '3' }).ended;
    expect([said, code]).toEqual([[], 1]);
    expect(stderr).toContain('not watched, so not trading: The bot was liquidated');
    expect(await stand('locked')).toEqual([1, 'tripped', []]);
  });

  test('a bot of an ID that no configuration knows does not trade, and liquidates nothing', async () => {
    const { said, code, stderr } = await rig.run('hosts plain', 'stranger').ended;
    expect([said, code]).toEqual([[], 1]);
    expect(stderr).toContain('NOT WATCHED: the liquidator refuses stranger. bot_id ');
    expect(stderr).toContain('not watched, so not trading: The deployed configuration does not know this bot ID');
    expect(rig.calls('stranger').filter(call => 'trigger' in call)).toEqual([]);
  });

  test('freqtrade: one client however often the strategy is loaded; flat before freqtrade’s own handler', async () => {
    const bot = rig.run('hosts freqtrade', 'freqtrade');
    await bot.says('looping');
    bot.child.kill('SIGTERM');
    const { said, code, stderr } = await bot.ended;
    expect(said).toEqual([
      { loaded: true },
      { loaded: true },
      { entry: true, looping: true },
      { interrupted: 'disarmed' },
    ]);
    expect(code).toBe(0);
    expect(stderr).not.toContain('Another process');
    expect(await stand('freqtrade')).toEqual([0, 'disarmed', ['SIGTERM']]);
  });

  test('freqtrade: a backtest neither sends heartbeats nor liquidates', async () => {
    expect(await rig.run('hosts backtest', 'backtest').ended).toMatchObject({ code: 0, stderr: '' });
    expect(await stand('backtest')).toEqual([1, undefined, []]);
  });

  test('hummingbot: armed by the first tick, flat and disarmed by stop', async () => {
    const { said } = await rig.run('hosts hummingbot', 'hummingbot').ended;
    expect(said).toEqual([{ state: 'armed' }, { base_stopped: true }, { state: 'disarmed' }]);
    expect(await stand('hummingbot')).toEqual([0, 'disarmed', ['shutdown']]);
  });

  test('nautilus: armed at the start, flat and disarmed at the stop', async () => {
    const { said } = await rig.run('hosts nautilus', 'nautilus').ended;
    expect(said).toEqual([{ timer: 'flatline', seconds: 5 }, { cancelled: 'flatline' }, { state: 'disarmed' }]);
    expect(await stand('nautilus')).toEqual([0, 'disarmed', ['shutdown']]);
  });

  test('nautilus: a fault liquidates, and has the watchdog lock the bot out', async () => {
    await rig.run('hosts nautilus fault', 'nautilus-fault').ended;
    expect(await stand('nautilus-fault')).toEqual([0, 'armed', ['error']]);
    expect(await rig.row('nautilus-fault')).toMatchObject({ failed_reason: 'the component is faulted' });
  });
});
