/**
 * The processes that launched the guard: its parent, and every further ancestor in its process group, such as npm and its
 * shell. When one of them ends, the bot should end too, and no signal will follow.
 *
 *   init, systemd, container ── direct parent is PID 1 or 0: nothing is watched
 *   npm ── sh ── guard       ── one process group: the loss of either counts
 *   shell ── guard           ── the parent counts; what launched the shell does not
 */

import { identify, isRunning, PROC, type ProcessIdentity } from '../../connect/running-process.ts';

export type Launchers = Readonly<ReturnType<typeof watchLaunchers>>;

/** The facts about a process; undefined where the machine does not provide them. */
export type Ancestry = (pid: number) => { readonly parent?: number; readonly group: number } | undefined;

interface LaunchersOptions {
  /** Of this process, now. */
  readonly parentPid?: () => number;
  readonly ancestry?: Ancestry;
  readonly isThere?: (one: ProcessIdentity) => boolean;
}

const DEPTH_MAX = 10;

/** Reads them at once; call it as early as possible. */
export function watchLaunchers({
  parentPid = () => process.ppid,
  // Elsewhere than on Linux only the direct parent is watched.
  ancestry = PROC.read,
  isThere = one => isRunning(one),
}: LaunchersOptions = {}) {
  const [parent, ...others] = lineOf(parentPid(), ancestry(process.pid)?.group, ancestry).map(pid => identify(pid));
  return {
    /** The first that is gone; undefined while all of them run. */
    lost: (): ProcessIdentity | undefined => {
      if (parent === undefined) return undefined;
      // The ID of the parent changes when the parent ends, even while its entry in the process table remains.
      if (parentPid() !== parent.pid) return parent;
      return others.find(one => !isThere(one));
    },
  };
}

function lineOf(parent: number, group: number | undefined, ancestry: Ancestry): readonly number[] {
  const line: number[] = [];
  for (let pid = parent; pid > 1 && line.length < DEPTH_MAX; ) {
    const found = ancestry(pid);
    if (line.length > 0 && (found === undefined || found.group !== group)) break;
    line.push(pid);
    if (found?.parent === undefined) break;
    pid = found.parent;
  }
  return line;
}
