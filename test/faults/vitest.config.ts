/**
 * `npm run test:faults`: every cell of the matrix of each market, every crash point, many more interleavings than the ordinary suite, and
 * 100,000 schedules of the engine.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [
      'test/faults/**/*.test.ts',
      'test/markets/{matrix,preflight-matrix,crash,properties,other-kind}.test.ts',
      'test/core/liquidation/properties.test.ts',
      'test/app/{properties,wrong-refusals-that-end,watch-properties}.test.ts',
      'test/hostile/{commands,events,exchange-replies,messages,panel,rows}.test.ts',
    ],
    env: { FLATLINE_FAULTS: 'all', FLATLINE_PROPERTY_RUNS: '2000' },
    pool: 'threads',
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
