/**
 * `.flatline/local.json`: the addresses of the local cloud of `flatline drill --serve`. It exists while that runs, and
 * `--local` reads it. FLATLINE_LOCAL_FILE names another file, so that several local clouds can run at the same time.
 */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateFolder } from '../../package/root.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import { makeFolder } from '../terminal/files.ts';
import { isRunning, type ProcessIdentity } from './running-process.ts';

/** Addresses on loopback, and the names of the functions. No keys. `pid` is the process of the local cloud. */
export interface LocalFile extends ProcessIdentity {
  readonly region: string;
  readonly lambdaUrl: string;
  readonly dynamoUrl: string;
  readonly secretsUrl: string;
  /** The simulated exchange. */
  readonly exchangeUrl: string;
  readonly liquidatorName: string;
  readonly watchdogName: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const localFilePath = (env: Environment): string => env.FLATLINE_LOCAL_FILE || join(stateFolder(), 'local.json');

export function writeLocalFile(path: string, file: LocalFile): void {
  makeFolder(dirname(path));
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
}

/** Removes it, unless another local cloud has taken its place. */
export function removeLocalFile(path: string, pid: number): void {
  if (contentOf(path)?.pid === pid) rmSync(path, { force: true });
}

/** The local cloud of this file, if another one is running. */
export function runningLocalCloud(path: string): LocalFile | undefined {
  const file = contentOf(path);
  return file !== undefined && isRunning(file) ? file : undefined;
}

/** Throws CliError (4) when there is no local cloud. */
export function readLocalFile(path: string): LocalFile {
  const file = runningLocalCloud(path);
  if (file !== undefined) return file;
  throw new CliError(
    EXIT.unreachable,
    'No local cloud is running on this machine. Start one in another terminal: flatline drill --serve',
  );
}

function contentOf(path: string): LocalFile | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LocalFile;
  } catch {
    return undefined;
  }
}
