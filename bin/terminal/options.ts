/** Options that many commands have, and the parts of their help that look alike everywhere. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { BOT_ID_PATTERN, CORRELATION_ID_PATTERN, DEFAULT_BOT_ID } from '../../lambda/contract.ts';
import { inColumns } from './columns.ts';
import { EXIT_CODES } from './exit.ts';
import { COLUMNS } from './text-width.ts';

/** What `reachOptions` gives a command. */
export interface ConnectionOptions {
  readonly env: 'production' | 'testnet';
  /** The stack's suffix. */
  readonly name?: string;
  readonly region?: string;
  readonly local?: boolean;
}

/** Which deployment a command speaks to. A command with exit codes of its own names them here. */
export function connectionOptions(command: Command, codes = EXIT_CODES): Command {
  command
    .addOption(
      new Option('-e, --env <environment>', 'which deployment')
        .choices(['production', 'testnet'])
        .default('production')
        .env('FLATLINE_ENVIRONMENT'),
    )
    .addOption(new Option('--name <suffix>', 'of a stack with a suffix in its name').argParser(readSuffix))
    .addOption(
      new Option(
        '--region <region>',
        'AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, that of your AWS profile)',
      ).argParser(readRegion),
    )
    .option('--local', 'the local cloud of "flatline drill --serve"');
  return exitCodes(command, codes);
}

/** At the end of a command's help. */
export const exitCodes = (command: Command, codes: typeof EXIT_CODES): Command =>
  command.addHelpText(
    'afterAll',
    () => `\nExit codes:\n${inColumns(codes, ['right', 'left'], { width: helpWidthOf(command) }).join('\n')}`,
  );

/** `shape` is what the document looks like, in lines of at most 76 columns. */
export function jsonOption(command: Command, shape: readonly string[]): Command {
  return command
    .option('--json', 'one JSON document on stdout; errors on stderr')
    .addHelpText('after', () => `\nThe JSON document:\n${shape.map(line => `  ${line}`).join('\n')}`);
}

/** Each is a command line without `flatline`, and what it does. */
export function examples(command: Command, lines: readonly (readonly [commandLine: string, does: string])[]): Command {
  const rows = lines.map(([line, does]) => [`flatline ${line}`.trimEnd(), does]);
  const isNarrow = rows.every(([line = '']) => line.length <= LONGEST_BESIDE);
  const shown = (): readonly string[] =>
    isNarrow
      ? inColumns(rows, ['left', 'left'], { width: helpWidthOf(command) })
      : rows.flatMap(([line = '', does = '']) => [`  ${line}`, `      ${does}`]);
  return command.addHelpText('after', () => `\nExamples:\n${shown().join('\n')}`);
}

/** What the program is configured with. */
const helpWidthOf = (command: Command): number => command.configureOutput().getOutHelpWidth?.() ?? COLUMNS;

/** A longer command line has what it does below it. */
const LONGEST_BESIDE = 46;

/** `--bot`, with the usual bot as default. */
export const botOption = (): Option =>
  new Option('-b, --bot <id>', 'which bot, and so which account').default(DEFAULT_BOT_ID).argParser(readBotId);

/** For argParser: a bot's ID. */
export function readBotId(text: string): string {
  if (BOT_ID_PATTERN.test(text)) return text;
  throw new InvalidArgumentError('A bot’s ID is 1 to 40 of a-z, 0-9 and "-"; flatline bots lists them.');
}

/** For argParser: the ID of a liquidation. */
export function readCorrelationId(text: string): string {
  if (CORRELATION_ID_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(
    'It is liq_YYYYMMDD_HHMMSS_ and 6 to 32 of 0-9a-f, as "flatline status" and alerts show it.',
  );
}

/** For argParser. Refused here, because the SDK takes an empty one for none at some times, and fails at others. */
export function readRegion(text: string): string {
  if (/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(text)) return text;
  throw new InvalidArgumentError('A region is written as AWS writes it, like ap-northeast-1.');
}

function readSuffix(text: string): string {
  if (/^[a-z0-9-]{1,20}$/.test(text)) return text;
  throw new InvalidArgumentError('It is 1 to 20 of a-z, 0-9 and "-".');
}
