import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

export const inFolder = (folder: string): string => `test/${folder}/**/*.test.ts`;

/** In virtual time, and quick: the folders of `npm run test:unit` (test/unit.config.ts). */
export const UNIT = ['core', 'app', 'liquidation', 'adapters', 'docs', 'hostile'];

/** Their files share no state, so a worker reads the sources once for all of them: for each file it takes as long as the tests. */
const SHARING = [
  ...UNIT,
  ...['markets', 'lib', 'simulator', 'faults', 'incident', 'messages', 'panel', 'ping', 'report', 'drill', 'soak'],
];

/** In these folders, but they start processes or servers, or change the environment. */
export const ALONE = [
  'test/app/{watch-interleavings,watch-function}.test.ts',
  'test/markets/{secrecy,crash}.test.ts',
  'test/liquidation/{frozen-connections,refused-keys-and-paths}.test.ts',
  'test/adapters/{connections,dynamo}/**/*.test.ts',
  'test/adapters/{aws/secrets,bot-store}.test.ts',
  'test/hostile/{patterns,large-answers,loopback-pages}.test.ts',
  'test/faults/crash-processes.test.ts',
  'test/messages/{canary,late-log-delivery,incident}.test.ts',
  // Playwright brings a zod that changes the messages of all others.
  'test/{panel,report}/browser.test.ts',
  'test/panel/widths.test.ts',
  'test/ping/ping-url-command.test.ts',
  'test/report/command.test.ts',
  'test/drill/{function-host,processes}.test.ts',
  'test/soak/warm-invocations.test.ts',
  'test/lib/{cfn-lint,costs,least-privilege,permissions,security-checks,synth}.test.ts',
];

// They install what they need from PyPI: npm run test:aws, test:python, test:frameworks.
const OTHERS = ['aws', 'client-python', 'frameworks'];
const folders = readdirSync(new URL('test', import.meta.url)).filter(name => !/\.ts$/.test(name));
const elsewhere = folders.filter(folder => !SHARING.includes(folder) && !OTHERS.includes(folder));
const sharing = [...SHARING.map(inFolder), 'test/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'threads',
    // Half of what a process costs that a test starts is reading TypeScript; Node keeps what it has read there.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node', import.meta.url)) },
    globalSetup: 'test/keep-bundles.ts',
    // They only end a test that hangs: a busy machine is no failure.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'sharing',
          include: sharing,
          exclude: [...configDefaults.exclude, ...ALONE],
          isolate: false,
          // The default leaves a core free, of two that is half.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: [...elsewhere.map(inFolder), ...ALONE],
          // Much of a test that starts processes is waiting.
          maxWorkers: 2 * availableParallelism(),
        },
      },
    ],
  },
});
