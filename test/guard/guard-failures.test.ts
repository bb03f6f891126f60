/** The guard on a bad day: bots that hang, no network, two guards, a guard that is killed, a bot that is tripped. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning } from '../../bin/connect/running-process.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { toItem } from '../../lambda/adapters/dynamo/attributes.ts';
import { disarm } from '../../lambda/app/operator/operator-commands.ts';
import { WATCHDOG_ROW } from '../../lambda/bot-row.ts';
import { unasked } from '../cli/served-cloud.ts';
import { fail } from '../support/bot-actions.ts';
import { openCuttableConnection } from '../support/cuttable-connection.ts';
import { type GuardRig, startGuardRig, TOY } from './guard-rig.ts';

const clock = startClock();

const BOTS = ['hangs', 'port', 'offline', 'twice', 'orphan', 'tripped', 'locked', 'by-hand'] as const;
let rig: GuardRig<(typeof BOTS)[number]>;

beforeAll(async () => {
  rig = await startGuardRig(BOTS);
});
afterAll(() => rig.close());

describe.concurrent('proof of work', () => {
  test('a bot that hangs gets no more heartbeats, and is killed if asked', async () => {
    const file = join(rig.served.folder, 'alive');
    const args = ['--alive-file', file, '--alive-within', '1s', '--on-hang', 'kill', '--hung-after', '2s', '--json'];
    const env = { TOY_CYCLE_MS: '200', TOY_HANG_AFTER: '8' };
    const one = await rig.guard('hangs', [...args, '--', process.execPath, TOY], { env });
    expect(one.code, one.stderr).toBe(124);
    const lines = unasked(one)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const kinds = lines.map(({ kind }) => kind);
    expect(kinds.slice(kinds.indexOf('hung'))).toEqual([
      'hung',
      'stopping-hung',
      'stopping',
      'ended',
      'liquidating',
      'liquidated',
      'stopped',
    ]);
    expect(lines[0]).toEqual({ at: expect.any(String), bot_id: 'hangs', kind: 'liveness', text: expect.any(String) });
    expect([rig.openPositions('hangs'), rig.triggersOf('hangs')]).toEqual([0, ['error']]);
  });

  test('a bot that calls the port does not count as hung', async ({ expect }) => {
    // Longer than a busy machine keeps a bot from its turn, and shorter than the beats that are waited for.
    const args = ['--alive-port', '0', '--alive-within', '4s', '--heartbeat', '1s', '--on-exit', 'never'];
    const one = rig.start('port', [...args, '--', process.execPath, TOY], { env: { TOY_CYCLE_MS: '200' } });
    await one.shows(/toy bot: trading/);
    await expect.poll(async () => (await rig.rowOf('port'))?.beats).toBeGreaterThan(6);
    one.child.kill('SIGTERM');
    const { code, stderr } = await one.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/while the bot calls http:\/\/127\.0\.0\.1:\d+\//);
    expect(stderr).not.toContain('has not shown');
  });
});

describe.concurrent('faults', () => {
  test('the network goes: the bot runs on; at its end the watch stays armed, and 120 says not flat', async () => {
    const [tables, lambda] = await Promise.all([
      openCuttableConnection(rig.served.file.dynamoUrl),
      openCuttableConnection(rig.served.file.lambdaUrl),
    ]);
    const names = ['--bots-table', 'bots', '--liquidator', rig.served.file.liquidatorName, '--heartbeat', '1s'];
    const one = rig.served.start(
      ['guard', '--bot', 'offline', ...names, '--until-flat', '1s', '--', process.execPath, TOY],
      {
        env: {
          ...rig.served.deployed,
          ...{ XDG_RUNTIME_DIR: rig.served.folder, FLATLINE_LOCAL_FILE: '/nonexistent' },
          ...{ AWS_ENDPOINT_URL_DYNAMODB: tables.url, AWS_ENDPOINT_URL_LAMBDA: lambda.url },
        },
      },
    );
    await one.shows(/toy bot: trading/);
    tables.cut();
    lambda.cut();
    await one.shows(/Could not store a heartbeat of offline/);
    const running = /runs as process (\d+)/.exec(await one.shows(/runs as process/))?.[1];
    expect(isRunning({ pid: Number(running) })).toBe(true);
    one.child.kill('SIGTERM');
    const { code, stderr } = await one.ended;
    expect(code, stderr).toBe(120);
    expect(stderr).toMatch(/guard: NOT FLAT: AWS could not be reached\. .*\nguard: The watch of offline stays armed/);
    expect(rig.openPositions('offline')).toBe(1);
    expect(await rig.rowOf('offline')).toMatchObject({ watch_state: 'armed' });
    // No tick of another test shall wait for its deadline.
    await disarm(rig.store, { botId: 'offline', atMs: clock.nowMs(), by: 'test' }, 5_000);
  });

  test('started twice: the second refuses, by the lock or, elsewhere, by the heartbeats; the first lives on', async () => {
    const first = rig.start('twice', ['--on-exit', 'never', '--', process.execPath, TOY]);
    await first.shows(/toy bot: trading/);
    const elsewhere = join(rig.served.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const [here, there] = await Promise.all([
      rig.guard('twice', ['--', 'echo', 'must not run']),
      rig.guard('twice', ['--', 'echo', 'must not run'], { env: { XDG_RUNTIME_DIR: elsewhere } }),
    ]);
    expect([here.code, there.code], there.stderr).toEqual([122, 122]);
    expect(here.stderr).toContain(`Another guard watches twice on this machine: process ${first.child.pid}`);
    expect(there.stderr).toContain(
      'Another process sends heartbeats for twice, perhaps on another machine. Stop it first',
    );
    expect(here.stdout + there.stdout).toBe('');
    expect(await rig.rowOf('twice')).toMatchObject({ watch_state: 'armed' });
    expect(rig.openPositions('twice')).toBe(1);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });

  test('liquidated by the watchdog while it runs: the bot is stopped; the next start is refused', async () => {
    const one = rig.start('tripped', ['--', process.execPath, TOY]);
    await one.shows(/toy bot: trading/);
    await fail(rig.store, { botId: 'tripped', atMs: clock.nowMs(), by: 'test', reason: 'test' }, 5_000);
    await rig.served.tick();
    const { code, stderr } = await one.ended;
    expect(code, stderr).toBe(121);
    expect(stderr).toMatch(
      /tripped is tripped: its account was liquidated \(liq_\w+\) and it must not trade[\s\S]*SIGTERM sent to the bot/,
    );
    expect(await rig.rowOf('tripped')).toMatchObject({ watch_state: 'tripped' });
    expect(rig.openPositions('tripped')).toBe(0);
    const again = await rig.guard('tripped', ['--', 'echo', 'must not run']);
    expect([again.code, again.stdout]).toEqual([121, '']);
    expect(again.stderr).toContain('guard: tripped is tripped: it was liquidated, so the bot is not started.');
    expect(again.stderr).toContain('flatline rearm --bot tripped --local.');
  });

  test('disarmed by an operator while it runs: reported, and no heartbeat arms it again', async ({ expect }) => {
    const one = rig.start('by-hand', ['--on-exit', 'never', '--', process.execPath, TOY]);
    await one.shows(/toy bot: trading/);
    await disarm(rig.store, { botId: 'by-hand', atMs: clock.nowMs(), by: 'operator' }, 5_000);
    await one.shows(/by-hand was disarmed by hand: it is not watched/);
    const refusedAt = async () => Number((await rig.rowOf('by-hand'))?.refused_beat_at_ms);
    const before = await refusedAt();
    await expect.poll(refusedAt).toBeGreaterThan(before);
    expect(await rig.rowOf('by-hand')).toMatchObject({ watch_state: 'disarmed', changed_by: 'operator' });
    one.child.kill('SIGTERM');
    await one.ended;
  });

  test('the cloud cannot be reached at the start: the bot is not started, exit 123', async () => {
    const names = ['--bots-table', 'bots', '--liquidator', 'x'];
    const gone = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    const env = { ...rig.served.deployed, ...gone, XDG_RUNTIME_DIR: rig.served.folder };
    const one = await rig.served.start(['guard', '--bot', 'locked', ...names, '--', 'echo', 'must not run'], { env })
      .ended;
    expect([one.code, one.stdout], one.stderr).toEqual([123, '']);
    expect(one.stderr).toContain('locked would not be watched, so the bot is not started. Use --start-unwatched');
    const file = join(rig.served.folder, 'alive-locked');
    const bot = ['--alive-file', file, '--', 'sh', '-c', 'touch "$FLATLINE_ALIVE_FILE"; echo it runs'];
    const anyway = ['--start-unwatched', '--until-flat', '1s', ...bot];
    const other = await rig.served.start(['guard', '--bot', 'locked', ...names, ...anyway], { env }).ended;
    expect([other.code, other.stdout], other.stderr).toEqual([120, 'it runs\n']);
    expect(other.stderr).toContain('guard: locked IS NOT WATCHED, and its account is not known to be flat.');
  });
});

/** As if the bot had been silent for minutes, and the watchdog had checked it all the time. */
async function letMinutesPass(bot: (typeof BOTS)[number]): Promise<void> {
  const agoMs = clock.nowMs() - 180_000;
  const put = (row: Parameters<typeof toItem>[0]) =>
    rig.served.cloud.tables.client.send(new PutItemCommand({ TableName: 'bots', Item: toItem(row) }));
  await put({
    bot_id: WATCHDOG_ROW,
    healthy_at_ms: Math.floor(clock.nowMs() - 60_000),
    healthy_since_ms: Math.floor(agoMs - 9e6),
  });
  const beatAtMs = Math.floor(agoMs);
  await put({
    ...(await rig.rowOf(bot)),
    ...{ bot_id: bot, last_beat_at_ms: beatAtMs, beats: 1, next_check_at_ms: beatAtMs },
    ...{ seen_beat: `1@${beatAtMs}`, seen_at_ms: beatAtMs + 1_000, seen_after_ms: beatAtMs - 1_000 },
  });
}

test('the guard itself is SIGKILLed: its row falls silent, and the watchdog liquidates', async () => {
  const one = rig.start('orphan', ['--', process.execPath, TOY]);
  const pid = Number(/runs as process (\d+)/.exec(await one.shows(/trading/))?.[1]);
  one.child.kill('SIGKILL');
  try {
    await expect.poll(() => isRunning({ pid: one.child.pid ?? 0 })).toBe(false);
    const again = await rig.guard('orphan', ['--', 'echo', 'must not run']);
    expect([again.code, again.stdout]).toEqual([122, '']);
    expect(again.stderr).toContain(`its bot still runs: process ${pid}. End it: kill -- -${pid}`);
    await letMinutesPass('orphan');
    await rig.served.tick();
    expect(await rig.rowOf('orphan')).toMatchObject({ watch_state: 'tripped' });
    expect(rig.openPositions('orphan')).toBe(0);
  } finally {
    process.kill(-pid, 'SIGKILL');
  }
});

test('no key and no secret in anything that was printed', () => {
  expect(rig.printed()).toContain('guard: ');
  expect(rig.served.secrets.filter(secret => rig.printed().includes(secret))).toEqual([]);
});
