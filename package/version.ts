/**
 * The version and commit of flatline, as --version, the stack's output, the functions and the report show them.
 *
 *   0.2.0 (34ac6d5)             the package, or a clean checkout
 *   0.2.0 (34ac6d5, modified)   a checkout with changes that are not committed
 *   0.2.0                       a copy of the sources without git
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_INFO, isPackage, ROOT } from './root.ts';

export interface Version {
  readonly version: string;
  /** The whole hash; null where it is not known. */
  readonly commit: string | null;
  readonly modified: boolean;
}

const SHOWN_CHARS = 7;

let text: string | undefined;

/** Read once per process. */
export function versionText(): string {
  text ??= formatVersion(readVersion());
  return text;
}

export const formatVersion = ({ version, commit, modified }: Version): string =>
  commit === null ? version : `${version} (${commit.slice(0, SHOWN_CHARS)}${modified ? ', modified' : ''})`;

export function readVersion(): Version {
  if (isPackage()) return JSON.parse(readFileSync(BUILD_INFO, 'utf8')) as Version;
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  // This folder must be the root of the repository: it may be inside another one.
  if (git('rev-parse', '--show-prefix') !== '') return { version, commit: null, modified: false };
  const commit = git('rev-parse', 'HEAD') ?? null;
  return { version, commit, modified: commit !== null && git('status', '--porcelain') !== '' };
}

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
