/** The tests that mirror one part of the house; which one, test/mutants/run.ts says in the environment. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { PARTS } from './parts.ts';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [...(PARTS[process.env.FLATLINE_MUTANTS ?? 'core']?.tests ?? [])],
    pool: 'threads',
    testTimeout: 30_000,
  },
});
