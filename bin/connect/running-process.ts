/**
 * Whether a process of this machine runs. Signal 0 is not enough: it also succeeds for a process that has ended and that
 * its parent has not reaped (state Z). Such a process stays in the table forever under a PID 1 that reaps nothing.
 *
 *   signal 0 ─┬─ ESRCH ─────────────────────────── gone
 *             └─ state ─┬─ Z, X (all threads) ──── ended, not reaped: gone
 *                       ├─ another start time ──── the ID was reused: gone
 *                       └─ any other, or unknown ─ runs
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { codeOf } from '../terminal/files.ts';

/** A process by its ID and its start time, because IDs are reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Only comparable on the same machine; undefined where the machine does not provide it. */
  readonly started?: string | undefined;
}

/** One process of a listing. */
interface ListedProcess {
  /** Whether it has ended and only its entry is left: state Z or X in all of its threads. */
  readonly ended: boolean;
  readonly group: number;
  /** Only from /proc. */
  readonly parent?: number;
  readonly started: string;
}

/** The source of the states: /proc, or ps(1). */
export interface ProcessTable {
  /** Undefined when the process does not exist or cannot be read. */
  read(pid: number): ListedProcess | undefined;
  /** Undefined when there is no listing. */
  all(): readonly ListedProcess[] | undefined;
}

export const identify = (pid: number, table = tableOfThisMachine()): ProcessIdentity => ({
  pid,
  started: table.read(pid)?.started,
});

export function isRunning({ pid, started }: ProcessIdentity, table = tableOfThisMachine()): boolean {
  if (!takesSignals(pid)) return false;
  const now = table.read(pid);
  if (now?.ended) return false;
  return started === undefined || now?.started === started;
}

/** Whether any process runs in the group that this one leads, or led before it ended. */
export function isGroupRunning({ pid: group, started }: ProcessIdentity, table = tableOfThisMachine()): boolean {
  if (!takesSignals(-group)) return false;
  const leader = table.read(group);
  if (started !== undefined && leader !== undefined && leader.started !== started) return false;
  const members = table.all()?.filter(one => one.group === group) ?? [];
  // Empty: no listing, or it hides the processes of others (hidepid).
  return members.length === 0 || members.some(({ ended }) => !ended);
}

/** Also true when signalling is not permitted: the process exists and belongs to another user. */
function takesSignals(pid: number): boolean {
  // 0 and -1 are not processes: they mean the own group, and all processes.
  if (!Number.isInteger(pid) || pid === 0 || pid === -1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

const isEnded = (state: string): boolean => /^[ZX]/i.test(state);

const tableOfThisMachine = (): ProcessTable => (isProcOurs() ? PROC : PS);

/** A /proc of another PID namespace lists other processes; then its `self` does not have this process's ID. */
function isProcOurs(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid);
  } catch {
    return false;
  }
}

export const PROC: ProcessTable = {
  read: pid => {
    const found = readStat(`/proc/${pid}/stat`);
    return found?.ended ? { ...found, ended: !hasLivingThread(pid) } : found;
  },
  all: () =>
    readdirSync('/proc').flatMap(name => {
      if (!/^\d+$/.test(name)) return [];
      return PROC.read(Number(name)) ?? [];
    }),
};

/** A process whose first thread has ended is in state Z while its other threads still run. */
function hasLivingThread(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some(
      thread => readStat(`/proc/${pid}/task/${thread}/stat`)?.ended === false,
    );
  } catch {
    return false;
  }
}

function readStat(path: string): ListedProcess | undefined {
  try {
    return parseStat(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** proc_pid_stat(5). Fields are counted from the last parenthesis: the name in field 2 may hold spaces and parentheses. */
export function parseStat(text: string): ListedProcess | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, started] = [fields[3 - 3], fields[4 - 3], fields[5 - 3], fields[22 - 3]];
  if (state === undefined || started === undefined) return undefined;
  return { ended: isEnded(state), parent: Number(parent), group: Number(group), started };
}

/** Without /proc, as on macOS. */
export const PS: ProcessTable = {
  read: pid => listedBy(['-p', String(pid)])?.[0],
  all: () => listedBy(['-A']),
};

/** Undefined when ps(1) does not exist or lists nothing. */
function listedBy(whom: readonly string[]): readonly ListedProcess[] | undefined {
  const columns = ['state=', 'pgid=', 'lstart='].flatMap(column => ['-o', column]);
  // A fixed language and time zone, so that two readings of a start time can be compared.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { status, stdout } = spawnSync('ps', [...whom, ...columns], { encoding: 'utf8', env });
  if (status !== 0) return undefined;
  return stdout
    .trim()
    .split('\n')
    .map(line => {
      const [state = '', group, ...started] = line.trim().split(/\s+/);
      return { ended: isEnded(state), group: Number(group), started: started.join(' ') };
    });
}
