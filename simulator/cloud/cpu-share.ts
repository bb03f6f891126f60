/**
 * A function's share of a CPU. AWS Lambda, "Configure Lambda function memory": it grows with the memory, and 1,769 MB have
 * one vCPU. Like Lambda's own, the share is a quota of processor time in each 20 ms: who has used it up stands still until
 * the next.
 *
 *   Linux, and its cgroup may be written   the kernel counts (cpu.cfs_quota_us, or cpu.max)
 *   Linux otherwise                        counted here: SIGSTOP when the quota is used up, SIGCONT when it is paid back
 *   elsewhere                              the whole machine: how much a process has used is not known
 */

import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type CpuCounting = 'cgroup' | 'counted' | 'none';

export interface CpuShare {
  readonly counting: CpuCounting;
  /** While the function is frozen, neither SIGSTOP nor SIGCONT is sent. */
  freeze(): void;
  thaw(): void;
  release(): void;
}

const VCPU_MB = 1_769;
const PERIOD_MS = 20;
/** The kernel takes no less. */
const QUOTA_MIN_US = 1_000;

export const cpuShareOf = (memoryMb: number): number => memoryMb / VCPU_MB;

/** `how`: for tests; by default the first that works. */
export function limitCpu(pid: number, memoryMb: number, how: 'best' | 'counted' = 'best'): CpuShare {
  const share = cpuShareOf(memoryMb);
  return (how === 'best' ? inCgroup(pid, share) : undefined) ?? counted(pid, share) ?? UNLIMITED;
}

const UNLIMITED: CpuShare = {
  counting: 'none',
  freeze: () => undefined,
  thaw: () => undefined,
  release: () => undefined,
};

const CGROUPS = [
  { root: '/sys/fs/cgroup/cpu', set: quotaOfVersion1 },
  { root: '/sys/fs/cgroup', set: quotaOfVersion2 },
] as const;

function inCgroup(pid: number, share: number): CpuShare | undefined {
  const quotaUs = Math.max(QUOTA_MIN_US, Math.round(share * PERIOD_MS * 1_000));
  for (const { root, set } of CGROUPS) {
    const folder = join(root, `flatline-${process.pid}-${pid}`);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    try {
      set(folder, quotaUs);
      writeFileSync(join(folder, 'cgroup.procs'), String(pid));
      const release = (): void => remove(folder);
      return { counting: 'cgroup', freeze: () => undefined, thaw: () => undefined, release };
    } catch {
      remove(folder);
    }
  }
  return undefined;
}

/** AWS guarantees the share, so this group has the highest weight: other processes here wait, up to the quota. */
function quotaOfVersion1(folder: string, quotaUs: number): void {
  write(folder, 'cpu.cfs_period_us', String(PERIOD_MS * 1_000));
  write(folder, 'cpu.cfs_quota_us', String(quotaUs));
  write(folder, 'cpu.shares', '262144');
}

function quotaOfVersion2(folder: string, quotaUs: number): void {
  write(folder, 'cpu.max', `${quotaUs} ${PERIOD_MS * 1_000}`);
  write(folder, 'cpu.weight', '10000');
}

/** A folder that is no cgroup has no such file, and gets none. */
const write = (folder: string, name: string, text: string): void =>
  writeFileSync(join(folder, name), text, { flag: 'r+' });

/** Only an empty one goes, and its process has just ended. */
function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // The kernel has not let go of the process yet. An empty group costs nothing.
  }
}

/** How often it is measured. What is used beyond the quota until the next read is paid back. */
const POLL_MS = 2;

function counted(pid: number, share: number): CpuShare | undefined {
  const first = usedMs(pid);
  if (first === undefined) return undefined;
  let lastUsedMs = first;
  let lastAtMs = performance.now();
  /** Processor time that may be used now; at most one period's. */
  let creditMs = share * PERIOD_MS;
  let isStopped = false;
  let isFrozen = false;
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    try {
      process.kill(pid, name);
    } catch {
      release();
    }
  };
  const timer = setInterval(() => {
    const now = usedMs(pid);
    if (now === undefined) return release();
    const atMs = performance.now();
    creditMs = Math.min(share * PERIOD_MS, creditMs + (atMs - lastAtMs) * share) - (now - lastUsedMs);
    [lastUsedMs, lastAtMs] = [now, atMs];
    if (isFrozen || creditMs > 0 !== isStopped) return;
    isStopped = !isStopped;
    signal(isStopped ? 'SIGSTOP' : 'SIGCONT');
  }, POLL_MS);
  timer.unref();
  const release = (): void => clearInterval(timer);
  return {
    counting: 'counted',
    freeze: () => {
      isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
      isStopped = false;
    },
    release,
  };
}

/** Processor time of all threads, by the kernel's scheduler; undefined where it does not say, or the process has ended. */
export function usedMs(pid: number): number | undefined {
  try {
    const tasks = `/proc/${pid}/task`;
    return readdirSync(tasks).reduce((sum, task) => sum + onCpuMs(`${tasks}/${task}/schedstat`), 0);
  } catch {
    return undefined;
  }
}

function onCpuMs(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    // A thread that has just ended. Its time is lost, which is in the function's favour.
    return 0;
  }
}
