/**
 * `npm run test:aws`: the stack deployed to an AWS that we did not write, its functions run there, its policies judged by
 * others. Installs what it needs into node_modules/.cache; where that is not possible it says so and tests nothing.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/aws/**/*.test.ts'],
    globalSetup: 'test/aws/install-tools.ts',
    pool: 'threads',
    maxWorkers: '100%',
    // They only end a hang: nothing here measures time. A deployment takes seconds on an idle machine, and took 100 s with 30
    // processes in line for two cores; the rule of each minute is the longest that is waited for.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 180_000, interval: 250 } },
  },
});
