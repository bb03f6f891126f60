/**
 * A copy of what a person has checked out, so that a test can edit its configuration and deploy from it, as the README
 * says, while others do the same. Its packages are the repository's own.
 */

import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, mustRun, runCommand } from '../support/run-command.ts';
import type { Emulator } from './emulator.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What neither the CDK nor `flatline` reads, or what they have written themselves. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  '.git',
  '.flatline',
  'node_modules',
  'cdk.out',
  'build',
  'coverage',
  'test',
  'bench',
  'docs',
]);

export type Checkout = ReturnType<typeof checkOut>;

/** Nobody listens there: whatever a deployed function is made to do, it reaches no real exchange. */
const NO_EXCHANGE = 'http://127.0.0.1:9';

/** Without --norc, bash takes a socket for stdin as a sign that it was started from afar, and reads a person's own settings. */
const BASH = ['--norc', '-euo', 'pipefail', '-c'];

/**
 * It goes with the emulator's folder. `exchange` is the address of the exchange in both configurations; `functions` are
 * there as in the package, or the CDK bundles them at each deployment.
 */
export function checkOut(
  { env, folder, functions }: Pick<Emulator, 'env' | 'folder'> & { readonly functions?: string },
  exchange = NO_EXCHANGE,
) {
  const path = mkdtempSync(join(folder, 'checkout-'));
  for (const name of readdirSync(ROOT).filter(each => !LEFT_OUT.has(each)))
    cpSync(join(ROOT, name), join(path, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  if (functions !== undefined) symlinkSync(functions, join(path, 'functions'));
  for (const environment of ['production', 'testnet']) {
    const file = join(path, `config/${environment}.ini`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^environment = .*$/m, `$&\nbase_url = ${exchange}`));
  }
  const options = { cwd: path, env };
  return {
    path,
    /** Runs a line as it stands, in bash. Gives what it wrote; throws unless it ends with 0. */
    run: (line: string, more: Readonly<Record<string, string>> = {}, input = ''): Promise<string> =>
      mustRun('bash', [...BASH, line], { ...options, env: { ...env, ...more }, input }),
    /** The same, whatever it ends with. */
    try: (line: string): Promise<Ended> => runCommand('bash', [...BASH, line], options),
    read: (name: string): string => readFileSync(join(path, name), 'utf8'),
    write: (name: string, text: string): void => writeFileSync(join(path, name), text),
    edit: (name: string, change: (text: string) => string): void =>
      writeFileSync(join(path, name), change(readFileSync(join(path, name), 'utf8'))),
  };
}
