/**
 * Sign of work by a file: each change of the file counts, whatever its date, so neither a wrong clock nor an old file
 * counts.
 *
 *   last readable mark ── same mark again, however long the file was gone or unreadable ── no sign of work
 *                      └─ another mark ── sign of work
 * Reads are asynchronous and one at a time: a mount that hangs delays nothing, and gives no sign of work.
 */

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../terminal/exit.ts';
import { codeOf } from '../../terminal/files.ts';
import { GUARD_EXIT } from './exit-codes.ts';

/** What a read found. Undefined: the file is absent or cannot be read. */
export type FileMark = { readonly text: string; readonly changedAtMs: number } | undefined;

interface AliveFileOptions {
  /** Without a change for this time, there is no sign of work. */
  readonly withinMs: number;
  readonly onProof: () => void;
  /** Called when a read takes too long, once per hang; the sentence is for people. */
  readonly onHang: (sentence: string) => void;
  /** Rejects for a file that cannot be read. */
  readonly read?: (path: string) => Promise<FileMark>;
}

const POLL_MIN_MS = 50;
const POLL_MAX_MS = 1_000;
/** A read that takes longer counts as a hang. */
const HANGING_MS = 2_000;
/** File systems use a coarse clock, which lags by one tick of the kernel. */
const COARSE_CLOCK_MS = 50;

/** Resolves after the first read, or after two seconds. */
export async function watchAliveFile(path: string, options: AliveFileOptions) {
  const { withinMs, onProof, onHang, read = readFileMark } = options;
  const startedAtMs = Date.now();
  let last: string | undefined;
  let pending: { readonly sinceMs: number; readonly done: Promise<void>; isReported: boolean } | undefined;
  let isFirst = true;

  /** Waits for a running read instead of starting a second one. */
  function checkOnce(): Promise<void> {
    if (pending !== undefined) return pending.done;
    const sinceMs = performance.now();
    const done = read(path)
      .catch(() => undefined)
      .then(mark => {
        pending = undefined;
        // The result of a slow read is outdated.
        take(mark, performance.now() - sinceMs <= withinMs);
      });
    pending = { sinceMs, done, isReported: false };
    return done;
  }

  function take(mark: FileMark, isRecent: boolean): void {
    const wasFirst = isFirst;
    isFirst = false;
    if (mark === undefined || mark.text === last) return;
    // Without a mark to compare with, the file must have changed since the watch started.
    const isChange = last !== undefined || (!wasFirst && mark.changedAtMs >= startedAtMs - COARSE_CLOCK_MS);
    last = mark.text;
    if (isChange && isRecent) onProof();
  }

  const timer = setInterval(
    () => {
      if (pending === undefined) void checkOnce();
      else if (!pending.isReported && performance.now() - pending.sinceMs > HANGING_MS) {
        pending.isReported = true;
        onHang(`${path} cannot be read: the file system does not answer. This does not count as a sign of work.`);
      }
    },
    Math.min(POLL_MAX_MS, Math.max(POLL_MIN_MS, withinMs / 5)),
  );
  await orLate(checkOnce());
  return {
    /** A read has not returned yet. */
    isHanging: () => pending !== undefined,
    /** One read now, besides those of the watch; two seconds at most. */
    readNow: () => orLate(checkOnce()),
    close: () => clearInterval(timer),
  };
}

const orLate = (reading: Promise<void>): Promise<void> =>
  Promise.race([reading, sleep(HANGING_MS, undefined, { ref: false })]);

/** Rejects when the file cannot be read. Without the inode: file systems in user space may give a file another number later. */
export async function readFileMark(path: string): Promise<FileMark> {
  const { mtimeNs, size, ctimeMs } = await stat(path, { bigint: true });
  return { text: `${mtimeNs} ${size}`, changedAtMs: Number(ctimeMs) };
}

/**
 * The file must be in a folder that exists, and must not be a folder itself, which changes with each file in it: otherwise
 * throws CliError (125). What cannot be read, or not in two seconds, passes: it may come back, and proves nothing before.
 */
export async function mustBeAlivePlace(path: string): Promise<void> {
  const problem = await Promise.race([problemOf(path), sleep(HANGING_MS, undefined, { ref: false })]);
  if (problem !== undefined) throw new CliError(GUARD_EXIT.failed, problem);
}

async function problemOf(path: string): Promise<string | undefined> {
  if ((await kindOf(path)) === 'folder')
    return `--alive-file ${path} is a folder, which changes with each file in it. Name a file of this bot’s own.`;
  const folder = dirname(path);
  const kind = await kindOf(folder);
  if (kind === 'absent' || kind === 'file')
    return `--alive-file ${path}: there is no folder ${folder}. Make it, or name a file in another one.`;
  return undefined;
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'absent' | 'unknown'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unknown';
  }
}
