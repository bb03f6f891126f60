/** X9: everything that an installation runs or unpacks is in the lockfile with its hash, and no package runs a script. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const json = (name: string) => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
const manifest = json('package.json');

interface Locked {
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  /** Unpacked with the package around it, and under its hash. */
  readonly inBundle?: boolean;
  readonly os?: unknown;
}
const packages = Object.entries(json('package-lock.json').packages as Record<string, Locked>).filter(
  ([path, { link, inBundle }]) => path !== '' && link !== true && inBundle !== true,
);

test('every package is locked with its hash', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
});

test('no script of a package runs, and each that would is known by name', () => {
  expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  const scripted = packages
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect([...new Set(scripted)].filter(name => manifest.allowScripts[name] !== false)).toEqual([]);
});

test('Node comes as a package for each platform, which has nothing to download', () => {
  const nodes = Object.keys(manifest.optionalDependencies);
  expect(nodes.length).toBeGreaterThanOrEqual(3);
  for (const name of nodes) {
    expect(name).toMatch(/^node-/);
    const [, locked] = packages.find(([path]) => path === `node_modules/${name}`) ?? [];
    expect(locked?.os).toBeDefined();
    expect(locked?.hasInstallScript).toBeUndefined();
  }
  expect(manifest.devDependencies.node).toBeUndefined();
  expect(manifest.engines.npm).toBe('>=10');
});
