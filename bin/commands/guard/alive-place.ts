/**
 * Where the bot is to touch its file: a name in a folder that is there. In a folder that is not there no file would ever
 * prove work, and a folder itself changes with each file that anybody makes in it.
 */

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../../terminal/exit.ts';
import { GUARD_EXIT } from './exit-codes.ts';

/** Throws CliError (125). What cannot be read, or not in `withinMs`, passes: it may come back, and proves nothing before. */
export async function mustBeAlivePlace(path: string, withinMs: number): Promise<void> {
  const problem = await Promise.race([problemOf(path), silence(withinMs)]);
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
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unknown';
  }
}

const silence = (ms: number): Promise<undefined> =>
  new Promise(resolve => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
