/**
 * A Python with boto3 for test/client-python, in a virtual environment of its own, at the versions and hashes in its
 * folder `tools`. Where there is none, every test is skipped, with the reason.
 */

import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPython, installPython } from '../support/install-once.ts';

export type Python = { readonly command: string } | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    python: Python;
  }
}

export default async function setup({ provide }: TestProject): Promise<void> {
  const python = await preparePython();
  if ('missing' in python) console.warn(`The Python client is not tested here: ${python.missing}.`);
  provide('python', python);
}

async function preparePython(): Promise<Python> {
  const found = await findPython();
  if (found.kind === 'missing') return { missing: found.why };
  const environment = await installPython('flatline-python', 'test/client-python/tools', found);
  return 'why' in environment
    ? { missing: `PyPI did not give boto3 (${environment.why})` }
    : { command: join(environment.folder, 'bin/python') };
}
