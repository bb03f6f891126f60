/**
 * A folder for this user's files in a place that others may write to, such as /tmp. Another user can create the folder
 * first, or put a link in its place, so that this program writes or reads files there. The folder is used only when it
 * belongs to this user alone. Files in it are created exclusively, follow no link, and have unpredictable names.
 */

import { closeSync, constants, lstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemRandom } from '../../../lambda/adapters/random.ts';
import { codeOf, makeFolder } from '../../terminal/files.ts';

/** The message is a sentence with the remedy. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** Creates the folder if absent. Throws FolderError unless it is a real folder that belongs to this user alone. */
export function openPrivateFolder(path: string): void {
  try {
    makeFolder(dirname(path), 0o700);
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new FolderError(`The folder ${path} cannot be created (${codeOf(error)}).`);
  }
  const { mode, uid, isFolder } = checkedAt(path);
  if (!isFolder)
    throw new FolderError(`${path} is not a folder but a link or a file. Another user may have created it.`);
  const own = process.getuid?.();
  // Windows has no such owners; its folder for temporary files belongs to the user.
  if (own === undefined) return;
  if (uid !== own) throw new FolderError(`The folder ${path} belongs to user ${uid}, not to this user (${own}).`);
  const others = mode & 0o077;
  if (others !== 0) {
    throw new FolderError(
      `The folder ${path} is accessible to others (mode ${mode.toString(8)}). Check its contents, then: chmod 700 ${path}.`,
    );
  }
}

function checkedAt(path: string): { readonly mode: number; readonly uid: number; readonly isFolder: boolean } {
  try {
    const found = lstatSync(path);
    return { mode: found.mode & 0o777, uid: found.uid, isFolder: found.isDirectory() };
  } catch (error) {
    throw new FolderError(`The folder ${path} cannot be read (${codeOf(error)}).`);
  }
}

const RANDOM_CHARS = 16;
export const unforeseeable = (path: string): string => `${path}.${systemRandom.hex(RANDOM_CHARS)}`;

/** Throws the system's error: EEXIST when anything has that name, including a broken link. */
export function writePrivateFile(path: string, text: string): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants;
  const file = openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** Throws the system's error: ELOOP for a link. Does not wait for a pipe. */
export function readPlainFile(path: string): string {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
