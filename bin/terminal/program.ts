/**
 * The program: a wrong argument is answered with the nearest valid one and the help command, and exits 3; help goes to
 * stdout and exits 0. Commander never ends the process; the exit code is a value.
 */

import { Command, CommanderError } from 'commander';
import { didYouMean } from '../../lambda/core/text/did-you-mean.ts';
import type { Cli } from './cli.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { widthOf, wrap } from './layout.ts';
import { printError } from './terminal.ts';

export type Register = (program: Command, cli: Cli) => void;

class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly command: Command;
  readonly commander: CommanderError;

  constructor(command: Command, commander: CommanderError) {
    super(commander.message);
    this.command = command;
    this.commander = commander;
  }
}

/** `registers` in the order in which help lists the commands. */
export function buildProgram(registers: readonly Register[], cli: Cli): Command {
  const { stdout, stderr } = cli.terminal;
  const program = new Command('flatline')
    .usage('COMMAND [options]')
    .description('Emergency liquidation for trading bots on Binance futures: the operator’s tools.')
    .option('-V, --version', 'the version and the commit')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({ subcommandTerm: command => command.name(), minWidthToWrap: 20 })
    .configureOutput({
      writeOut: text => stdout.line(fitted(text, helpWidth(stdout.width))),
      writeErr: text => stderr.line(fitted(text, helpWidth(stderr.width))),
      getOutHelpWidth: () => helpWidth(stdout.width),
      getErrHelpWidth: () => helpWidth(stderr.width),
      outputError: () => undefined,
    })
    .addHelpText('after', '\nflatline COMMAND --help shows options and examples.');
  // Read only when needed, because a checkout calls git.
  program.on('option:version', () => {
    const text = cli.version();
    cli.terminal.stdout.line(text);
    throw new UsageError(program, new CommanderError(EXIT.ok, 'commander.version', text));
  });
  for (const register of registers) register(program, cli);
  return refuseContradictions(overrideExits(program));
}

/** Commander takes the last value: of two bots only the second would be liquidated, and the verdict would be FLAT. */
function refuseContradictions(command: Command): Command {
  for (const option of command.options.filter(({ required, variadic }) => required && !variadic)) {
    let first: string | undefined;
    command.on(`option:${option.name()}`, (value: string) => {
      first ??= value;
      if (first !== value) command.error(`error: option '${option.flags}' has two values, "${first}" and "${value}"`);
    });
  }
  command.commands.forEach(refuseContradictions);
  return command;
}

/** Help in a pipe is read with a pager, so it is wrapped for a usual screen. */
const helpWidth = (width: number): number => (Number.isFinite(width) ? width : 80);

/** Lines that commander does not wrap, such as the shape of a document, continue below their own start. */
const fitted = (text: string, width: number): string =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .flatMap(line => {
      if (widthOf(line) <= width) return [line];
      const margin = /^ */.exec(line)?.[0] ?? '';
      return wrap(line, width - margin.length).map(part => `${margin}${part}`);
    })
    .join('\n');

/** Returns the exit code. */
export async function runProgram(program: Command, cli: Cli, args: readonly string[]): Promise<ExitCode> {
  const wrong = wrongCommand(program, args);
  if (wrong !== undefined) return printUsageError(wrong.command, unknownCommand(wrong.command, wrong.word), cli);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return cli.exitCode ?? EXIT.ok;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return endOfParsing(error, cli);
  }
}

/** Commander answers `flatline lst --help` with the help of `flatline` and exit code 0. */
function wrongCommand(program: Command, args: readonly string[]): { command: Command; word: string } | undefined {
  let command = program;
  for (const word of args) {
    if (word.startsWith('-') || word === 'help' || command.commands.length === 0) return undefined;
    const child = command.commands.find(one => one.name() === word);
    if (child === undefined) return { command, word };
    command = child;
  }
  return undefined;
}

function overrideExits(command: Command): Command {
  command.exitOverride(error => {
    throw new UsageError(command, error);
  });
  for (const child of command.commands) overrideExits(child);
  return command;
}

const SHOWN = new Set(['commander.helpDisplayed', 'commander.version']);

function endOfParsing({ command, commander }: UsageError, cli: Cli): ExitCode {
  if (SHOWN.has(commander.code)) return EXIT.ok;
  // Help without --help: the command is missing. It was printed to stderr, or `help` was called for a page.
  if (commander.code === 'commander.help') return commander.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return printUsageError(command, sentenceOf(command, commander), cli);
}

function printUsageError(command: Command, sentence: string, { terminal, usageExits }: Cli): ExitCode {
  const names = namesOf(command);
  printError(terminal, names, sentence);
  terminal.stderr.line(`See ${names} --help.`);
  return usageExits.get(command.name()) ?? EXIT.usage;
}

const namesOf = (command: Command): string =>
  command.parent === null ? command.name() : `${namesOf(command.parent)} ${command.name()}`;

function sentenceOf(command: Command, { code, message }: CommanderError): string {
  if (code === 'commander.unknownCommand') return unknownCommand(command, command.args[0] ?? '');
  if (code === 'commander.excessArguments') return tooMany(command);
  if (code === 'commander.missingArgument' && command.registeredArguments[0]?.name() === 'id')
    return 'Name the correlation ID; flatline audit list shows them.';
  const text = message.replace(/^error: /, '').replace(/\n\((.*)\)$/, '. $1');
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replace(/([^.?!])$/, '$1.');
  const isMisplaced = code === 'commander.unknownOption' && command.commands.length > 0;
  return isMisplaced ? `${sentence} The options of a command come after its name.` : sentence;
}

/** An environment, a bot or a file without its option's name is what an unexpected argument mostly is. */
function tooMany(command: Command): string {
  const word = command.args[command.registeredArguments.length] ?? '';
  const option = ['env', 'bot', 'config', 'scenario'].find(name => {
    const known = command.options.find(({ long }) => long === `--${name}`);
    const isChoice = known?.argChoices === undefined || known.argChoices.includes(word);
    return known !== undefined && isChoice && command.getOptionValueSource(name) !== 'cli';
  });
  return `unexpected argument "${word}".${option === undefined ? '' : ` Did you mean --${option} ${word}?`}`;
}

function unknownCommand(command: Command, name: string): string {
  const names = command.commands.map(one => one.name());
  const meant = didYouMean(name, names);
  return `"${name}" is not a command. ${meant === undefined ? `Commands: ${names.join(', ')}.` : `Did you mean ${meant}?`}`;
}
