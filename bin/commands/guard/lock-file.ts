/**
 * One guard for a bot on a machine: a file in the runtime folder that names who holds it. A guard that was killed leaves
 * it behind; whoever comes next sees that its process is gone and takes over, unless its bot still runs.
 */

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliError, EXIT } from '../cli/exit.ts';
import { identify, isGroupRunning, isRunning, type ProcessIdentity } from '../connect/running-process.ts';

export interface GuardLock {
  /** Notes the bot's process group, for whoever finds the file. Never throws: the bot runs already. */
  noteBot(pid: number): void;
  /** Never throws. */
  release(): void;
}

interface Holding {
  readonly guard: ProcessIdentity;
  readonly bot?: ProcessIdentity;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MOST_TRIES = 5;

/** Throws CliError (1) when another guard has it, or when the bot of a dead one still runs. */
export function takeLock(botId: string, table: string, env: Environment): GuardLock {
  const folder = runtimeFolder(env);
  const path = join(folder, `guard-${table.replace(/[^\w.-]/g, '_')}-${botId}.json`);
  let mine: Holding = { guard: identify(process.pid) };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (written(path, mine)) {
      return {
        noteBot: pid => {
          mine = { ...mine, bot: identify(pid) };
          ifPossible(() => renameSync(whole(path, mine), path));
        },
        release: () => {
          if (holdingIn(path)?.guard.pid === process.pid) ifPossible(() => rmSync(path, { force: true }));
        },
      };
    }
    const theirs = holdingIn(path);
    refuseIfAlive(botId, theirs, path);
    setAside(path, theirs);
  }
  throw new CliError(EXIT.no, `Could not take the lock ${path}: others take it at the same time. Try again.`);
}

/** A full disk, or a folder that was tidied away: whoever comes next reads less, and that is all. */
function ifPossible(change: () => void): void {
  try {
    change();
  } catch {}
}

function refuseIfAlive(botId: string, holding: Holding | undefined, path: string): void {
  if (holding === undefined) return;
  if (isRunning(holding.guard)) {
    const { pid } = holding.guard;
    throw new CliError(
      EXIT.no,
      `Another guard watches ${botId} on this machine: process ${pid} (${path}). End it first.`,
    );
  }
  const { bot } = holding;
  if (bot !== undefined && (isRunning(bot) || isGroupRunning(bot))) {
    const { pid } = bot;
    throw new CliError(
      EXIT.no,
      `The guard of ${botId} was killed, but its bot still runs: process ${pid}. End it: kill -- -${pid}`,
    );
  }
}

/** Only one can rename it away; whoever renamed a new one by mistake puts it back. */
function setAside(path: string, stale: Holding | undefined): void {
  const aside = `${path}.${process.pid}`;
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
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    draft = whole(path, holding);
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new CliError(
      EXIT.no,
      `Could not write the lock ${path} (${codeOf(error)}). Set XDG_RUNTIME_DIR to a folder that this user may write.`,
    );
  } finally {
    if (draft !== undefined) rmSync(draft, { force: true });
  }
}

/** Beside the lock, so that it comes into its place whole: one that is seen half written would be taken for left behind. */
function whole(path: string, holding: Holding): string {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, JSON.stringify(holding), { mode: 0o600 });
  return draft;
}

function holdingIn(path: string): Holding | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holding;
  } catch {
    return undefined;
  }
}

const runtimeFolder = (env: Environment): string =>
  env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'flatline') : join(tmpdir(), `flatline-${process.getuid?.() ?? 0}`);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
