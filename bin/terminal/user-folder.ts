/**
 * npm runs a script in the folder of its package, wherever the user typed it, and keeps that place in INIT_CWD (npm docs,
 * "npm run-script"). Paths on the command line, and a guarded bot's own, count from where the user stands.
 */

import { dirname } from 'node:path';

type ProcessHere = Pick<NodeJS.Process, 'env' | 'cwd' | 'chdir'>;

/** `root` is the folder of this package. A script of another package has set its folder itself. */
export function standWhereTheUserStands(process: ProcessHere, root: string): void {
  const { INIT_CWD: place, npm_package_json: manifest } = process.env;
  if (place === undefined || manifest === undefined) return;
  if (dirname(manifest) !== root || process.cwd() !== root) return;
  try {
    process.chdir(place);
  } catch {
    // It is gone; then paths count from the package, as before.
  }
}

/** How this command line was begun, for hints that are copied. `-s`: npm's own lines would stand before a JSON document. */
export const commandWords = (env: Readonly<Record<string, string | undefined>>): string =>
  OUR_SCRIPTS.includes(env.npm_lifecycle_event ?? '') ? 'npm run -s flatline --' : 'flatline';

/** Those of package.json that begin the command line. */
const OUR_SCRIPTS: readonly string[] = ['start', 'drill', 'flatline'];
