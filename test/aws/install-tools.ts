/**
 * Installs what test/aws needs: MiniStack, the AWS CLI and boto3 from PyPI into a virtual environment, an evaluator of
 * IAM policies from npm, all at the versions and hashes in test/aws/tools. Both stand in node_modules/.cache, once for
 * each content of those files. Where something is missing, every test is skipped, with the reason.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { type Ended, runCommand } from './run-command.ts';

export type Tools = ReadyTools | { readonly kind: 'missing'; readonly why: string };

export interface ReadyTools {
  readonly kind: 'ready';
  /** Folder with `python`, `aws` and `ministack`. */
  readonly pythonBin: string;
  /** Folder with the packages of npm. */
  readonly nodeModules: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    awsTools: Tools;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOOLS = join(ROOT, 'test/aws/tools');
const CACHE = join(ROOT, 'node_modules/.cache/flatline-aws');

export default async function setup({ provide }: TestProject): Promise<void> {
  const tools = await installTools();
  if (tools.kind === 'missing') console.warn(`The tests on an independent AWS are skipped: ${tools.why}.`);
  provide('awsTools', tools);
}

async function installTools(): Promise<Tools> {
  const python = process.env.FLATLINE_TEST_PYTHON ?? 'python3';
  const version = await attempt(python, [
    '-c',
    'import sys, venv; print(sys.version); sys.exit(sys.version_info < (3, 10))',
  ]);
  if (version?.code !== 0) return { kind: 'missing', why: `${python} is missing, or older than 3.10` };
  if ((await attempt('openssl', ['version']))?.code !== 0) return { kind: 'missing', why: 'openssl is missing' };
  const [environment, packages] = await Promise.all([
    installOnce('python', version.stdout, ['requirements.txt'], folder => installPython(python, folder)),
    installOnce('node', process.version, ['package.json', 'package-lock.json'], installPackages),
  ]);
  if ('why' in environment) return { kind: 'missing', why: `PyPI did not give what is needed (${environment.why})` };
  if ('why' in packages) return { kind: 'missing', why: `npm did not give what is needed (${packages.why})` };
  return {
    kind: 'ready',
    pythonBin: join(environment.folder, 'bin'),
    nodeModules: join(packages.folder, 'node_modules'),
  };
}

/** Into a folder that is named for what is installed. An installation that was cut short is done again. */
async function installOnce(
  name: string,
  interpreter: string,
  files: readonly string[],
  install: (folder: string) => Promise<Ended>,
): Promise<{ readonly folder: string } | { readonly why: string }> {
  const hash = createHash('sha256').update(interpreter);
  for (const file of files) hash.update(await readFile(join(TOOLS, file)));
  const folder = join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { folder };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of files) await cp(join(TOOLS, file), join(folder, file));
  const { code, stdout, stderr } = await install(folder);
  if (code !== 0) {
    if (/EINTEGRITY|DO NOT MATCH THE HASHES/i.test(stderr))
      throw new Error(`A package is not what was pinned:\n${stderr}`);
    return { why: lastLine(stderr) ?? lastLine(stdout) ?? `it ended with ${code}` };
  }
  await writeFile(complete, '');
  return { folder };
}

async function installPython(python: string, folder: string): Promise<Ended> {
  const made = await run(python, ['-m', 'venv', folder]);
  if (made.code !== 0) return made;
  const options = ['--quiet', '--require-hashes', '--retries', '1', '--timeout', '30', '--disable-pip-version-check'];
  return run(join(folder, 'bin/python'), ['-m', 'pip', 'install', ...options, '-r', join(folder, 'requirements.txt')]);
}

const installPackages = (folder: string): Promise<Ended> =>
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries', '1', '--prefix', folder]);

const run = (command: string, args: readonly string[]): Promise<Ended> =>
  runCommand(command, args, { cwd: ROOT, env: process.env as Record<string, string> });

/** Undefined when there is no such command. */
const attempt = (command: string, args: readonly string[]): Promise<Ended | undefined> =>
  run(command, args).catch(() => undefined);

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1)?.trim() || undefined;
