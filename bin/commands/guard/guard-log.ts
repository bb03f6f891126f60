/** The guard's own lines: on stderr, or in a file; with --json one object per line. Stdout belongs to the bot. */

import { appendFileSync } from 'node:fs';
import { isoMicros } from '../../../lambda/core/invocation/identity.ts';
import type { Clock } from '../../../lambda/ports.ts';
import { CliError } from '../../terminal/exit.ts';
import { GUARD_EXIT } from './exit-codes.ts';

/** `kind` is for programs, `text` for people. */
export type GuardLog = (kind: string, text: string, fields?: Readonly<Record<string, unknown>>) => void;

interface GuardLogOptions {
  readonly clock: Clock;
  readonly json: boolean;
  /** Appended to; undefined: stderr. */
  readonly log: string | undefined;
  readonly botId: string;
  readonly stderr: (line: string) => void;
}

/** Throws CliError (125) when the file cannot be written. */
export function createGuardLog({ clock, json, log, botId, stderr }: GuardLogOptions): GuardLog {
  const write = log === undefined ? stderr : (line: string): void => append(log, line);
  if (log !== undefined) {
    try {
      appendFileSync(log, '');
    } catch {
      throw new CliError(GUARD_EXIT.failed, `The file ${log} of --log cannot be written.`);
    }
  }
  return (kind, text, fields = {}) => {
    const at = isoMicros(clock.nowMs());
    if (json) write(JSON.stringify({ at, bot_id: botId, kind, text, ...fields }));
    else write(`${log === undefined ? '' : `${at} `}guard: ${text}`);
  };
}

/** A full disk must not end the guard. */
function append(path: string, line: string): void {
  try {
    appendFileSync(path, `${line}\n`);
  } catch {
    process.stderr.write(`${line}\n`);
  }
}
