/**
 * Mutation testing, one part of the house at a time: `npm run test:mutants` (test/mutants/run.ts) says which in the
 * environment. A mutant is tried by those tests of its part that reach it.
 */

import { PARTS } from './test/mutants/parts.ts';

const { mutate } = PARTS[process.env.FLATLINE_MUTANTS ?? 'core'] ?? PARTS.core;

export default {
  mutate,
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  // Told by what was run, not by what is imported: a test file imports half of the house.
  vitest: { configFile: 'test/mutants/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // A mutant of a module's own constants is tried by every test there is, for minutes each.
  ignoreStatic: true,
  // TypeScript 7 has no interface for programs yet, and Stryker would use it to rewrite this file.
  tsconfigFile: 'none.json',
  checkers: [],
  concurrency: Number(process.env.FLATLINE_MUTANTS_AT_ONCE ?? 1),
  timeoutMS: 10_000,
  tempDirName: 'build/mutants',
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, allowEmojis: false, reportTests: false },
  jsonReporter: { fileName: `build/mutants-${process.env.FLATLINE_MUTANTS ?? 'core'}.json` },
  ignorePatterns: ['cdk.out', '.flatline', '.drill', 'build'],
};
