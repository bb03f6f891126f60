/**
 * npm runs a script in the folder of its package, wherever the user typed it, and stores that place in INIT_CWD (npm docs,
 * "npm run-script"). Paths on the command line, and those of a guarded bot, are relative to the user's folder.
 */

import { dirname } from 'node:path';

type ProcessHere = Pick<NodeJS.Process, 'env' | 'cwd' | 'chdir'>;

/** `root` is the folder of this package. A script of another package has set its folder itself. */
export function returnToCallersFolder(process: ProcessHere, root: string): void {
  const { INIT_CWD: place, npm_package_json: manifest } = process.env;
  if (place === undefined || manifest === undefined) return;
  if (dirname(manifest) !== root || process.cwd() !== root) return;
  try {
    process.chdir(place);
  } catch {
    // The folder is gone; then paths are relative to the package.
  }
}

/** How this command line was started, for hints that are copied. `-s`: npm's own lines would precede a JSON document. */
export const commandWords = (env: Readonly<Record<string, string | undefined>>): string =>
  OUR_SCRIPTS.includes(env.npm_lifecycle_event ?? '') ? 'npm run -s flatline --' : 'flatline';

/** The scripts of package.json that start the command line. */
const OUR_SCRIPTS: readonly string[] = ['start', 'drill', 'flatline'];
