/**
 * `npm run test:mutants [-- part …]`: changes the source in small ways, one at a time, and prints which changes no test
 * notices. Stryker, which does it, is no dependency: it would double what every installation fetches. The part
 * `engine-rules` is mutated by hand and needs none.
 */

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { PARTS } from './parts.ts';
import { runEngineRules } from './run-engine-rules.ts';

const INSTALL = 'npm install --no-save @stryker-mutator/core@10.1.1 @stryker-mutator/vitest-runner@10.1.1';

/** Mutations that are made by hand: they need no Stryker. */
const BY_HAND = 'engine-rules';

const { positionals } = parseArgs({ allowPositionals: true });
const byHand = positionals.length === 0 || positionals.includes(BY_HAND);
const asked = positionals.length === 0 ? Object.keys(PARTS) : positionals.filter(part => part !== BY_HAND);
if (byHand && runEngineRules() > 0) process.exitCode = 1;
const unknown = asked.filter(part => !Object.hasOwn(PARTS, part));

if (unknown.length > 0)
  fail(`There is no part "${unknown.join('", "')}"; there are: ${[BY_HAND, ...Object.keys(PARTS)].join(', ')}.`);
else if (asked.length > 0 && !isInstalled())
  fail(`Mutation testing needs Stryker, which is no dependency of ours: ${INSTALL}`);
else {
  for (const part of asked) {
    console.log(`\n${part}: ${PARTS[part]?.mutate.join(', ')}`);
    const { status } = spawnSync('npx', ['--no-install', 'stryker', 'run', 'stryker.config.mjs'], {
      stdio: 'inherit',
      env: { ...process.env, FLATLINE_MUTANTS: part },
    });
    if (status !== 0) process.exitCode = 1;
  }
}

function isInstalled(): boolean {
  try {
    return import.meta.resolve('@stryker-mutator/core') !== '';
  } catch {
    return false;
  }
}

function fail(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}
