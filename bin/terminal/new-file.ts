/** A file that a command makes: for its owner only, because it tells what is traded, and over another file only when asked. */

import { statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { CliError, EXIT } from './exit.ts';

export interface NewFileOptions {
  readonly out?: string;
  /** As other programs call it. */
  readonly output?: string;
  readonly force?: boolean;
}

/** `usual` as in "flatline-report-ID.html, here". */
export const newFileOptions = (command: Command, usual: string): Command =>
  command
    .option('-o, --out <file>', `where to (default: ${usual})`)
    .addOption(new Option('--output <file>').hideHelp())
    .option('--force', 'over a file that is there already');

/** Undefined: the command's own name for it. */
export const namedFile = ({ out, output }: NewFileOptions): string | undefined => out ?? output;

/** Throws CliError (1). */
export function writeNewFile(path: string, content: string | Uint8Array, { force = false }: NewFileOptions = {}): void {
  try {
    writeFileSync(path, content, { flag: force ? 'w' : 'wx', mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new CliError(EXIT.no, `${path} ${why(path, code)}.`);
  }
}

function why(path: string, code: unknown): string {
  const usual = `cannot be written (${String(code)}). Name another file with --out`;
  // With `wx` a folder is there already, and a place that takes no files (/proc) says that nothing is there.
  if (isFolder(path)) return WHY.EISDIR ?? usual;
  if (code === 'ENOENT' && isFolder(dirname(path))) return usual;
  return WHY[String(code)] ?? usual;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const WHY: Readonly<Record<string, string>> = {
  EEXIST: 'is there already. Name another file with --out, or write over it with --force',
  ENOENT: 'cannot be written: its folder does not exist. Make it, or name another file with --out',
  ENOSPC: 'cannot be written: the disk is full. Name a file on another one with --out',
  EACCES: 'cannot be written: you may not write there. Name another file with --out',
  EROFS: 'cannot be written: the disk is read-only. Name a file on another one with --out',
  EISDIR: 'is a folder. Name a file with --out',
};
