/** One guard for a bot on a machine, whatever earlier guards have left behind. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { takeLock } from '../../bin/commands/guard/lock-file.ts';
import { identify } from '../../bin/connect/running-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'guard-lock-'));
const env = { XDG_RUNTIME_DIR: folder };
const inFolder = () => readdirSync(join(folder, 'flatline'));
const path = () => join(folder, 'flatline/guard-bots-alpha.json');
afterEach(() => rmSync(join(folder, 'flatline'), { recursive: true, force: true }));

/** A process ID that was in use and is not any more. */
const goneId = () => spawnSync('true').pid;

test('the second is refused with the name of the holder; a released lock is free', () => {
  const first = takeLock('alpha', 'bots', env);
  expect(() => takeLock('alpha', 'bots', env)).toThrow(
    `Another guard watches alpha on this machine: process ${process.pid}`,
  );
  first.release();
  expect(inFolder()).toEqual([]);
  takeLock('alpha', 'bots', env).release();
});

test('another bot, and the same name in another deployment, do not block the lock', () => {
  const locks = [takeLock('alpha', 'bots', env), takeLock('beta', 'bots', env), takeLock('alpha', 'testnet/bots', env)];
  expect(inFolder()).toHaveLength(3);
  for (const lock of locks) lock.release();
});

/** Of processes that have ended and that nobody reaps, as orphans in a container whose PID 1 does not. */
test('a lock of a guard and a bot that are defunct is taken over', async () => {
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; sleep 600 & echo $!; exec sleep 600']);
  try {
    const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
    const pids = [Number((await lines.next()).value), Number((await lines.next()).value)];
    const [guard, bot] = pids.map(pid => identify(pid));
    const column = (name: string, pid?: number): string =>
      execFileSync('ps', ['-o', `${name}=`, '-p', String(pid)])
        .toString()
        .trim();
    await expect.poll(() => column('comm', parent.pid)).toBe('sleep');
    takeLock('alpha', 'bots', env).release();
    writeFileSync(path(), JSON.stringify({ guard, bot }));
    expect(() => takeLock('alpha', 'bots', env)).toThrow(
      `Another guard watches alpha on this machine: process ${pids[0]}`,
    );
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => pids.map(pid => column('state', pid)))
      .toEqual([expect.stringMatching(/^Z/), expect.stringMatching(/^Z/)]);
    expect(process.kill(pids[0] ?? 0, 0)).toBe(true);
    takeLock('alpha', 'bots', env).release();
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a worker that a killed guard and its ended bot have left behind blocks the lock', async () => {
  const bot = spawn('sh', ['-c', 'sleep 600 & echo $!'], { detached: true });
  const { pid = 0 } = bot;
  try {
    await once(bot, 'exit');
    takeLock('alpha', 'bots', env).release();
    writeFileSync(path(), JSON.stringify({ guard: { pid: goneId(), started: '1' }, bot: { pid, started: '1' } }));
    expect(() => takeLock('alpha', 'bots', env)).toThrow(`its bot still runs: process ${pid}. End it: kill -- -${pid}`);
  } finally {
    process.kill(-pid, 'SIGKILL');
  }
});

test.each([
  ['of a process that is gone', () => JSON.stringify({ guard: { pid: goneId(), started: '1' } })],
  ['of a process whose ID came back', () => JSON.stringify({ guard: { pid: process.pid, started: '1' } })],
  ['that says nothing', () => '{'],
])('a lock %s is taken over', (_name, content) => {
  takeLock('alpha', 'bots', env).release();
  writeFileSync(path(), content());
  takeLock('alpha', 'bots', env).release();
  expect(inFolder()).toEqual([]);
});

test('a reader never reads half of it', () => {
  const lock = takeLock('alpha', 'bots', env);
  const opened = openSync(path(), 'r');
  lock.noteBot(process.pid);
  expect(JSON.parse(readFileSync(opened, 'utf8'))).toEqual({ guard: expect.objectContaining({ pid: process.pid }) });
  expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({ bot: { pid: process.pid } });
  expect(inFolder()).toHaveLength(1);
  closeSync(opened);
  lock.release();
});

test('the bot of a killed guard that still runs blocks the lock, and the remedy is printed', () => {
  const bot = spawn('sleep', ['60']);
  try {
    takeLock('alpha', 'bots', env).release();
    writeFileSync(path(), JSON.stringify({ guard: { pid: goneId(), started: '1' }, bot: { pid: bot.pid } }));
    expect(() => takeLock('alpha', 'bots', env)).toThrow(
      `its bot still runs: process ${bot.pid}. End it: kill -- -${bot.pid}`,
    );
  } finally {
    bot.kill('SIGKILL');
  }
});

test('a folder that cannot be written gives a sentence with the remedy', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => takeLock('alpha', 'bots', { XDG_RUNTIME_DIR: join(folder, 'file') })).toThrow(/XDG_RUNTIME_DIR/);
});

test('a folder that is gone by then ends neither the guard nor its bot', () => {
  const lock = takeLock('alpha', 'bots', env);
  rmSync(join(folder, 'flatline'), { recursive: true });
  lock.noteBot(process.pid);
  lock.release();
  takeLock('alpha', 'bots', env).release();
});
