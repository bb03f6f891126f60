/**
 * `npm run test:unit`: what runs in virtual time and starts no process and no server, in less than half a minute: for
 * the minutes in which one writes. All of it is part of `npm test`, there with more tries of each property.
 */

import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const FOLDERS = ['core', 'app', 'liquidation', 'adapters', 'docs', 'hostile'];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: [...FOLDERS.map(folder => `test/${folder}/**/*.test.ts`), 'test/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'test/app/{properties,watch-interleavings,watch-function}.test.ts',
      'test/liquidation/{frozen-connections,refused-keys-and-paths}.test.ts',
      'test/adapters/{connections,dynamo}/**',
      'test/adapters/{aws/secrets,bot-store}.test.ts',
      'test/hostile/{patterns,large-answers,loopback-pages}.test.ts',
    ],
    env: { FLATLINE_PROPERTY_RUNS: '25', FLATLINE_SCHEDULES: '500' },
    pool: 'threads',
    // They share no state, and reading the sources anew for each file would take half of the time.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
