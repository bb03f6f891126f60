/** `flatline drill --serve` as a process: the file that --local reads, what it shows of the exchange, how it ends. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { widthOf } from '../../bin/terminal/layout.ts';
import { createFlatline } from '../../client/typescript/flatline-client.ts';
import { startFlatline, unasked } from './served-cloud.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('drill serve keeps a cloud running that --local reaches, shows what happens there, and leaves nothing behind', async () => {
  const file = join(folder, 'local.json');
  const env = { FLATLINE_LOCAL_FILE: file, TMPDIR: folder };
  const serving = startFlatline(['drill', '--serve', '--positions', '1', '--rtt', '2'], { env });
  const welcome = await serving.shows(/Events at the exchange:/);
  expect(existsSync(file)).toBe(true);

  expect(welcome).toMatch(/^ {2}flatline preflight --local /m);
  expect(welcome).not.toContain('npm run');

  const second = await startFlatline(['drill', '--serve'], { env }).ended;
  expect(second.code).toBe(4);
  expect(second.stderr).toMatch(/^drill: A local cloud is running already \(process \d+\): use it, or stop it\.\n$/);

  const tested = await startFlatline(['status', '--local', '--json'], { env }).ended;
  expect(JSON.parse(tested.stdout).wrong).toEqual(['no bot is watched: none has reported yet']);

  for (const [, name = '', value = ''] of welcome.matchAll(/([A-Z_]+)=(\S+)/g)) vi.stubEnv(name, value);
  const bot = createFlatline({ botId: process.env.FLATLINE_BOT_ID ?? '', onEvent: () => undefined });
  expect(await bot.start()).toMatchObject({ kind: 'taken' });
  expect(await bot.stop({ reason: 'a test' })).toMatchObject({ kind: 'done' });
  vi.unstubAllEnvs();

  const made = await startFlatline(['ping-url', '--local', '--json'], { env }).ended;
  const { url } = JSON.parse(made.stdout);
  for (const word of ['/start', '']) expect((await fetch(`${url}${word}`)).status, word).toBe(200);
  const { stdout: bots } = await startFlatline(['bots', '--local', '--json'], { env }).ended;
  expect(JSON.parse(bots).bots).toMatchObject([{ bot_id: 'default', condition: 'alive' }]);
  expect((await fetch(`${url}/0`)).status).toBe(200);

  const liquidated = await startFlatline(['liquidate', '--local', '--yes', '--json'], { env }).ended;
  expect(JSON.parse(liquidated.stdout)).toMatchObject({ outcome: 'flat', answer: { positions_closed: 1 } });
  await serving.shows(
    /call "manual", liq_[\s\S]*attempt 1 starts[\s\S]*BTCUSDT SELL 0\.500 to close[\s\S]*answered after .*: FLAT/,
  );

  serving.child.kill('SIGINT');
  const ended = await serving.ended;
  const { code, stdout } = ended;
  expect([code, unasked(ended)]).toEqual([0, '']);
  expect(stdout).toMatch(/^The local cloud is up\./);
  expect(stdout).toMatch(/The local cloud has stopped\.\n$/);
  expect(stdout.split('\n').filter(line => widthOf(line) > 80)).toEqual([]);
  expect(existsSync(file)).toBe(false);
});

test('a signal during the start of drill serve ends it, and leaves nothing behind', async () => {
  const starts = mkdtempSync(join(folder, 'starts-'));
  const env = { FLATLINE_LOCAL_FILE: join(starts, 'local.json'), TMPDIR: starts };
  // So slow that the preflight is still running.
  const serving = startFlatline(['drill', '--serve', '--rtt', '2000'], { env });
  await serving.shows(/running the preflight of each bot/);
  serving.child.kill('SIGTERM');
  const { code, stdout, stderr } = await serving.ended;
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toContain('drill: interrupted before the local cloud was up.');
  expect(readdirSync(starts)).toEqual([]);
});

test('drill serve refuses a wrong argument as the drill does', async () => {
  const { code, stdout, stderr } = await startFlatline(['drill', '--serve', '--positions', '0']).ended;
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/--positions <n>' argument '0' is invalid\. It must be a whole number from 1 to 300/);
});
