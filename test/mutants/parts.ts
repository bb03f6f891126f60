/**
 * What is mutated, in parts that take minutes each, and the tests that mirror each part: what they let through, they do
 * not hold.
 */

export interface Part {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const CORE = [
  ...['plan', 'failure', 'next-step', 'flatness', 'timing', 'hand-over', 'ioc-price', 'foreign-event'],
  ...['audit-chain', 'audit-verification', 'canonical-json', 'whole-answer', 'request', 'lessons', 'profit', 'verdict'],
];
const APP = ['act', 'rounds', 'attempt', 'judge', 'task', 'lock', 'observe', 'rate-budget', 'session', 'conclude'];
const WATCH = [
  'memory',
  'function',
  'armed-look',
  'tripped-look',
  'fire',
  'vigil',
  'patrol',
  'tick-notes',
  'commands',
  'tellings',
  'resume',
];

export const PARTS: Readonly<Record<string, Part>> = {
  core: { mutate: CORE.map(name => `lambda/core/${name}.ts`), tests: ['test/core/*.test.ts'] },
  heartbeat: {
    mutate: ['lambda/core/heartbeat/*.ts'],
    tests: ['test/core/heartbeat/*.test.ts', 'test/app/watch-memory.test.ts', 'test/app/watch.test.ts'],
  },
  app: {
    mutate: APP.map(name => `lambda/app/${name}.ts`),
    tests: ['test/app/{act,scenarios,until-flat,rate-budget,preflight}.test.ts'],
  },
  watch: {
    mutate: ['lambda/app/watchdog/*.ts'],
    // All but those that play for seconds: watch-properties and watch-interleavings.
    tests: [`test/app/watch{,-${WATCH.join(',-')}}.test.ts`],
  },
};
