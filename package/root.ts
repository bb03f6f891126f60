/**
 * The folder of this installation: a checkout of the repository, or the package as npm unpacked it. The files that are
 * read at run time have the same paths below both; TypeScript of the checkout is JavaScript in the package.
 */

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Written by package/build.ts; a checkout has none. */
export const BUILD_INFO = join(ROOT, 'build-info.json');

export const isPackage = (): boolean => existsSync(BUILD_INFO);

/** A program of ours by its path without the extension. */
export const programPath = (path: string): string => join(ROOT, `${path}.${isPackage() ? 'js' : 'ts'}`);

/** A function that was bundled when the package was built; undefined in a checkout, which bundles it now. */
export function builtFunction(name: string): string | undefined {
  const path = join(ROOT, 'functions', name, 'index.mjs');
  return existsSync(path) ? path : undefined;
}

/** The configurations: those of the current folder, if it can be deployed from; else, in a checkout, those of the checkout. */
export const configFolder = (): string =>
  join(isPackage() || existsSync(join(process.cwd(), 'cdk.json')) ? process.cwd() : ROOT, 'config');

/** Files that the tools keep between calls. The folder of an installed package may be read-only. */
export const stateFolder = (): string => join(isPackage() ? homedir() : ROOT, '.flatline');

function findRoot(from: string): string {
  const manifest = join(from, 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'flatline') return from;
  const above = dirname(from);
  if (above === from)
    throw new Error('The installation of flatline is incomplete: its package.json is missing. Install it again.');
  return findRoot(above);
}
