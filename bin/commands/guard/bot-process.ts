/**
 * The bot in its own process group. It inherits stdin, stdout and stderr from the guard. A signal reaches the whole group,
 * so that a bot behind a shell or with workers is stopped completely, and no process that still trades is left.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../../../lambda/ports.ts';
import { isGroupRunning } from '../../connect/running-process.ts';
import { pollUntil } from '../../terminal/waiting.ts';

export interface BotProcess {
  readonly pid: number;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Sends it to the whole group; does nothing if the group is gone. */
  signal(name: NodeJS.Signals): void;
  /** Ends processes that the bot left running: SIGTERM, a second, SIGKILL. Returns whether there were any. */
  sweep(clock: Clock): Promise<boolean>;
}

type BotStart =
  | { readonly kind: 'running'; readonly bot: BotProcess }
  /** As in shells: 127 not found, 126 found but not executable. */
  | { readonly kind: 'not-started'; readonly exitCode: 126 | 127; readonly why: string };

const LEFTOVERS_MS = 1_000;
const POLL_EVERY_MS = 20;

export async function startBot(
  [file, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string | undefined>>,
): Promise<BotStart> {
  const child = begin(file, args, env);
  if (child instanceof Error) return notStarted(file, child);
  const ended = new Promise<Awaited<BotProcess['ended']>>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const failure: NodeJS.ErrnoException | undefined = await once(child, 'spawn').then(
    () => undefined,
    error => error,
  );
  const { pid } = child;
  if (failure !== undefined || pid === undefined) return notStarted(file, failure);
  // Later errors come from signals that were sent too late.
  child.on('error', () => undefined);
  const signal = (name: NodeJS.Signals): boolean => {
    try {
      process.kill(-pid, name);
      return true;
    } catch {
      return false;
    }
  };
  return {
    kind: 'running',
    bot: {
      pid,
      ended,
      signal: name => void signal(name),
      sweep: async clock => {
        if (!isGroupRunning({ pid }) || !signal('SIGTERM')) return false;
        const isGone = (): boolean => !isGroupRunning({ pid });
        await pollUntil(isGone, { clock, everyMs: POLL_EVERY_MS, withinMs: LEFTOVERS_MS });
        signal('SIGKILL');
        return true;
      },
    },
  };
}

/** Node reports some failures by an event, and throws others (ENOTDIR, ELOOP, E2BIG). */
function begin(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ChildProcess | NodeJS.ErrnoException {
  try {
    return spawn(file, args, { stdio: 'inherit', detached: true, env: { ...env } });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function notStarted(file: string, failure: NodeJS.ErrnoException | undefined): BotStart {
  const found = failure?.code !== 'ENOENT';
  const why = found ? `could not be run (${failure?.code ?? 'no reason'})` : 'was not found';
  return { kind: 'not-started', exitCode: found ? 126 : 127, why: `${file} ${why}` };
}
