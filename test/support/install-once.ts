/**
 * Installs what a group of tests needs beside npm's own packages, at pinned versions and hashes, into
 * node_modules/.cache, once for each content of the files that pin it.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, runCommand } from './run-command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Wanted {
  /** Names the folder below node_modules/.cache. */
  readonly name: string;
  /** What it is installed for; another one is another installation. */
  readonly interpreter: string;
  /** Where the files lie that pin it, from the root of the project. */
  readonly tools: string;
  readonly files: readonly string[];
  /** Installs into the folder, where copies of the files lie. */
  install(folder: string): Promise<Ended>;
}

export type Installed = { readonly folder: string } | { readonly why: string };

/** An installation that was cut short is done again. Throws when a package is not what was pinned. */
export async function installOnce({ name, interpreter, tools, files, install }: Wanted): Promise<Installed> {
  const hash = createHash('sha256').update(interpreter);
  for (const file of files) hash.update(await readFile(join(ROOT, tools, file)));
  const folder = join(ROOT, 'node_modules/.cache', `${name}-${hash.digest('hex').slice(0, 16)}`);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { folder };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of files) await cp(join(ROOT, tools, file), join(folder, file));
  const { code, stdout, stderr } = await install(folder);
  if (code !== 0) {
    if (/EINTEGRITY|DO NOT MATCH THE HASHES/i.test(stderr))
      throw new Error(`A package is not what was pinned:\n${stderr}`);
    return { why: lastLine(stderr) ?? lastLine(stdout) ?? `it ended with ${code}` };
  }
  await writeFile(complete, '');
  return { folder };
}

export type PythonFound =
  | { readonly kind: 'found'; readonly python: string; readonly version: string }
  | { readonly kind: 'missing'; readonly why: string };

/** `FLATLINE_TEST_PYTHON` names another interpreter than python3. */
export async function findPython(): Promise<PythonFound> {
  const python = process.env.FLATLINE_TEST_PYTHON ?? 'python3';
  const ask = 'import sys, venv; print(sys.version); sys.exit(sys.version_info < (3, 10))';
  const ended = await attempt(python, ['-c', ask]);
  return ended?.code === 0
    ? { kind: 'found', python, version: ended.stdout }
    : { kind: 'missing', why: `${python} is missing, or older than 3.10` };
}

/** A virtual environment with what `requirements.txt` in `tools` names. */
export const installPython = (name: string, tools: string, { python, version }: { python: string; version: string }) =>
  installOnce({
    ...{ name, interpreter: version, tools, files: ['requirements.txt'] },
    install: async folder => {
      const made = await run(python, ['-m', 'venv', folder]);
      if (made.code !== 0) return made;
      const options = ['--quiet', '--require-hashes', '--retries', '1', '--timeout', '30'];
      const requirements = ['--disable-pip-version-check', '-r', join(folder, 'requirements.txt')];
      return run(join(folder, 'bin/python'), ['-m', 'pip', 'install', ...options, ...requirements]);
    },
  });

export const run = (command: string, args: readonly string[]): Promise<Ended> =>
  runCommand(command, args, { cwd: ROOT, env: process.env as Record<string, string> });

/** Undefined when there is no such command. */
export const attempt = (command: string, args: readonly string[]): Promise<Ended | undefined> =>
  run(command, args).catch(() => undefined);

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1)?.trim() || undefined;
