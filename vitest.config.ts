import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They install what they need from PyPI: npm run test:aws, test:python, test:frameworks.
    exclude: [...configDefaults.exclude, 'test/aws/**', 'test/client-python/**', 'test/frameworks/**'],
    pool: 'threads',
    // Two for each core: much of a test that starts processes is waiting. The default leaves a core free, of two that is half.
    maxWorkers: 2 * availableParallelism(),
    // Half of what a process costs that a test starts is reading TypeScript; Node keeps what it has read there.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node', import.meta.url)) },
    // They only end a test that hangs: a busy machine is no failure.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
