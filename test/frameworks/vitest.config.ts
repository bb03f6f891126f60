/**
 * `npm run test:frameworks`: bots of others, as released, each with its own client of Binance, against the simulated exchange
 * and under the guard. Python's come from PyPI into virtual environments of their own below node_modules/.cache; where Python
 * or PyPI is missing, or one does not install here, its tests say so and are skipped.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/frameworks/**/*.test.ts'],
    pool: 'threads',
    // Each bot is a process that wants a processor of its own; side by side they only wait for each other.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 300_000, interval: 250 } },
  },
});
