/**
 * Sign of work by a file: each change of the file counts, whatever its date, so neither a wrong clock nor an old file
 * counts.
 *
 *   last readable mark ── same mark again, however long the file was gone or unreadable ── no sign of work
 *                      └─ another mark ── sign of work
 * Reads are asynchronous and one at a time: a mount that hangs delays nothing, and gives no sign of work.
 */

import { stat } from 'node:fs/promises';

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

interface AliveFile {
  /** A read has not returned yet. */
  isHanging(): boolean;
  /** One read now, besides those of the watch; two seconds at most. */
  readNow(): Promise<void>;
  close(): void;
}

const POLL_MIN_MS = 50;
const POLL_MAX_MS = 1_000;
/** A read that takes longer counts as a hang. */
const HANGING_MS = 2_000;
/** File systems use a coarse clock, which lags by one tick of the kernel. */
const COARSE_CLOCK_MS = 50;

/** Resolves after the first read, or after two seconds. */
export async function watchAliveFile(path: string, options: AliveFileOptions): Promise<AliveFile> {
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
    const isChange = last === undefined ? !wasFirst && isYounger(mark) : true;
    last = mark.text;
    if (isChange && isRecent) onProof();
  }

  /** Without a mark to compare with, the file must have changed since the watch started. */
  const isYounger = ({ changedAtMs }: { readonly changedAtMs: number }): boolean =>
    changedAtMs >= startedAtMs - COARSE_CLOCK_MS;

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
    isHanging: () => pending !== undefined,
    readNow: () => orLate(checkOnce()),
    close: () => clearInterval(timer),
  };
}

async function orLate(look: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, HANGING_MS);
  });
  await Promise.race([look, late]);
  clearTimeout(timer);
}

/** Rejects when the file cannot be read. Without the inode: file systems in user space may give a file another number later. */
export async function readFileMark(path: string): Promise<FileMark> {
  const { mtimeNs, size, ctimeMs } = await stat(path, { bigint: true });
  return { text: `${mtimeNs} ${size}`, changedAtMs: Number(ctimeMs) };
}
