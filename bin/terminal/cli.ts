/**
 * The base of every command of `flatline`. A command's file registers the command and makes its action here:
 *
 *   export function registerBots(program: Command, cli: Cli): void {
 *     const command = program.command('bots').summary('…').description('…');
 *     connectionOptions(command); jsonOption(command, […]); examples(command, […]);
 *     command.action(cli.action<ConnectionOptions>(async run => {
 *       const connection = await run.connect();
 *       run.say('for people');           // stdout; stderr with --json
 *       run.answer({ for: 'programs' });  // with --json only: the one document on stdout
 *       return EXIT.ok;
 *     }));
 *   }
 *
 * Heavy modules (the SDKs come with `connect`) are imported where they are used, so that --help stays quick.
 * Errors: throw CliError, with the sentence and the exit code. A StoreError is shown as it is and exits 4.
 */

import type { Command, Option } from 'commander';
import { startClock } from '../../lambda/adapters/clock.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import { messageOf } from '../../lambda/core/invocation/answer-error.ts';
import { StoreError } from '../../lambda/core/invocation/error-codes.ts';
import type { Clock, Random } from '../../lambda/ports.ts';
import { versionText } from '../../package/version.ts';
import type { Connection } from '../connect/connection.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';
import { fileFailure } from './files.ts';
import { listenForInterruption, type SignalPolicy } from './interruption.ts';
import type { ConnectionOptions } from './options.ts';
import type { Paint, Screen } from './paint.ts';
import { withProgress } from './progress.ts';
import { openTerminal, printError, type Terminal } from './terminal.ts';

/** One use of a command. */
export interface CommandRun<O extends object> {
  readonly options: O & { readonly json?: boolean };
  /** The command's arguments, as declared. */
  readonly args: readonly string[];
  readonly cli: Cli;
  /** Lines for people. With --json only before a confirmation; otherwise the document has the same. */
  say(text?: string | readonly string[]): void;
  /** A line of progress: stdout, or stderr when a program reads stdout. */
  print(text?: string): void;
  /** A line on stderr. */
  warn(text: string): void;
  /** Overwrites the current line; undefined without a terminal. */
  readonly rewrite: ((text: string) => void) | undefined;
  /** Colours and width for lines of `say`. */
  readonly screen: Screen;
  readonly paint: Paint;
  /** Prints the JSON document with --json, does nothing without. Call it at most once. */
  answer(document: object): void;
  /** Ctrl-C came, for a command whose signals are `notify`. */
  readonly interrupted: AbortSignal;
  /** Prints what is waited for when it takes longer than a second. */
  progress<T>(says: string, work: Promise<T>): Promise<T>;
  /** For a command with connectionOptions. It is closed when the command ends. Throws CliError (4). */
  connect(): Promise<Connection>;
}

export interface Cli {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The version of these tools, not of the deployment. */
  version(): string;
  /** Makes a commander action: the work's exit code becomes the process's, its errors become sentences. */
  action<O extends object>(
    work: (run: CommandRun<O>) => Promise<ExitCode>,
    choices?: ActionChoices,
  ): (...args: unknown[]) => Promise<void>;
  /** The exit code of a wrong command line, by the command's name; EXIT.usage for the others. */
  readonly usageExits: Map<string, ExitCode>;
  /** The exit code of the last action; undefined when none has run. */
  readonly exitCode: ExitCode | undefined;
}

interface ActionChoices {
  readonly signals?: SignalPolicy;
  /** For a command with its own exit codes: maps the usual code of an error to its own. */
  readonly errorExit?: (usual: ExitCode) => ExitCode;
}

export function createCli(process: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>): Cli {
  const { stdin, stdout, stderr, env } = process;
  let exitCode: ExitCode | undefined;
  const cli: Cli = {
    terminal: openTerminal({ stdin, stdout, stderr, env }),
    clock: startClock(),
    random: systemRandom,
    env,
    version: versionText,
    usageExits: new Map(),
    action:
      (work, choices = {}) =>
      async (...args) => {
        // Commander passes the arguments one by one, then the options, then the command.
        exitCode = await runAction(cli, args.at(-1) as Command, work, choices);
      },
    get exitCode() {
      return exitCode;
    },
  };
  return cli;
}

async function runAction<O extends object>(
  cli: Cli,
  command: Command,
  work: (run: CommandRun<O>) => Promise<ExitCode>,
  { signals = 'end', errorExit = usual => usual }: ActionChoices,
): Promise<ExitCode> {
  const { terminal, clock } = cli;
  const says = (text: string): void => printError(terminal, pathOf(command), text);
  const interruption = listenForInterruption(signals, signal => {
    terminal.stderr.line();
    says(`interrupted by ${signal}`);
  });
  await using open = new AsyncDisposableStack();
  const options: O & { readonly json?: boolean } = command.optsWithGlobals();
  const channel = options.json === true ? terminal.stderr : terminal.stdout;
  const isAsked = terminal.isInteractive && 'yes' in options === false && command.options.some(isYes);
  const isPage = options.json !== true || isAsked;
  const run: CommandRun<O> = {
    options,
    args: command.args,
    cli,
    say: (text = '') => {
      if (isPage) for (const line of [text].flat()) channel.line(line);
    },
    print: text => channel.line(text),
    warn: text => terminal.stderr.line(text),
    rewrite: channel.rewrite,
    screen: { paint: channel.paint, width: terminal.width },
    paint: channel.paint,
    answer: document => {
      if (options.json === true) terminal.stdout.document(JSON.stringify(document, null, 2));
    },
    interrupted: interruption.signal,
    progress: (says, waitedFor) => withProgress(says, waitedFor, { clock, channel: terminal.stderr }),
    connect: async () => {
      const { connect } = await import('../connect/connection.ts');
      const connection = await run.progress(
        'connecting to flatline',
        connect(options as unknown as ConnectionOptions, cli),
      );
      open.defer(() => connection.close());
      return connection;
    },
  };
  // Awaited here, so that connections are closed only afterwards.
  return await interruption.guard(endOf(work(run), says, errorExit));
}

const isYes = ({ long }: Option): boolean => long === '--yes';

/** As it was typed, without `flatline`: "bots", "audit list". */
const pathOf = (command: Command): string =>
  command.parent === null || command.parent.parent === null
    ? command.name()
    : `${pathOf(command.parent)} ${command.name()}`;

/** Every error is a sentence; an unexpected error is a bug, is reported as such, and never counts as success. */
async function endOf(
  work: Promise<ExitCode>,
  says: (text: string) => void,
  errorExit: (usual: ExitCode) => ExitCode,
): Promise<ExitCode> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CliError) {
      says(error.message);
      return errorExit(error.exitCode);
    }
    if (error instanceof StoreError) {
      says(forPeople(error));
      return errorExit(EXIT.unreachable);
    }
    const ofFiles = fileFailure(error);
    says(ofFiles ?? `unexpected error: ${messageOf(error)}`);
    return errorExit(EXIT.no);
  }
}

/** The stores' messages are written for functions; here the operator's own credentials were refused. */
const forPeople = ({ message }: StoreError): string =>
  message.replace('Check the role of the function.', 'Your AWS credentials do not allow it, or have expired.');
