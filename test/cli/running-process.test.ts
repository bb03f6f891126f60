/** Whether a process runs: defunct ones, IDs that were used again, names that look like a process state. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import {
  identify,
  isGroupRunning,
  isRunning,
  PROC,
  type ProcessTable,
  PS,
  parseStat,
} from '../../bin/connect/running-process.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of started.splice(0))
    if (pid !== undefined && isGroupRunning({ pid })) process.kill(-pid, 'SIGKILL');
});

/** In a group of its own, which ends with the test. Resolves with its first line. */
async function startGroup(
  file: string,
  args: readonly string[],
): Promise<{ readonly pid: number; readonly line: string }> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  started.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.once('line', resolve).once('close', () => reject(new Error(`${file} printed nothing`)));
  });
  return { pid: child.pid ?? Number.NaN, line };
}

const byPs = (column: 'state' | 'comm', pid: number): string =>
  execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)])
    .toString()
    .trim();

/** A process that has ended and is never reaped: its parent became a program that does not wait for it. */
async function startDefunct(starter = ''): Promise<{ readonly pid: number; readonly parent: number }> {
  const { pid: parent, line } = await startGroup('sh', ['-c', `${starter} sleep 600 & echo $!; exec sleep 600`]);
  const pid = Number(line);
  await expect.poll(() => [byPs('comm', parent), byPs('comm', pid)]).toEqual(['sleep', 'sleep']);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => byPs('state', pid)).toMatch(/^Z/);
  return { pid, parent };
}

const TABLES: readonly (readonly [string, ProcessTable])[] = [
  ...(existsSync('/proc/self/stat') ? ([['/proc', PROC]] as const) : []),
  ['ps', PS],
];

describe.each(TABLES)('by %s', (_name, table) => {
  test('this process runs, one that has ended and was reaped does not', () => {
    expect(isRunning(identify(process.pid, table), table)).toBe(true);
    expect(isRunning({ pid: spawnSync('true').pid }, table)).toBe(false);
  });

  test('a defunct process does not run, although it takes signals', async () => {
    const { pid, parent } = await startDefunct();
    expect(process.kill(pid, 0)).toBe(true);
    expect(isRunning({ pid }, table)).toBe(false);
    expect(isRunning(identify(pid, table), table)).toBe(false);
    expect(isRunning(identify(parent, table), table)).toBe(true);
  });

  test('a stopped process runs', async () => {
    const { pid } = await startGroup('sh', ['-c', 'echo up; exec sleep 600']);
    process.kill(pid, 'SIGSTOP');
    await expect.poll(() => byPs('state', pid)).toMatch(/^T/);
    expect(isRunning(identify(pid, table), table)).toBe(true);
  });

  test('a process whose ID came back is another one', () => {
    expect(isRunning({ pid: process.pid, started: 'long ago' }, table)).toBe(false);
    expect(isGroupRunning({ pid: process.pid, started: 'long ago' }, table)).toBe(false);
  });

  test('a group runs as long as one of its members does, also after its leader has ended', async () => {
    const { pid, line } = await startGroup('sh', ['-c', 'sleep 600 & echo $!']);
    await expect.poll(() => isRunning({ pid }, table)).toBe(false);
    expect(isGroupRunning({ pid }, table)).toBe(true);
    process.kill(Number(line), 'SIGKILL');
    await expect.poll(() => isGroupRunning({ pid }, table)).toBe(false);
  });

  test.runIf(process.platform === 'linux')(
    'a group of which only defunct processes are left does not run',
    async () => {
      const { pid } = await startDefunct('setsid');
      expect(process.kill(-pid, 0)).toBe(true);
      expect(isGroupRunning({ pid }, table)).toBe(false);
      expect(isGroupRunning(identify(pid, table), table)).toBe(false);
    },
  );
});

test.each([0, -1, Number.NaN, 1.5])('%d is the ID of no process', pid => {
  expect(isRunning({ pid })).toBe(false);
});

test('without any table signal 0 decides', () => {
  const none: ProcessTable = { read: () => undefined, all: () => undefined };
  expect(isRunning({ pid: process.pid }, none)).toBe(true);
  expect(isRunning({ pid: spawnSync('true').pid }, none)).toBe(false);
});

describe('the line of /proc', () => {
  const rest = '1 77 1 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 4711 12 13';
  test.each([
    ['a plain name', `9 (sleep) S ${rest}`, { ended: false, parent: 1, group: 77, started: '4711' }],
    ['one that has ended', `9 (sleep) Z ${rest}`, { ended: true, parent: 1, group: 77, started: '4711' }],
    ['one that is being removed', `9 (sleep) X ${rest}`, { ended: true, parent: 1, group: 77, started: '4711' }],
    [
      'a name that looks like a state',
      `9 (a) Z 1 2 (b) R ${rest}`,
      { ended: false, parent: 1, group: 77, started: '4711' },
    ],
    ['a name with a line break', `9 (a)\n) Z ${rest}`, { ended: true, parent: 1, group: 77, started: '4711' }],
    ['nothing', '', undefined],
  ])('%s', (_name, line, expected) => {
    expect(parseStat(line)).toEqual(expected);
  });
});

describe.runIf(process.platform === 'linux')('on Linux', () => {
  test('a process that names itself like a defunct one runs', async () => {
    const { pid } = await startGroup(process.execPath, [
      '-e',
      `process.title = 'a) Z 1 (b'; console.log('up'); setInterval(() => {}, 2 ** 30)`,
    ]);
    expect(isRunning(identify(pid))).toBe(true);
  });

  test('a process whose first thread has ended runs as long as another thread does', async () => {
    const { pid } = await startGroup(process.env.PYTHON ?? 'python3', ['-c', ENDS_ITS_FIRST_THREAD]);
    await expect.poll(() => byPs('state', pid)).toMatch(/^Z/);
    expect(isRunning(identify(pid))).toBe(true);
  });
});

/** The system call exit ends one thread, where the function exit would end the process. */
const ENDS_ITS_FIRST_THREAD = `
import ctypes, platform, threading, time
threading.Thread(target=lambda: time.sleep(600)).start()
print('up', flush=True)
ctypes.CDLL(None).syscall(93 if platform.machine() in ('aarch64', 'riscv64') else 60, 0)
`;
