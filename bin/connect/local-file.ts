/**
 * `.flatline/local.json`: where the local cloud of `flatline drill --serve` listens. Written by it for as long as it runs,
 * read by `--local`. FLATLINE_LOCAL_FILE names another file, so that several local clouds can run side by side.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateFolder } from '../../package/root.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import { isRunning, type ProcessIdentity } from './running-process.ts';

/** Addresses on loopback, and what the functions are called. No key of any kind. The process is the local cloud's. */
export interface LocalFile extends ProcessIdentity {
  readonly region: string;
  readonly lambdaUrl: string;
  readonly dynamoUrl: string;
  readonly secretsUrl: string;
  /** The simulated exchange. */
  readonly venueUrl: string;
  readonly liquidatorName: string;
  readonly watchdogName: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const localFilePath = (env: Environment): string => env.FLATLINE_LOCAL_FILE || join(stateFolder(), 'local.json');

export function writeLocalFile(path: string, file: LocalFile): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
}

/** Removes it, unless another local cloud has taken its place. */
export function removeLocalFile(path: string, pid: number): void {
  if (contentOf(path)?.pid === pid) rmSync(path, { force: true });
}

/** Whether another local cloud is running that this file speaks of. */
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
    'There is no local cloud on this machine. Start one with "flatline drill --serve", in another terminal.',
  );
}

function contentOf(path: string): LocalFile | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LocalFile;
  } catch {
    return undefined;
  }
}
