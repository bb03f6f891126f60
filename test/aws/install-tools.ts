/**
 * Installs what test/aws needs: MiniStack, the AWS CLI and boto3 from PyPI into a virtual environment, an evaluator of
 * IAM policies from npm, all at the versions and hashes in test/aws/tools. Where something is missing, every test is
 * skipped, with the reason. The functions are bundled once for all stacks but the first of deployment.test.ts.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { FUNCTION_ENTRIES, type FunctionName } from '../../lambda/bundling.ts';
import { bundleFunction } from '../../simulator/cloud/bundle.ts';
import { attempt, findPython, installOnce, installPython, run } from '../support/install-once.ts';

export type Tools = ReadyTools | { readonly kind: 'missing'; readonly why: string };

export interface ReadyTools {
  readonly kind: 'ready';
  /** Folder with `python`, `aws` and `ministack`. */
  readonly pythonBin: string;
  /** Folder with the packages of npm. */
  readonly nodeModules: string;
  /** Folder with the functions, bundled once for all stacks: `NAME/index.mjs`. */
  readonly functions: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    awsTools: Tools;
  }
}

const TOOLS = 'test/aws/tools';

export default async function setup({ provide }: TestProject): Promise<() => void> {
  const functions = mkdtempSync(join(tmpdir(), 'flatline-aws-functions-'));
  const tools = await installTools(functions);
  if (tools.kind === 'missing') console.warn(`The tests on an independent AWS are skipped: ${tools.why}.`);
  else await bundleAll(functions);
  provide('awsTools', tools);
  return () => rmSync(functions, { recursive: true, force: true });
}

async function bundleAll(folder: string): Promise<void> {
  for (const name of Object.keys(FUNCTION_ENTRIES) as FunctionName[]) await bundleFunction(name, folder);
}

async function installTools(functions: string): Promise<Tools> {
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
    functions,
    pythonBin: join(environment.folder, 'bin'),
    nodeModules: join(packages.folder, 'node_modules'),
  };
}
