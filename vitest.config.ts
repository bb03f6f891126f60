import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What is polled for comes at once; on a busy machine it may take longer than the second that is usual.
    expect: { poll: { timeout: 15_000 } },
  },
});
