/**
 * Where this installation lies: a checkout of the repository, or the package as npm unpacked it. The files that are
 * read at run time have the same paths below both; what is TypeScript here is JavaScript there.
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

/** The configurations: those of the checkout; with the package those of the folder that somebody stands in. */
export const configFolder = (): string => join(isPackage() ? process.cwd() : ROOT, 'config');

/** What the tools note for each other: nobody may be able to write beside an installed package. */
export const stateFolder = (): string => join(isPackage() ? homedir() : ROOT, '.flatline');

function findRoot(from: string): string {
  const manifest = join(from, 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'flatline') return from;
  const above = dirname(from);
  if (above === from)
    throw new Error('flatline is not whole: no package.json of its own is above its files. Install it again.');
  return findRoot(above);
}
