/**
 * `npm run test:python`: the Python client and its examples, run as bots. Installs boto3 from PyPI into
 * node_modules/.cache; where there is no Python or no PyPI it says so and tests nothing.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/client-python/*.test.ts'],
    globalSetup: 'test/client-python/install-python.ts',
    pool: 'threads',
    maxWorkers: '100%',
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url)) },
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
