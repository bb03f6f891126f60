/**
 * A folder for this user's files in a place that others may write to, such as /tmp. Another user can make the folder
 * first, or put a link in its place, to have files of ours written, read or believed; so it is used only when it is ours
 * alone. Files in it are made exclusively, follow no link, and have names that nobody can foresee.
 */

import { closeSync, constants, lstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemRandom } from '../../../lambda/adapters/random.ts';

/** The message is a sentence with the remedy. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** Makes the folder if it is absent. Throws FolderError when it is not a real folder, ours, and closed to others. */
export function openPrivateFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new FolderError(`The folder ${path} cannot be made (${codeOf(error)}).`);
  }
  const { mode, uid, isFolder } = lookedAt(path);
  if (!isFolder)
    throw new FolderError(`${path} is not a folder but a link or a file. Somebody else may have put it there.`);
  const own = process.getuid?.();
  // Windows has no such owners; its folder for temporary files is the user's own.
  if (own === undefined) return;
  if (uid !== own) throw new FolderError(`The folder ${path} belongs to user ${uid}, not to this user (${own}).`);
  const others = mode & 0o077;
  if (others !== 0) {
    throw new FolderError(
      `The folder ${path} is open to others (mode ${mode.toString(8)}). Check what is in it, then: chmod 700 ${path}.`,
    );
  }
}

function lookedAt(path: string): { readonly mode: number; readonly uid: number; readonly isFolder: boolean } {
  try {
    const found = lstatSync(path);
    return { mode: found.mode & 0o777, uid: found.uid, isFolder: found.isDirectory() };
  } catch (error) {
    throw new FolderError(`The folder ${path} cannot be looked at (${codeOf(error)}).`);
  }
}

const RANDOM_CHARS = 16;
export const unforeseeable = (path: string): string => `${path}.${systemRandom.hex(RANDOM_CHARS)}`;

/** Throws what the system throws: EEXIST when anything has that name, also a link that leads nowhere. */
export function writePrivateFile(path: string, text: string): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_WRONLY } = constants;
  const file = openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** Throws what the system throws: ELOOP for a link. A pipe is not waited for. */
export function readPlainFile(path: string): string {
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
