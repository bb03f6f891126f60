/** Files and folders that a command reads or writes, and what the system says of them (errno(3)) as sentences. */

import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CliError, EXIT } from './exit.ts';

/** What the system says, as a sentence; undefined for any other error. */
export function fileFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd')
    return 'The folder in which this command was started no longer exists. Change to another one.';
  if (code === undefined || syscall === undefined || path === undefined) return undefined;
  return `Could not ${DOING[syscall] ?? 'use'} ${path}: ${WHY[code] ?? code}.`;
}

/** Of the system, such as ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const DOING: Readonly<Record<string, string>> = {
  mkdir: 'create the folder',
  mkdtemp: 'create a folder like',
  open: 'open',
  scandir: 'read the folder',
};

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'a file of that name exists',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENOENT: 'a part of that path does not exist, or takes no files',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of that path is a file',
  EPERM: 'the system does not permit it',
  EROFS: 'the disk is read-only',
};

/**
 * Makes a folder and the folders above it, one by one: where nothing can be made, as below /proc, Node's own recursive call
 * never returns. Throws the system's error, also when the path is that of a file.
 */
export function makeFolder(path: string, mode?: number): void {
  const whole = resolve(path);
  const missing: string[] = [];
  for (let at = whole; !existsSync(at); at = dirname(at)) missing.unshift(at);
  if (missing.length === 0 && !statSync(whole).isDirectory()) missing.push(whole);
  for (const one of missing) make(one, mode);
}

function make(path: string, mode: number | undefined): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(path)) throw error;
  }
}

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A file that a command writes. Overwrites only with --force. */
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

/** Readable only by its owner, because it contains trades. Throws CliError (1). */
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
  if (isFolder(path)) return WHY_NOT_WRITTEN.EISDIR ?? usual;
  if (code === 'ENOENT' && isFolder(dirname(path))) return usual;
  return WHY_NOT_WRITTEN[String(code)] ?? usual;
}

const WHY_NOT_WRITTEN: Readonly<Record<string, string>> = {
  EEXIST: 'exists already. Name another file with --out, or overwrite it with --force',
  ENOENT: 'cannot be written: its folder does not exist. Create it, or name another file with --out',
  ENOSPC: 'cannot be written: the disk is full. Name a file on another one with --out',
  EACCES: 'cannot be written: permission denied. Name another file with --out',
  EROFS: 'cannot be written: the disk is read-only. Name a file on another one with --out',
  ELOOP: 'is a link. Name the file itself with --out',
  EISDIR: 'is a folder. Name a file with --out',
  OTHERS_PIPE: 'is a pipe that belongs to another user. Name a file with --out',
};
