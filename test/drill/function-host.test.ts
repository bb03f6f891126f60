/** The function host does to a function what Lambda does: tried with small functions written for it. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type FunctionHost, hostFunction } from '../../simulator/cloud/function-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'flatline-host-test-'));
const hosts: FunctionHost[] = [];

function host(
  body: string,
  options: {
    readonly timeoutMs?: number;
    readonly mostEnvironments?: number;
    readonly env?: Record<string, string>;
  } = {},
): FunctionHost {
  const bundlePath = join(folder, `${hosts.length}.mjs`);
  writeFileSync(bundlePath, body);
  const started = hostFunction({ bundlePath, name: 'tried', env: {}, timeoutMs: 10_000, memoryMb: 128, ...options });
  hosts.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(hosts.map(one => one.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Longer than any host lets a function run. */
const FOREVER_MS = 600_000;

const ECHO = `
  let calls = 0;
  export async function handler(event, context) {
    calls += 1;
    console.log('call ' + calls);
    if (event.waitMs) await new Promise(done => setTimeout(done, event.waitMs));
    return { event, calls, name: context.functionName, left: context.getRemainingTimeInMillis() };
  }`;

test('X4: the home of a function process is the folder of its bundle, not /tmp, where another user may have put profiles for the SDK', async () => {
  const { invoke } = host('export const handler = async () => process.env.HOME;');
  expect(await invoke({})).toMatchObject({ kind: 'answered', payload: folder });
});

test('the first call is cold, the next one finds the same environment warm', async () => {
  const { invoke } = host(ECHO);
  const first = await invoke({ n: 1 });
  expect(first).toMatchObject({ kind: 'answered', cold: true, payload: { event: { n: 1 }, calls: 1, name: 'tried' } });
  expect(await invoke({ n: 2 })).toMatchObject({ kind: 'answered', cold: false, payload: { calls: 2 } });
});

test.runIf(process.platform === 'linux')(
  'the peak of memory of a function process is its own, not that of the process that started it',
  async () => {
    const ours = Buffer.alloc(256 * 1_024 * 1_024, 1);
    const result = await host(ECHO).invoke({});
    expect(result.kind === 'answered' && result.maxRssKb).toBeGreaterThan(10 * 1_024);
    expect(result.kind === 'answered' && result.maxRssKb).toBeLessThan(ours.length / 1_024);
  },
);

test('a call that comes while the first is busy gets an environment of its own', async () => {
  const { invoke } = host(ECHO);
  const both = await Promise.all([invoke({}), invoke({})]);
  expect(both).toMatchObject([
    { cold: true, payload: { calls: 1 } },
    { cold: true, payload: { calls: 1 } },
  ]);
});

test('beyond its concurrency calls wait in line, also for the environment that follows one that died', async () => {
  const { invoke } = host(
    `export async function handler({ n, dies }) {
      if (dies) process.exit(1);
      return n;
    }`,
    { mostEnvironments: 1 },
  );
  const results = await Promise.all([invoke({ n: 1 }), invoke({ dies: true }), invoke({ n: 3 }), invoke({ n: 4 })]);
  expect(results).toMatchObject([
    { payload: 1, cold: true },
    { kind: 'died' },
    { payload: 3, cold: true },
    { payload: 4, cold: false },
  ]);
});

test('who waits in line when the host is closed has an end, too', async () => {
  const slow = host(ECHO, { mostEnvironments: 1 });
  const both = Promise.all([slow.invoke({ waitMs: 60_000 }), slow.invoke({})]);
  await slow.close();
  expect(await both).toMatchObject([{ kind: 'died' }, { kind: 'died' }]);
});

test('the log of a call is complete when its answer is given out', async () => {
  const chatty = host(`export async function handler() {
    for (let line = 0; line < 2000; line += 1) console.log('line ' + line);
    console.error('the last one');
    return 'done';
  }`);
  await chatty.invoke({});
  expect(chatty.logs.filter(line => line.startsWith('line '))).toHaveLength(2_000);
  await chatty.invoke({});
  expect(chatty.logs.filter(line => line.startsWith('line '))).toHaveLength(4_000);
});

test('between calls nothing runs: the process is stopped, and continues with the next call', async () => {
  const { invoke } = host('export async function handler() { return process.pid; }');
  const first = await invoke({});
  const pid = first.kind === 'answered' ? String(first.payload) : '';
  await expect.poll(() => execFileSync('ps', ['-o', 'stat=', '-p', pid]).toString()).toMatch(/^T/);
  expect(await invoke({})).toMatchObject({ kind: 'answered', payload: Number(pid), cold: false });
});

test('a function process is killed at its timeout, and the next call is cold again', async () => {
  // Long enough for a call that does not wait, however busy the machine.
  const { invoke } = host(ECHO, { timeoutMs: 3_000 });
  expect(await invoke({ waitMs: FOREVER_MS })).toEqual({ kind: 'timed-out' });
  expect(await invoke({})).toMatchObject({ kind: 'answered', cold: true, payload: { calls: 1 } });
});

test('a function process that is killed in the middle gives its call no answer, and the next call is cold', async () => {
  const killed = host(ECHO);
  const running = killed.invoke({ waitMs: FOREVER_MS });
  await expect.poll(() => killed.logs, { interval: 2 }).toContain('call 1');
  killed.kill();
  const next = killed.invoke({});
  expect(await running).toEqual({ kind: 'died', signal: 'SIGKILL' });
  expect(await next).toMatchObject({ kind: 'answered', cold: true, payload: { calls: 1 } });
});

test('an exception is an error with its name and message; the environment lives on', async () => {
  const { invoke } = host(`let calls = 0; export async function handler() {
    calls += 1;
    if (calls === 1) throw new RangeError('out of it');
    return calls;
  }`);
  expect(await invoke({})).toMatchObject({ kind: 'error', errorType: 'RangeError', errorMessage: 'out of it' });
  expect(await invoke({})).toMatchObject({ kind: 'answered', payload: 2, cold: false });
});

test.each([
  [
    'a promise that is rejected unseen',
    `export async function handler() { Promise.reject(new Error('unseen')); await new Promise(() => setTimeout(() => {}, ${FOREVER_MS})); }`,
  ],
  ['a module that cannot be loaded', `throw new Error('no such thing')`],
  ['a handler with a callback', `export function handler(event, context, callback) { callback(null, 1); }`],
])('%s ends the function process', async (_name, body) => {
  const { invoke, logs } = host(body);
  expect(await invoke({})).toMatchObject({ kind: 'died' });
  expect(logs.join('\n')).toMatch(/unseen|no such thing|exports no async handler/);
});

test('a function sees what Lambda sets and what it was given, and nothing of this shell', async () => {
  const { invoke } = host('export async function handler() { return process.env; }', { env: { OWN: 'value' } });
  const result = await invoke({});
  const env = result.kind === 'answered' ? (result.payload as Record<string, string>) : {};
  expect(env).toMatchObject({ OWN: 'value', AWS_LAMBDA_FUNCTION_NAME: 'tried', TZ: 'UTC' });
  expect(env.PATH).toBeUndefined();
  expect(env.HOME).not.toBe(process.env.HOME);
});
