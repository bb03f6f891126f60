/**
 * `flatline validate`: checks a configuration file against the rules of the stack and of a security review, without network
 * and AWS. Prints all findings at once, each with its place, its value, the rule and the remedy.
 */

import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { readConfigFile } from '../../lambda/adapters/config-file.ts';
import type { ExchangeEnvironment } from '../../lambda/core/config/settings.ts';
import { configFolder } from '../../package/root.ts';
import type { Cli } from '../terminal/cli.ts';
import { findingLines, type Judgement, judgeReading } from '../terminal/configuration-findings.ts';
import { EXIT, type ExitCode } from '../terminal/exit.ts';
import { environmentOption, examples, exitCodes, jsonOption } from '../terminal/options.ts';

interface Options {
  /** Undefined: as the file says; production for the default file. */
  readonly env?: ExchangeEnvironment;
  readonly config?: string;
  readonly region?: string;
  readonly strict?: boolean;
}

export function registerValidate(program: Command, cli: Cli): void {
  const command = program
    .command('validate')
    .summary('check a configuration file')
    .description(
      'Checks whether a configuration file is valid, and whether it protects the accounts. Uses neither network nor AWS.',
    )
    .addOption(environmentOption('the environment (default: that of the file; without --config: production)'))
    .option('--config <file>', 'another file; a bot’s own INI with a [liquidation] section works too')
    .option('--region <region>', 'the AWS region of the deployment (default: AWS_REGION)')
    .option('--strict', 'exit 2 on a warning');
  examples(command, [
    ['validate', 'config/production.ini'],
    ['validate --env testnet', 'config/testnet.ini'],
    ['validate --config ../bot/bot.ini --strict', 'the bot’s own file, before a release'],
  ]);
  jsonOption(command, [
    '{ valid, ready, environment, file, findings: [finding] }, each finding',
    '{ level: ERROR|CRITICAL|WARNING|INFO, file, line, key, value, rule, remedy }',
    'environment, line, key and value are null where there is none.',
  ]);
  exitCodes(command, [
    ['0', 'valid'],
    ['1', 'invalid, or there is no such file'],
    ['2', 'valid, but with a warning, and --strict'],
    ['3', 'the command line is wrong'],
  ]);
  command.action(
    cli.action<Options>(async run => {
      const { env, config, region = cli.env.AWS_REGION ?? cli.env.AWS_DEFAULT_REGION, strict = false } = run.options;
      // A file given by --config names its environment itself: advising "set production" would move a testnet bot there.
      const asked = env ?? (config === undefined ? 'production' : undefined);
      const path = config ?? relative(process.cwd(), join(configFolder(), `${asked}.ini`));
      const reading = readConfigFile(path, {
        ...(asked === undefined ? {} : { environment: asked }),
        ...(region ? { awsRegion: region } : {}),
        ...(config === undefined ? {} : { foreignSections: 'ignore' }),
      });
      const environment = asked ?? (reading.ok ? reading.settings.exchange.environment : undefined);
      const judgement = judgeReading(reading);
      run.say(run.paint.bold(environment === undefined ? path : `${path}, for ${environment}`));
      run.say(reading.findings.flatMap(finding => findingLines(finding, run.screen)));
      for (const [tone, line] of judgement.sentences) run.say(run.paint[tone](line));
      run.answer({
        valid: judgement.valid,
        ready: judgement.ready,
        environment: environment ?? null,
        file: path,
        findings: reading.findings.map(({ level, source, line, key, value, rule, remedy }) => ({
          ...{ level, file: source, line: line ?? null, key: key ?? null, value: value ?? null, rule, remedy },
        })),
      });
      return exitOf(judgement, strict);
    }),
  );
}

function exitOf({ valid, warnings }: Judgement, strict: boolean): ExitCode {
  if (!valid) return EXIT.no;
  return strict && warnings > 0 ? EXIT.warnings : EXIT.ok;
}
