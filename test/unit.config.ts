/**
 * `npm run test:unit`: what runs in virtual time and starts no process and no server, in less than half a minute: for
 * the minutes in which one writes. All of it is part of `npm test`, there with more tries of each property.
 */

import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { ALONE, inFolder, UNIT } from '../vitest.config.ts';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: [...UNIT.map(inFolder), 'test/*.test.ts'],
    exclude: [...configDefaults.exclude, ...ALONE, 'test/app/properties.test.ts'],
    env: { FLATLINE_PROPERTY_RUNS: '25', FLATLINE_SCHEDULES: '500' },
    pool: 'threads',
    // They share no state, and reading the sources anew for each file would take half of the time.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
