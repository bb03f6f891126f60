/** Options that many commands share, and the common parts of their help. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { BOT_ID_PATTERN, CORRELATION_ID_PATTERN, DEFAULT_BOT_ID } from '../../lambda/contract.ts';
import { inColumns } from './columns.ts';
import { EXIT_CODES } from './exit.ts';
import { COLUMNS, wrap } from './text-width.ts';

/** The options of `connectionOptions`. */
export interface ConnectionOptions {
  readonly env: 'production' | 'testnet';
  /** The stack's suffix. */
  readonly name?: string;
  readonly region?: string;
  readonly local?: boolean;
}

/** The options that select a deployment. A command with its own exit codes passes them here. */
export function connectionOptions(command: Command, codes = EXIT_CODES): Command {
  command
    .addOption(environmentOption('the deployment').default('production'))
    .addOption(new Option('--name <suffix>', 'the suffix of the stack’s name').argParser(readSuffix))
    .addOption(
      new Option(
        '--region <region>',
        'AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, that of your AWS profile)',
      ).argParser(readRegion),
    )
    .option('--local', 'the local cloud of "flatline drill --serve"');
  return exitCodes(command, codes);
}

export const environmentOption = (says: string): Option =>
  new Option('-e, --env <environment>', says).choices(['production', 'testnet']).env('FLATLINE_ENVIRONMENT');

/** At the end of a command's help. */
export const exitCodes = (command: Command, codes: typeof EXIT_CODES): Command =>
  command.addHelpText(
    'afterAll',
    () => `\nExit codes:\n${inColumns(codes, ['right', 'left'], { width: helpWidthOf(command) }).join('\n')}`,
  );

/** `shape` describes the document, in lines of at most 76 columns. */
export function jsonOption(command: Command, shape: readonly string[]): Command {
  return command
    .option('--json', 'one JSON document on stdout; errors on stderr')
    .addHelpText('after', () => `\nThe JSON document:\n${shape.map(line => `  ${line}`).join('\n')}`);
}

/** A paragraph after the options. */
export const helpNote = (command: Command, text: string): Command =>
  command.addHelpText('after', () => `\n${wrap(text, helpWidthOf(command)).join('\n')}`);

/** Each example is a command line without `flatline`, and its effect. */
export function examples(command: Command, lines: readonly (readonly [commandLine: string, does: string])[]): Command {
  const rows = lines.map(([line, does]) => [`flatline ${line}`.trimEnd(), does]);
  const isNarrow = rows.every(([line = '']) => line.length <= LONGEST_BESIDE);
  const shown = (): readonly string[] =>
    isNarrow
      ? inColumns(rows, ['left', 'left'], { width: helpWidthOf(command) })
      : rows.flatMap(([line = '', does = '']) => [`  ${line}`, `      ${does}`]);
  return command.addHelpText('after', () => `\nExamples:\n${shown().join('\n')}`);
}

/** As the program is configured. */
const helpWidthOf = (command: Command): number => command.configureOutput().getOutHelpWidth?.() ?? COLUMNS;

/** The effect of a longer command line is printed below it. */
const LONGEST_BESIDE = 46;

/** `--bot`, with the default bot as default. */
export const botOption = (): Option =>
  new Option('-b, --bot <id>', 'the bot, and so its account').default(DEFAULT_BOT_ID).argParser(readBotId);

export function readBotId(text: string): string {
  if (BOT_ID_PATTERN.test(text)) return text;
  throw new InvalidArgumentError('A bot’s ID has 1 to 40 characters of a-z, 0-9 and "-"; flatline bots lists them.');
}

export function readCorrelationId(text: string): string {
  if (CORRELATION_ID_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(
    'A correlation ID is liq_YYYYMMDD_HHMMSS_ and 6 to 32 characters of 0-9a-f, as in alerts and in flatline status.',
  );
}

/** An empty region is refused here, because the SDK sometimes ignores it and sometimes fails. */
export function readRegion(text: string): string {
  if (/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(text)) return text;
  throw new InvalidArgumentError('Use the name of an AWS region, like ap-northeast-1.');
}

function readSuffix(text: string): string {
  if (/^[a-z0-9-]{1,20}$/.test(text)) return text;
  throw new InvalidArgumentError('A suffix has 1 to 20 characters of a-z, 0-9 and "-".');
}
