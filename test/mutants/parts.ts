/**
 * What is mutated, in parts that take minutes each, and the tests that mirror each part: what they let through, they do
 * not hold.
 */

export interface Part {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const TESTS_OF_WATCH = [
  ...[
    'memory',
    'check-armed',
    'check-tripped',
    'trip',
    'bot',
    'repair-index',
    'tick-notes',
    'commands',
    'notify',
    'resume',
  ],
];

export const PARTS: Readonly<Record<string, Part>> = {
  engine: {
    mutate: ['lambda/core/liquidation/**/*.ts', 'lambda/core/exchange/*.ts'],
    // All but those that play for a minute: properties, frozen-connections.
    tests: [
      'test/core/exchange/*.test.ts',
      'test/core/liquidation/{found-by-properties,rules-by-example,pending,resume,timing}.test.ts',
      'test/liquidation/{limits,one,progress,proof,quantities,refused,requests,rows,slow,wrong}-*.test.ts',
      'test/liquidation/{the-read-after-flat,what-is-left,what-the-answer-says}.test.ts',
    ],
  },
  core: {
    mutate: ['lambda/core/{audit,invocation,text}/*.ts', 'lambda/core/config/credentials.ts'],
    tests: ['test/core/{audit,invocation,text}/*.test.ts', 'test/core/config/*.test.ts'],
  },
  heartbeat: {
    mutate: ['lambda/core/heartbeat/*.ts'],
    tests: ['test/core/heartbeat/*.test.ts', 'test/app/watch-memory.test.ts', 'test/app/watch.test.ts'],
  },
  app: {
    mutate: ['lambda/app/liquidator/*.ts', 'lambda/app/exchange/*.ts'],
    tests: [
      'test/app/{scenarios,until-flat,rate-limiter,preflight,correlation-id-reuse}.test.ts',
      'test/liquidation/{limits-that-last,what-the-answer-says,who-resumes}.test.ts',
    ],
  },
  watch: {
    mutate: ['lambda/app/watchdog/*.ts'],
    // All but those that play for seconds: watch-properties, watch-interleavings and watch-function.
    tests: [`test/app/watch{,-${TESTS_OF_WATCH.join(',-')}}.test.ts`],
  },
};
