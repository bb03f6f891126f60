/**
 * The local cloud of `flatline drill --serve`, in the test's own process, and the command line as a process against it.
 *
 *   let served: ServedForTests;
 *   beforeAll(async () => { served = await serveForTests({ bots: ['default', 'alpha'] }); });
 *   afterAll(() => served.close());
 *
 *   const { code, stdout, stderr } = await served.flatline(['bots', '--local', '--json']);   // about 0.4 s
 *   served.accounts.get('alpha')?.truth()      // what the exchange really holds
 *   await served.tick();                       // one tick of the real watchdog; none comes by itself
 *   served.cloud.lambda.faults.next({ kind: 'hang' }, { operation: 'Invoke' })    // also tables.faults, exchange.faults
 *   served.start(['guard', '--local', '--', 'sleep', '60'])                       // a process to be watched, or killed
 *   served.here([registerBots], ['bots', '--local'])       // the same without a process: some 50 ms; no terminal, no signals
 *
 * It takes about two seconds to start: one for a test file. Without --local, the environment `deployed` leads the same
 * commands to the same place as if it were AWS (functions flatline-production-…, AWS_ENDPOINT_URL_…).
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  type ServedCloud,
  type ServedOptions,
  startServedCloud,
} from '../../bin/commands/drill/served/served-cloud.ts';
import { localFilePath, writeLocalFile } from '../../bin/connect/local-file.ts';
import { createCli } from '../../bin/terminal/cli.ts';
import { buildProgram, type Register, runProgram } from '../../bin/terminal/program.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { ENV } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { COMMAND_LINE } from '../support/command-line.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that is said on stderr but what is waited for: how long that takes is the machine's own matter. */
export const unasked = ({ stderr }: Ended): string => stderr.replace(/^.* …\n/gm, '');

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with all of the output so far once it matches; rejects when the process ends before. */
  shows(pattern: RegExp): Promise<string>;
}

type Environment = Readonly<Record<string, string>>;

export interface ServedForTests extends ServedCloud {
  /** A folder that goes with it. */
  readonly folder: string;
  /** For commands with --local. */
  readonly env: Environment;
  /** For commands without --local. */
  readonly deployed: Environment;
  flatline(args: readonly string[], options?: RunOptions): Promise<Ended>;
  start(args: readonly string[], options?: RunOptions): Started;
  /** In this process, with the commands that are registered: quick, for all that is not about processes. */
  here(registers: readonly Register[], args: readonly string[]): Promise<Ended>;
}

export interface RunOptions {
  /** Over `env`. */
  readonly env?: Environment;
  /** Written to stdin, which is then closed; by default there is none. */
  readonly input?: string;
  readonly cwd?: string;
}

export async function serveForTests(options: Omit<ServedOptions, 'clock'> = {}): Promise<ServedForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'served-test-'));
  const served = await startServedCloud({ rttMs: 4, ...options, clock: startClock() });
  const env = { FLATLINE_LOCAL_FILE: join(folder, 'local.json') };
  writeLocalFile(localFilePath(env), served.file);
  nameAsDeployed(served);
  return {
    ...served,
    folder,
    env,
    deployed: {
      AWS_ENDPOINT_URL_LAMBDA: served.file.lambdaUrl,
      AWS_ENDPOINT_URL_DYNAMODB: served.file.dynamoUrl,
      AWS_REGION: served.file.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    flatline: (args, more = {}) => startFlatline(args, { ...more, env: { ...env, ...more.env } }).ended,
    start: (args, more = {}) => startFlatline(args, { ...more, env: { ...env, ...more.env } }),
    here: (registers, args) => runHere(registers, args, env),
    close: async () => {
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same functions by the names that the stack would give them. */
function nameAsDeployed({ cloud, settings, file }: ServedCloud): void {
  const variables = {
    [ENV.config]: toJson(settings),
    [ENV.liquidationsTable]: 'liquidations',
    [ENV.auditTable]: 'audit',
    [ENV.botsTable]: 'bots',
  };
  for (const name of ['liquidator', 'watchdog'] as const) {
    const host = {
      invoke: async (event: unknown) => {
        const reply = await fetch(`${file.lambdaUrl}/2015-03-31/functions/flatline-${name}/invocations`, {
          method: 'POST',
          body: JSON.stringify(event),
        });
        return { kind: 'answered', payload: await reply.json(), cold: false, maxRssKb: 0 } as const;
      },
    };
    cloud.lambda.register(`flatline-production-${name}`, host, { variables, timeoutMs: 60_000, memoryMb: 512 });
  }
}

export async function runHere(
  registers: readonly Register[],
  args: readonly string[],
  env: Environment,
): Promise<Ended> {
  // Large enough to hold all that is written before it is read.
  const [stdin, stdout, stderr] = [1, 2, 3].map(() => new PassThrough({ highWaterMark: 2 ** 24 })) as [
    PassThrough,
    PassThrough,
    PassThrough,
  ];
  const streams = { stdin, stdout, stderr, env: { COLUMNS: '80', ...env } } as unknown as Parameters<
    typeof createCli
  >[0];
  const cli = createCli(streams);
  const code = await runProgram(buildProgram(registers, cli), cli, args);
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** No profile, no credentials and no metadata service of the machine it runs on. */
const BARE_AWS = {
  HOME: tmpdir(),
  AWS_EC2_METADATA_DISABLED: 'true',
  // As on a usual screen; without it nothing is wrapped in a pipe.
  COLUMNS: '80',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
} as const;

/** The command line as a process, with none of the caller's own AWS environment. */
export const startFlatline = (args: readonly string[], options: RunOptions = {}): Started =>
  startProgram(process.execPath, [COMMAND_LINE, ...args], options);

/** Any program, such as one that launches the command line. */
export function startProgram(
  file: string,
  args: readonly string[],
  { env = {}, input, cwd }: RunOptions = {},
): Started {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|FLATLINE_(?!BUNDLES))/.test(name)),
  );
  const child = spawn(file, args, {
    env: { ...own, ...BARE_AWS, ...env },
    ...(cwd !== undefined && { cwd }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  if (input !== undefined) child.stdin?.end(input);
  const ended = new Promise<Ended>(resolve => child.once('close', code => resolve({ code, stdout, stderr })));
  const shows = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(stdout + stderr)) resolve(stdout + stderr);
      };
      look();
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      child.once('close', () => reject(new Error(`It ended without showing ${pattern}:\n${stdout}${stderr}`)));
    });
  return { child, ended, shows };
}
