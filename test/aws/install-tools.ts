/**
 * Installs what test/aws needs: MiniStack, the AWS CLI and boto3 from PyPI into a virtual environment, an evaluator of
 * IAM policies from npm, all at the versions and hashes in test/aws/tools. Where something is missing, every test is
 * skipped, with the reason.
 */

import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { attempt, findPython, installOnce, installPython, run } from '../support/install-once.ts';

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

const TOOLS = 'test/aws/tools';

export default async function setup({ provide }: TestProject): Promise<void> {
  const tools = await installTools();
  if (tools.kind === 'missing') console.warn(`The tests on an independent AWS are skipped: ${tools.why}.`);
  provide('awsTools', tools);
}

async function installTools(): Promise<Tools> {
  const python = await findPython();
  if (python.kind === 'missing') return python;
  if ((await attempt('openssl', ['version']))?.code !== 0) return { kind: 'missing', why: 'openssl is missing' };
  const [environment, packages] = await Promise.all([
    installPython('flatline-aws/python', TOOLS, python),
    installOnce({
      ...{ name: 'flatline-aws/node', interpreter: process.version, tools: TOOLS },
      files: ['package.json', 'package-lock.json'],
      install: folder =>
        run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries', '1', '--prefix', folder]),
    }),
  ]);
  if ('why' in environment) return { kind: 'missing', why: `PyPI did not give what is needed (${environment.why})` };
  if ('why' in packages) return { kind: 'missing', why: `npm did not give what is needed (${packages.why})` };
  return {
    kind: 'ready',
    pythonBin: join(environment.folder, 'bin'),
    nodeModules: join(packages.folder, 'node_modules'),
  };
}
