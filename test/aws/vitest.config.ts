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
    // A deployment takes seconds on an idle machine; nothing here measures time.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 300_000, interval: 250 } },
  },
});
