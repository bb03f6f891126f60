/** What a bot leaves behind: processes that run are ended, ones that have ended already are not worth a word or a wait. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type BotProcess, startBot } from '../../bin/commands/guard/bot-process.ts';
import { isGroupRunning, isRunning } from '../../bin/connect/running-process.ts';
import { startClock } from '../../lambda/adapters/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'guard-bot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startScript(script: string): Promise<BotProcess> {
  const start = await startBot(['sh', '-c', script], { ...process.env, FOLDER: folder });
  if (start.kind !== 'running') throw new Error(start.why);
  return start.bot;
}

const written = (name: string): number => Number(readFileSync(join(folder, name), 'utf8'));

test.each<[string, string, readonly string[], number]>([
  ['that does not exist', './no-such-bot', [], 127],
  ['below a file', `${process.execPath}/bot`, [], 126],
  ['that is a folder', folder, [], 126],
  ['without a name', '', [], 126],
  ['whose arguments are longer than the system takes', process.execPath, ['x'.repeat(4_000_000)], 126],
])('a command %s is a bot that was not started, not an unexpected error', async (_which, file, args, exitCode) => {
  expect(await startBot([file, ...args], process.env)).toMatchObject({ kind: 'not-started', exitCode });
});

test('a worker that keeps running is ended, and the guard says so', async () => {
  const bot = await startScript('sleep 600 & echo $! > "$FOLDER/worker"');
  await bot.ended;
  expect(await bot.sweep(startClock())).toBe(true);
  await expect.poll(() => isRunning({ pid: written('worker') })).toBe(false);
});

test('without a process left behind nothing is ended', async () => {
  const bot = await startScript('true');
  await bot.ended;
  expect(await bot.sweep(startClock())).toBe(false);
});

// The worker's parent leaves the group, and does not reap it.
test.runIf(process.platform === 'linux')(
  'a worker that has ended but was not reaped is nothing left behind',
  async () => {
    const parent = 'sleep 600 & echo $! > "$FOLDER/ended"; echo $$ > "$FOLDER/parent"; exec setsid sleep 600';
    const bot = await startScript(`sh -c '${parent}' & while [ ! -s "$FOLDER/parent" ]; do :; done`);
    await bot.ended;
    const [worker, itsParent] = [written('ended'), written('parent')];
    const byPs = (column: string, pid: number): string =>
      execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)])
        .toString()
        .trim();
    try {
      await expect.poll(() => [byPs('comm', itsParent), Number(byPs('pgid', itsParent))]).toEqual(['sleep', itsParent]);
      expect(isGroupRunning({ pid: bot.pid })).toBe(true);
      process.kill(worker, 'SIGKILL');
      await expect.poll(() => byPs('state', worker)).toMatch(/^Z/);
      expect(process.kill(-bot.pid, 0)).toBe(true);
      expect(await bot.sweep(startClock())).toBe(false);
    } finally {
      process.kill(itsParent, 'SIGKILL');
    }
  },
);
