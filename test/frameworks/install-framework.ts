/**
 * A framework from PyPI in a virtual environment of its own below node_modules/.cache, at the version that
 * requirements.txt names. What it needs in turn is what PyPI gives for that version: these tests are about what a user
 * would install.
 */

import { join } from 'node:path';
import { attempt, findPython, installOnce, type PythonFound, run } from '../support/install-once.ts';

export type Framework =
  | { readonly kind: 'ready'; readonly bin: string }
  | { readonly kind: 'missing'; readonly why: string };

/** `name` is the folder below test/frameworks. */
export async function installFramework(name: string, finding = findPython()): Promise<Framework> {
  const python = await finding;
  if (python.kind === 'missing') return python;
  const environment = await installOnce({
    ...{ name: `flatline-frameworks/${name}`, interpreter: python.version, tools: `test/frameworks/${name}` },
    files: ['requirements.txt'],
    install: async folder => {
      const made = await run(python.python, ['-m', 'venv', folder]);
      if (made.code !== 0) return made;
      const options = [
        '--quiet',
        '--disable-pip-version-check',
        '--prefer-binary',
        '--retries',
        '1',
        '--timeout',
        '30',
      ];
      return run(join(folder, 'bin/python'), [
        '-m',
        'pip',
        'install',
        ...options,
        '-r',
        join(folder, 'requirements.txt'),
      ]);
    },
  });
  if ('why' in environment)
    return { kind: 'missing', why: `PyPI did not give what ${name} needs here (${environment.why})` };
  return { kind: 'ready', bin: join(environment.folder, 'bin') };
}

/** For a framework that installs into no other version. */
export async function findPython312(): Promise<PythonFound> {
  const python = process.env.FLATLINE_TEST_HUMMINGBOT_PYTHON ?? 'python3.12';
  const ended = await attempt(python, ['-c', 'import sys, venv; print(sys.version)']);
  return ended?.code === 0 && ended.stdout.startsWith('3.12.')
    ? { kind: 'found', python, version: ended.stdout }
    : { kind: 'missing', why: `${python} is missing, or not 3.12; FLATLINE_TEST_HUMMINGBOT_PYTHON may name another` };
}
