/** Options that many commands share, the common parts of their help, and how the next command reaches the same deployment. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { BOT_ID_PATTERN, CORRELATION_ID_PATTERN, DEFAULT_BOT_ID } from '../../lambda/contract.ts';
import { EXIT_CODES } from './exit.ts';
import { COLUMNS, inColumns, present, wrap } from './layout.ts';

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

/** As in ` --local`, with a space in front; empty for production with the region of the AWS profile. */
export const connectionWords = ({ local, env, name, region }: ConnectionOptions): string =>
  present(
    local === true && ' --local',
    local !== true && env === 'testnet' && ' --env testnet',
    name !== undefined && ` --name ${name}`,
    region !== undefined && ` --region ${region}`,
  ).join('');

/**
 * A sentence whose commands for a bot reach the deployment of `words`, also where its writer does not know it. Options
 * that a client has put there, as it knows only its liquidator's name, are replaced.
 */
export const forDeployment = (sentence: string, words: string): string =>
  sentence.replaceAll(
    /\b(flatline [a-z-]+ --bot [a-z0-9-]+)(?: --env testnet)?(?: --name [a-z0-9-]+)?/g,
    (_whole, command: string) => `${command}${words}`,
  );

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** 45s, 30m, 24h, 7d, in milliseconds. A number without a unit is refused. */
export function readDurationMs(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(number) * UNIT_MS[(unit ?? 's') as keyof typeof UNIT_MS];
  if (unit !== undefined && ms > 0) return ms;
  if (unit !== undefined) throw new InvalidArgumentError('It is at least 1s.');
  throw new InvalidArgumentError('A duration is a whole number with its unit: 45s, 30m, 24h or 7d.');
}

/**
 * The region, by the rules of the AWS CLI and boto3: the SDK for JavaScript does not know AWS_DEFAULT_REGION, and treats an
 * empty AWS_REGION as a region. Undefined: the SDK uses the profile.
 */
export const chosenRegion = (
  { region }: { readonly region?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): string | undefined => region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
