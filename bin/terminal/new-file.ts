/** A file that a command writes: readable only by its owner, because it contains trades. Overwrites only with --force. */

import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CliError, EXIT } from './exit.ts';
import { codeOf } from './file-failure.ts';
import { isFolder } from './make-folder.ts';

export interface NewFileOptions {
  readonly out?: string;
  /** The name that other programs use. */
  readonly output?: string;
  readonly force?: boolean;
}

/** `usual` is the default, as in "flatline-report-ID.html, here". */
export const newFileOptions = (command: Command, usual: string): Command =>
  command
    .option('-o, --out <file>', `the file to write (default: ${usual})`, fileName)
    .addOption(new Option('--output <file>').argParser(fileName).hideHelp())
    .option('--force', 'overwrite an existing file');

/** Other programs write `-` for stdout; here it would be a file of that name. */
function fileName(text: string): string {
  if (text !== '' && text !== '-') return text;
  throw new InvalidArgumentError('Name a file.');
}

/** Undefined: the command's default. */
export const namedFile = ({ out, output }: NewFileOptions): string | undefined => out ?? output;

/** Throws CliError (1). */
export function writeNewFile(path: string, content: string | Uint8Array, { force = false }: NewFileOptions = {}): void {
  try {
    if (force) replace(path, content);
    else create(path, content);
  } catch (error) {
    throw new CliError(EXIT.no, `${path} ${why(path, codeOf(error))}.`);
  }
}

const create = (path: string, content: string | Uint8Array): void =>
  writeFileSync(path, content, { flag: 'wx', mode: 0o600 });

/** The existing file may be another user's: a link to a file of this user, or a file that others may read or have open. */
function replace(path: string, content: string | Uint8Array): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isSymbolicLink()) throw Object.assign(new Error('a link'), { code: 'ELOOP' });
  // Whoever made a pipe reads what is written to it.
  if (there?.isFIFO() && there.uid !== process.getuid?.())
    throw Object.assign(new Error('a pipe'), { code: 'OTHERS_PIPE' });
  // A device or a pipe takes what is written, and keeps nothing.
  if (there !== undefined && !there.isFile()) {
    writeFileSync(path, content);
    return;
  }
  const begun = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    create(begun, content);
    renameSync(begun, path);
  } catch (error) {
    rmSync(begun, { force: true });
    throw error;
  }
}

function why(path: string, code: unknown): string {
  const usual = `cannot be written (${String(code)}). Name another file with --out`;
  // With `wx` a folder is there already, and a place that takes no files (/proc) says that nothing is there.
  if (isFolder(path)) return WHY.EISDIR ?? usual;
  if (code === 'ENOENT' && isFolder(dirname(path))) return usual;
  return WHY[String(code)] ?? usual;
}

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'exists already. Name another file with --out, or overwrite it with --force',
  ENOENT: 'cannot be written: its folder does not exist. Create it, or name another file with --out',
  ENOSPC: 'cannot be written: the disk is full. Name a file on another one with --out',
  EACCES: 'cannot be written: permission denied. Name another file with --out',
  EROFS: 'cannot be written: the disk is read-only. Name a file on another one with --out',
  ELOOP: 'is a link. Name the file itself with --out',
  EISDIR: 'is a folder. Name a file with --out',
  OTHERS_PIPE: 'is a pipe that belongs to another user. Name a file with --out',
};
