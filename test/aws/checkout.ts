/**
 * A copy of what a person has checked out, so that a test can edit its configuration and deploy from it, as the README
 * says, while others do the same. Its packages are the repository's own.
 */

import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Emulator } from './emulator.ts';
import { type Ended, mustRun, runCommand } from './run-command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the CDK and `flatline` read. */
const COPIED = [
  'bin',
  'client',
  'config',
  'lambda',
  'lib',
  'simulator',
  'cdk.json',
  'package.json',
  'package-lock.json',
];

export type Checkout = ReturnType<typeof checkOut>;

/** It goes with the emulator's folder. */
export function checkOut({ env, folder }: Pick<Emulator, 'env' | 'folder'>) {
  const path = mkdtempSync(join(folder, 'checkout-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(path, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  const options = { cwd: path, env };
  return {
    path,
    /** Runs a line as it stands, in bash. Gives what it wrote; throws unless it ends with 0. */
    run: (line: string, more: Readonly<Record<string, string>> = {}, input = ''): Promise<string> =>
      mustRun('bash', ['-euo', 'pipefail', '-c', line], { ...options, env: { ...env, ...more }, input }),
    /** The same, whatever it ends with. */
    try: (line: string): Promise<Ended> => runCommand('bash', ['-euo', 'pipefail', '-c', line], options),
    read: (name: string): string => readFileSync(join(path, name), 'utf8'),
    write: (name: string, text: string): void => writeFileSync(join(path, name), text),
    edit: (name: string, change: (text: string) => string): void =>
      writeFileSync(join(path, name), change(readFileSync(join(path, name), 'utf8'))),
  };
}
