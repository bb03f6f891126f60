/** A function gets no more of a CPU than its memory buys at AWS, whichever way it is counted. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { type CpuShare, cpuShareOf, limitCpu } from '../../simulator/cloud/cpu-share.ts';

/** Works for `workMs` of processor time at each line, and says how long that took. */
const WORKER = `
const { createInterface } = require('node:readline');
createInterface({ input: process.stdin }).on('line', workMs => {
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  const usedMs = () => { const { user, system } = process.cpuUsage(before); return (user + system) / 1000; };
  while (usedMs() < Number(workMs));
  console.log(performance.now() - startedAtMs);
});
console.log('ready');`;

const WORK_MS = 150;
const children: ChildProcess[] = [];
const shares: CpuShare[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  for (const share of shares.splice(0)) share.release();
});

async function work(memoryMb: number, how: 'best' | 'counted') {
  const child = spawn(process.execPath, ['-e', WORKER], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const share = limitCpu(child.pid ?? 0, memoryMb, how);
  shares.push(share);
  child.stdin.write(`${WORK_MS}\n`);
  const { value } = await lines.next();
  return { tookMs: Number(value), counting: share.counting };
}

describe.runIf(process.platform === 'linux').each(['best', 'counted'] as const)('the %s way', how => {
  // A quota may be overdrawn by what is used until the next read, and is paid back; the first period's is there at once.
  test.each([256, 512, 1_024])('%i MB', async memoryMb => {
    const { tookMs, counting } = await work(memoryMb, how);
    expect(counting).not.toBe('none');
    expect(tookMs).toBeGreaterThan(((WORK_MS - 20) / cpuShareOf(memoryMb)) * 0.85);
  });
});

test('1,769 MB have a whole CPU', () => {
  expect([cpuShareOf(1_769), cpuShareOf(512).toFixed(2)]).toEqual([1, '0.29']);
});
