/**
 * `npm run test:unit`: what runs in virtual time and starts no process and no server, in less than half a minute: for
 * the minutes in which one writes. All of it is part of `npm test`, there with more tries of each property
 * and with the files that take seconds.
 */

import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { ALONE, inFolder, UNIT } from '../vitest.config.ts';

/** They take seconds each, and what they cover has quicker tests here. */
const SLOW = [
  'test/app/{properties,secrecy,watch-properties,watchdog-clock,watchdog-kinds,wrong-refusals-that-end}.test.ts',
  'test/liquidation/what-the-weight-goes-to.test.ts',
];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: [...UNIT.map(inFolder), 'test/*.test.ts'],
    exclude: [...configDefaults.exclude, ...ALONE, ...SLOW],
    env: { FLATLINE_PROPERTY_RUNS: '25', FLATLINE_SCHEDULES: '500' },
    pool: 'threads',
    // They share no state, and reading the sources anew for each file would take half of the time.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
