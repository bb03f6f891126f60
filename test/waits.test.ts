/** Keeps tests, drill and scenarios independent of the machine's speed: nobody waits for a fixed time, or asks signal 0. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SELF = 'test/waits.test.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

const sources: readonly Source[] = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', '*.ts', '*.mjs', '*.py', '*.sh'],
  { cwd: ROOT },
)
  .toString()
  .split('\n')
  .filter(path => path !== '' && path !== SELF && existsSync(join(ROOT, path)))
  .map(path => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** What plays and judges, as against what is played: there a wait must end with an event. */
const WAITS_FOR_EVENTS = /^(test|simulator\/scenarios|bin\/commands\/drill|client\/python\/tests)\//;

/** The system's clock, or rigs that run on it. */
const IN_REAL_TIME = /\bstartClock\(|^test\/(client-python|guard)\/|served-cloud\.ts'/;

interface Rule {
  readonly forbids: string;
  readonly where: RegExp;
  /** True of files whose time is virtual: a sleep of theirs depends on no machine. */
  readonly isVirtual?: (source: Source) => boolean;
  readonly pattern: RegExp;
  /** Which of the matches are none, by what the first group has matched. */
  readonly except?: (matched: string, source: Source) => boolean;
  /** Files, each with its reason. */
  readonly allowed: Readonly<Record<string, string>>;
}

/** A pause between two reads for an event, in seconds. By name: `POLL_…`, `EVERY_…`; `FOREVER_…` only ends a hang. */
const LONGEST_POLL_SECONDS = 0.05;

const RULES: readonly Rule[] = [
  {
    forbids: 'a timer of a test’s own',
    where: WAITS_FOR_EVENTS,
    pattern: /\b(setTimeout|setInterval)\b(?= as |\()/g,
    allowed: {
      'test/adapters/connections/frozen-function.test.ts': 'turns of the loop: nothing tells that a socket has closed',
      'test/aws/log-delivery.ts': 'a pause between two looks at an emulator’s log',
      'test/guard/first-proof.test.ts': 'in the source of a bot',
      'test/guard/leave-at-once.test.ts': 'in the source of a bot',
      'test/adapters/dynamodb-local-engine.ts': 'a pause between two reads whether an engine is up',
      'test/client/typescript/liquidation.test.ts': 'under fake timers',
      'test/client/typescript/package.test.ts': 'in the source of a bot',
      'test/drill/function-host.test.ts': 'in the source of a function that hangs',
      'test/cli/running-process.test.ts': 'in the source of a process that stays',
      'test/simulator-cloud/tables.test.ts': 'turns of the loop: nothing tells that no timer will throw',
    },
  },
  {
    forbids: 'a sleep of a fixed length',
    where: WAITS_FOR_EVENTS,
    isVirtual: ({ path, text }) => !/\.py$/.test(path) && !IN_REAL_TIME.test(`${path}\n${text}`),
    pattern: /\bsleep\(\s*([\d_.]+|[A-Z][A-Z_]+)\s*[,)]/g,
    except: (length, { path }) =>
      /^(POLL|EVERY|FOREVER)_/.test(length) || (path.endsWith('.py') && Number(length) <= LONGEST_POLL_SECONDS),
    allowed: {
      'test/adapters/clock.test.ts': 'the clock itself',
      'test/adapters/connections/frozen-function.test.ts': 'moves the clock of a function that stands still',
      'test/client-python/runs.test.ts': 'a pause between two reads',
    },
  },
  {
    forbids: 'a limit of its own for what is polled (vitest.config.ts has one that only ends a hang)',
    where: /^test\//,
    pattern: /\.(poll|waitFor|waitUntil)\([^;]*?\btimeout:/g,
    allowed: {},
  },
  {
    forbids: 'a step that waits for a fixed time',
    where: /^simulator\/scenarios\//,
    pattern: /kind: '(wait|sleep|pause)'/g,
    allowed: {},
  },
  {
    forbids: 'liveness by signal 0, which also reaches what has ended and was not reaped',
    where: /./,
    pattern: /\bkill\([^;\n]*,\s*(0)\s*\)|\bkill -(0)\b/g,
    allowed: {
      'bin/connect/running-process.ts': 'reads the state as well',
      'test/cli/running-process.test.ts': 'shows that it is not enough',
      'test/guard/bot-process.test.ts': 'shows that it is not enough',
      'test/guard/lock-file.test.ts': 'shows that it is not enough',
    },
  },
];

function breachesOf({ where, isVirtual, pattern, except }: Rule, source: Source): number {
  if (!where.test(source.path) || isVirtual?.(source)) return 0;
  return [...source.text.matchAll(pattern)].filter(([, matched = '']) => !except?.(matched, source)).length;
}

describe.each(RULES.map(rule => [rule.forbids, rule] as const))('%s', (_name, rule) => {
  test('is nowhere but where it is allowed', () => {
    const found = sources.filter(source => breachesOf(rule, source) > 0).map(({ path }) => path);
    expect(found.filter(path => !(path in rule.allowed))).toEqual([]);
  });

  test('is still where it is allowed', () => {
    const idle = Object.keys(rule.allowed).filter(path => {
      const source = sources.find(one => one.path === path);
      return source === undefined || breachesOf(rule, source) === 0;
    });
    expect(idle).toEqual([]);
  });
});

/** Each must be found, so that no rule is a dead letter. */
const BREACHES: readonly (readonly [string, string, string, number])[] = [
  ['a timer', 'test/guard/x.test.ts', 'await new Promise(done => setTimeout(done, 150));', 0],
  ['a timer by another name', 'test/x.test.ts', "import { setTimeout as pause } from 'node:timers/promises';", 0],
  ['a sleep on the system’s clock', 'test/x.test.ts', 'const clock = startClock();\nawait clock.sleep(4_500);', 1],
  ['a sleep of a length with a name', 'test/guard/x.test.ts', 'await clock.sleep(LONG_ENOUGH_MS);', 1],
  ['a sleep beside a bot', 'test/client-python/x.test.ts', 'await rig.clock.sleep(700);', 1],
  ['a sleep of the drill', 'bin/commands/drill/x.ts', 'startClock(); await clock.sleep(2_000);', 1],
  ['a sleep of a bot', 'test/client-python/bots/x.py', 'time.sleep(1.5)', 1],
  ['a sleep in asyncio', 'test/client-python/bots/x.py', 'await asyncio.sleep(0.3)', 1],
  ['a poll with little patience', 'test/x.test.ts', 'expect.poll(() => done, { timeout: 9_000 }).toBe(true)', 2],
  ['a step that waits', 'simulator/scenarios/x.ts', "{ kind: 'wait', ms: 2_000 }", 3],
  ['signal 0', 'bin/x.ts', 'process.kill(pid, 0);', 4],
  ['signal 0 to a group', 'bin/x.ts', 'process.kill(-child.pid, 0)', 4],
  ['signal 0 of a computed process', 'test/x.test.ts', 'process.kill(Number(one.stdout), 0)', 4],
  ['signal 0 in Python', 'client/python/x.py', 'os.kill(os.getpid(), 0)', 4],
  ['signal 0 in a shell', 'examples/x.sh', 'while kill -0 "$pid"; do :; done', 4],
];

test.each(BREACHES)('the patterns of fixed waits find %s', (_name, path, text, index) => {
  expect(RULES.flatMap((rule, at) => (breachesOf(rule, { path, text }) > 0 ? [at] : []))).toEqual([index]);
});

test.each([
  ['a sleep in virtual time', 'test/app/x.test.ts', 'await rig.clock.sleep(20_000);'],
  ['a pause between two reads', 'test/client-python/bots/x.py', 'time.sleep(0.05)'],
  ['a pause of the drill', 'bin/commands/drill/x.ts', 'startClock(); await clock.sleep(POLL_MS);'],
  ['a poll that ends with the event', 'test/x.test.ts', 'await expect.poll(() => done, { interval: 5 }).toBe(true)'],
  ['another signal', 'bin/x.ts', "process.kill(pid, 'SIGTERM'); process.exit(0);"],
])('the patterns of fixed waits do not find %s', (_name, path, text) => {
  expect(RULES.filter(rule => breachesOf(rule, { path, text }) > 0)).toEqual([]);
});
