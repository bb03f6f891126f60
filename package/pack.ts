/** `npm run package`: builds the package and packs it as flatline-VERSION.tgz into this folder, or one that is named. */

import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildPackage } from './build.ts';
import { ROOT } from './root.ts';

const folder = join(ROOT, 'build/package');
await buildPackage(folder);
const destination = resolve(process.argv[2] ?? ROOT);
execFileSync('npm', ['pack', folder, '--pack-destination', destination, '--loglevel=error'], {
  stdio: 'inherit',
  cwd: ROOT,
});
