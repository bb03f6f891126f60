/** What holds for every command: help, wrong words, exit codes, what happens without AWS; and bots as an example. */

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { registerBeat } from '../../bin/commands/beat.ts';
import { registerBots } from '../../bin/commands/bots.ts';
import { registerCompletion } from '../../bin/commands/completion.ts';
import { registerLiquidate } from '../../bin/commands/liquidate.ts';
import { registerPreflight } from '../../bin/commands/preflight.ts';
import { registerReport } from '../../bin/commands/report.ts';
import { registerSnooze } from '../../bin/commands/snooze.ts';
import { registerStatus } from '../../bin/commands/status.ts';
import { registerArm, registerDisarm, registerRearm } from '../../bin/commands/watch-verbs.ts';
import { EXIT_CODES } from '../../bin/terminal/exit.ts';
import { widthOf } from '../../bin/terminal/layout.ts';
import { codeIn, readDocument } from '../docs/markdown.ts';
import { COMMAND_LINE } from '../support/command-line.ts';
import { type Ended, type ServedForTests, serveForTests, startFlatline, unasked } from './served-cloud.ts';

let served: ServedForTests;
beforeAll(async () => {
  served = await serveForTests({ bots: ['default', 'alpha'] });
});
afterAll(() => served.close());

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => startFlatline(args, { env }).ended;

const WRONG_FOR = [registerBots, registerStatus, registerBeat, registerReport, registerSnooze, registerLiquidate];

describe('a wrong command line: exit 3, on stderr, with the remedy', () => {
  test.each([
    [['bost'], ['flatline: "bost" is not a command. Did you mean bots?', 'See flatline --help.']],
    [
      ['bost', '--help'],
      ['flatline: "bost" is not a command. Did you mean bots?', 'See flatline --help.'],
    ],
    [
      ['bots', '--jsno'],
      ["flatline bots: Unknown option '--jsno'. Did you mean --json?", 'See flatline bots --help.'],
    ],
    [
      ['bots', 'alpha'],
      ['flatline bots: unexpected argument "alpha".', 'See flatline bots --help.'],
    ],
    [
      ['beat', 'alpha'],
      ['flatline beat: unexpected argument "alpha". Did you mean --bot alpha?', 'See flatline beat --help.'],
    ],
    [
      ['beat', 'testnet'],
      ['flatline beat: unexpected argument "testnet". Did you mean --env testnet?', 'See flatline beat --help.'],
    ],
    [
      ['--local', 'status'],
      ["flatline: Unknown option '--local'. The options of a command come after its name.", 'See flatline --help.'],
    ],
    [
      ['beat', '--bot', 'alpha', 'beta'],
      ['flatline beat: unexpected argument "beta".', 'See flatline beat --help.'],
    ],
    [
      ['report'],
      ['flatline report: Name the correlation ID; flatline audit list shows them.', 'See flatline report --help.'],
    ],
    [
      ['beat', '--bot', 'alpha', '-b', 'beta'],
      [`flatline beat: Option '-b, --bot <id>' has two values, "alpha" and "beta".`, 'See flatline beat --help.'],
    ],
    [
      ['liquidate', '--symbols', 'BTCUSDT', '--symbols=ETHUSDT', '--yes'],
      [
        `flatline liquidate: Option '--symbols <list>' has two values, "BTCUSDT" and "ETHUSDT".`,
        'See flatline liquidate --help.',
      ],
    ],
    [
      ['report', 'liq_20261121_053033_2f7d914a', '--output', '-'],
      [
        "flatline report: Option '--output <file>' argument '-' is invalid. Name a file.",
        'See flatline report --help.',
      ],
    ],
    [
      ['bots', '--env', 'prod'],
      [expect.stringMatching(/'prod' is invalid\. Allowed choices are production, testnet\.$/), expect.any(String)],
    ],
    [
      ['snooze', '--for', '0s'],
      [expect.stringMatching(/argument '0s' is invalid\. It is at least 1s\.$/), expect.any(String)],
    ],
    [
      // Which of the two is meant? All bots would be liquidated.
      ['liquidate', '--all-silent', '--bot', 'alpha', '--yes'],
      [
        "flatline liquidate: Option '--all-silent' cannot be used with option '-b, --bot <id>'.",
        'See flatline liquidate --help.',
      ],
    ],
  ])('%j', async (args, lines) => {
    const { code, stdout, stderr } = await served.here(WRONG_FOR, args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual(lines);
  });

  test('an empty command line prints the list of commands', async () => {
    const { code, stdout, stderr } = await served.here([registerBots], []);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('Usage: flatline COMMAND [options]');
  });
});

test('an option that an argument makes meaningless is refused, not ignored', async () => {
  const args = ['status', 'liq_20261121_053033_2f7d914a', '--preflight', '--local'];
  const { code, stdout, stderr } = await served.here(WRONG_FOR, args);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(/^status: --preflight is for the whole deployment\./);
});

describe('flatline bots', () => {
  test('prints a table, or JSON', async () => {
    const [shown, told] = await Promise.all([
      served.flatline(['bots', '--local']),
      served.here([registerBots], ['bots', '--local', '--json']),
    ]);
    expect([shown.code, unasked(shown)]).toEqual([0, '']);
    expect(shown.stdout.split('\n').filter(line => widthOf(line) > 80)).toEqual([]);
    expect(shown.stdout).toMatch(/^Bots of the local cloud\n[\s\S]*alpha +never[\s\S]*default +never/);
    expect(told.code).toBe(0);
    // One document, without the text for people.
    expect(told.stderr).toBe('');
    expect(JSON.parse(told.stdout)).toMatchObject({
      where: 'the local cloud',
      watchdog: { ticked_at: null, blind: true },
      bots: [
        { bot_id: 'alpha', configured: true, condition: 'never', last_beat_at: null, trip: null },
        { bot_id: 'default', times: { heartbeat_ms: 2_000, late_after_ms: 6_000, dead_after_ms: 15_000 } },
      ],
    });
  });

  test('reads a deployment by the ordinary AWS variables', async () => {
    const { code, stdout } = await run(['bots'], served.deployed);
    expect(code).toBe(0);
    expect(stdout).toContain('Bots of flatline-production in eu-central-1');
  });

  test('exits without an error when its reader stops reading', () => {
    const pipeline = `'${process.execPath}' '${COMMAND_LINE}' bots --help | head -n 1`;
    expect(execFileSync('bash', ['-o', 'pipefail', '-c', pipeline]).toString()).toBe(
      'Usage: flatline bots [options]\n',
    );
  });
});

test('Ctrl-C ends a command that waits, and after a second the command prints what it waits for', async () => {
  served.cloud.tables.faults.always({ kind: 'hang' }, { target: 'bots' });
  const { child, shows, ended } = served.start(['bots', '--local']);
  await shows(/reading the table of bots …/);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  served.cloud.tables.faults.clear();
  expect(code).toBe(130);
  expect(stderr).toMatch(/\nbots: interrupted by SIGINT\n$/);
});

describe('--help', () => {
  const registers = [
    ...[registerBots, registerLiquidate, registerPreflight, registerStatus, registerCompletion],
    ...[registerArm, registerDisarm, registerRearm, registerSnooze, registerBeat],
  ];
  test.each(['bots', 'liquidate', 'preflight', 'status', 'arm', 'disarm', 'rearm', 'snooze', 'beat'])(
    'of %s has examples, the shape of its document, the exit codes, and fits 80 columns',
    async name => {
      const { code, stdout } = await served.here(registers, [name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /Usage: flatline [a-z]+ [\s\S]*Examples:\n {2}flatline [\s\S]*The JSON document:[\s\S]*Exit codes:/,
      );
      expect(stdout.split('\n').filter(line => widthOf(line) > 80)).toEqual([]);
    },
  );
});

describe('what cannot be reached: exit 4, one sentence, the remedy', () => {
  const keys = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'very-secret-key' };
  const nobodys = { AWS_CONFIG_FILE: '/nonexistent/config', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials' };

  /** In this process, whose environment the SDK reads. */
  async function here(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    for (const [name, value] of Object.entries({ ...nobodys, ...env })) vi.stubEnv(name, value);
    try {
      return await served.here([registerBots], args);
    } finally {
      vi.unstubAllEnvs();
    }
  }

  test.each<[string, typeof run, readonly string[], () => Readonly<Record<string, string>>, RegExp]>([
    [
      'no local cloud',
      run,
      ['--local'],
      () => ({ FLATLINE_LOCAL_FILE: '/nonexistent' }),
      /Start one in another terminal: flatline drill --serve/,
    ],
    [
      'no credentials',
      run,
      [],
      () => ({ AWS_REGION: 'eu-central-1' }),
      /no AWS credentials were found\. Set AWS_PROFILE/,
    ],
    [
      'no region',
      here,
      [],
      () => ({ ...keys, AWS_REGION: '' }),
      /no AWS region is set, or it is not valid\. Use --region/,
    ],
    [
      'nobody answers',
      here,
      [],
      () => ({ ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }),
      /AWS does not answer in eu-central-1 \(ECONNREFUSED\)/,
    ],
    [
      'a region that is none',
      here,
      ['--region', 'zz-north-1'],
      () => keys,
      /Could not read the configuration of flatline-production-liquidator: .*zz-north-1/,
    ],
    [
      'no such function',
      here,
      ['--env', 'testnet'],
      () => served.deployed,
      /there is no function flatline-testnet-liquidator in eu-central-1\. Deploy it/,
    ],
    [
      'no such stack',
      here,
      ['--name', 'two'],
      () => served.deployed,
      /there is no function flatline-production-two-liquidator/,
    ],
  ])('%s', async (_what, tried, options, env, sentence) => {
    const { code, stdout, stderr } = await tried(['bots', '--json', ...options], env());
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .filter(line => line.startsWith('bots: ')),
    ).toHaveLength(1);
    expect(stderr).not.toContain('very-secret-key');
  });

  test('an invalid region is a wrong command line: nothing is called', async () => {
    for (const region of ['', 'nowhere']) {
      const { code, stderr } = await here(['bots', '--region', region], served.deployed);
      expect(code).toBe(3);
      expect(stderr).toContain('Use the name of an AWS region, like ap-northeast-1.');
    }
  });

  test('a table that refuses access is named', async () => {
    const error = 'com.amazonaws.dynamodb.v20120810#AccessDeniedException';
    served.cloud.tables.faults.always({ kind: 'fail', status: 400, error }, { target: 'bots' });
    const { code, stderr } = await served.here([registerBots], ['bots', '--local']);
    served.cloud.tables.faults.clear();
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /bots: The table bots could not .*AccessDeniedException.*Your AWS credentials do not allow it/,
    );
  });
});

test('documents name commands that there are, and the exit codes as they are', async () => {
  const { rows } = readDocument('README.md').section("The operator's tools");
  const exits = readDocument('docs/operations.md').section('Exit codes').rows;
  const { stdout } = await run(['--help']);
  const listed = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name);
  const named = rows.flatMap(([first = '']) => codeIn(first) ?? []);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(name => !listed.includes(name))).toEqual([]);
  const codes = exits.flatMap(([first = '', meaning = '']) => (/^\d+$/.test(first) ? [[first, meaning]] : []));
  expect(codes.map(([code]) => code)).toEqual(EXIT_CODES.map(([code]) => code));
});
