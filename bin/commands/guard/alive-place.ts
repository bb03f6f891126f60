/**
 * The file that the bot touches must be in a folder that exists, and must not be a folder itself, which changes with each
 * file in it.
 */

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../terminal/exit.ts';
import { codeOf } from '../../terminal/files.ts';
import { GUARD_EXIT } from './exit-codes.ts';

/** Throws CliError (125). What cannot be read, or not in `withinMs`, passes: it may come back, and proves nothing before. */
export async function mustBeAlivePlace(path: string, withinMs: number): Promise<void> {
  const problem = await Promise.race([problemOf(path), sleep(withinMs, undefined, { ref: false })]);
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
