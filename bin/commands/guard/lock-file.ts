/**
 * One guard for a bot on a machine: a file in the runtime folder that names its holder. A killed guard leaves the file
 * behind; the next guard sees that the process is gone and takes over, unless its bot still runs.
 */

import { linkSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isGroupRunning, isRunning, type ProcessIdentity } from '../../connect/running-process.ts';
import { CliError } from '../../terminal/exit.ts';
import { codeOf } from '../../terminal/files.ts';
import { GUARD_EXIT } from './exit-codes.ts';
import { FolderError, openPrivateFolder, readPlainFile, unforeseeable, writePrivateFile } from './private-folder.ts';

interface Holding {
  readonly guard: ProcessIdentity;
  readonly bot?: ProcessIdentity;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MOST_TRIES = 5;

/**
 * Throws CliError: 122 when another guard has it, or when the bot of a dead one still runs; 125 when there is no folder
 * that is this user's alone.
 */
export function takeLock(botId: string, table: string, env: Environment) {
  const folder = runtimeFolder(env);
  openFolder(folder);
  const path = join(folder, `guard-${table.replace(/[^\w.-]/g, '_')}-${botId}.json`);
  let mine: Holding = { guard: identify(process.pid) };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (written(path, mine)) {
      return {
        /** Stores the bot's process group for the next guard. Never throws: the bot already runs. */
        noteBot: (pid: number): void => {
          mine = { ...mine, bot: identify(pid) };
          ifPossible(() => renameSync(whole(path, mine), path));
        },
        /** Never throws. */
        release: () => {
          if (holdingIn(path)?.guard.pid === process.pid) ifPossible(() => rmSync(path, { force: true }));
        },
      };
    }
    const theirs = holdingIn(path);
    refuseIfAlive(botId, theirs, path);
    setAside(path, theirs);
  }
  throw taken(`Could not take the lock ${path}: other processes are taking it at the same time. Try again.`);
}

/** On a full disk or in a deleted folder, only the next guard has less information. */
function ifPossible(change: () => void): void {
  try {
    change();
  } catch {}
}

function refuseIfAlive(botId: string, holding: Holding | undefined, path: string): void {
  if (holding === undefined) return;
  if (isRunning(holding.guard)) {
    const { pid } = holding.guard;
    throw taken(`Another guard watches ${botId} on this machine: process ${pid} (${path}). End it first.`);
  }
  const { bot } = holding;
  if (bot !== undefined && (isRunning(bot) || isGroupRunning(bot))) {
    const { pid } = bot;
    throw taken(`The guard of ${botId} was killed, but its bot still runs: process ${pid}. End it: kill -- -${pid}`);
  }
}

/** Only one guard can rename it away; one that renamed a new lock by mistake puts it back. */
function setAside(path: string, stale: Holding | undefined): void {
  const aside = unforeseeable(path);
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = holdingIn(aside);
  const isNew =
    moved !== undefined && (moved.guard.pid !== stale?.guard.pid || moved.guard.started !== stale.guard.started);
  if (isNew) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function written(path: string, holding: Holding): boolean {
  let draft: string | undefined;
  try {
    draft = whole(path, holding);
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw unusable(`Could not write the lock ${path} (${codeOf(error)}).`);
  } finally {
    if (draft !== undefined) rmSync(draft, { force: true });
  }
}

/** Written beside the lock and renamed, so that it appears complete: a half-written lock would count as left behind. */
function whole(path: string, holding: Holding): string {
  const draft = unforeseeable(path);
  writePrivateFile(draft, JSON.stringify(holding));
  return draft;
}

/** Undefined for a file that no guard wrote: it is taken over like a lock that was left behind. */
function holdingIn(path: string): Holding | undefined {
  try {
    const { guard, bot } = JSON.parse(readPlainFile(path));
    if (!isIdentity(guard, 1)) return undefined;
    if (bot === undefined) return { guard };
    // Printed to an operator as the group to kill: -1 would be every process.
    return isIdentity(bot, 2) ? { guard, bot } : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown, smallestPid: number): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null || !('pid' in value)) return false;
  const { pid } = value;
  const started = 'started' in value ? value.started : undefined;
  return (
    Number.isSafeInteger(pid) && Number(pid) >= smallestPid && (started === undefined || typeof started === 'string')
  );
}

function openFolder(path: string): void {
  try {
    openPrivateFolder(path);
  } catch (error) {
    if (error instanceof FolderError) throw unusable(error.message);
    throw error;
  }
}

const taken = (sentence: string): CliError => new CliError(GUARD_EXIT.taken, sentence);

const unusable = (why: string): CliError =>
  new CliError(
    GUARD_EXIT.failed,
    `${why} Correct that, or set XDG_RUNTIME_DIR to a folder that only this user may write.`,
  );

const runtimeFolder = (env: Environment): string =>
  env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'flatline') : join(tmpdir(), `flatline-${process.getuid?.() ?? 0}`);
