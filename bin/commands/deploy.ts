/**
 * `flatline deploy`: checks the configuration, prints what it deploys and the CDK command line, and runs the CDK. The
 * CDK's output and questions are shown unchanged; its exit code decides that of this command.
 */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { readConfigFile } from '../../lambda/adapters/config-file.ts';
import { isPackage } from '../../package/root.ts';
import { formatVersion, versionText } from '../../package/version.ts';
import type { Cli, CommandRun } from '../terminal/cli.ts';
import { findingLines, judgeReading } from '../terminal/configuration-findings.ts';
import { CliError, EXIT, type ExitCode } from '../terminal/exit.ts';
import { environmentOption, examples, exitCodes } from '../terminal/options.ts';

interface Options {
  readonly env: CdkOptions['environment'];
  readonly config?: string;
  readonly diff?: boolean;
  readonly synth?: boolean;
  readonly print?: boolean;
}

export function registerDeploy(program: Command, cli: Cli): void {
  const command = program
    .command('deploy')
    .summary('deploy from this folder with the CDK')
    .description(
      'Checks the configuration, prints what it deploys and the CDK command line, and runs the CDK, in a folder of ' +
        'flatline init or in a checkout. Options after -- are passed to the CDK.',
    )
    .argument('[cdk...]', 'after --: options of the CDK')
    .addOption(environmentOption('which deployment: config/ENVIRONMENT.ini').default('production'))
    .option('--config <file>', 'another configuration file')
    .addOption(new Option('--diff', 'only show what would change').conflicts('synth'))
    .option('--synth', 'only write the template to cdk.out')
    .option('--print', 'only print the command line');
  examples(command, [
    ['deploy --env testnet', 'config/testnet.ini'],
    ['deploy --diff', 'what a deployment would change'],
    ['deploy -- --require-approval never', 'in a pipeline'],
  ]);
  exitCodes(command, [
    ['0', 'deployed, or printed'],
    ['1', 'the configuration is invalid, or the CDK failed'],
    ['3', 'the command line is wrong, or this folder cannot be deployed from'],
  ]);
  command.action(cli.action<Options>(deploy, { signals: 'own' }));
}

async function deploy(run: CommandRun<Options>): Promise<ExitCode> {
  const { env, config, print = false } = run.options;
  const wish: CdkOptions = { environment: env, config, verb: verbOf(run.options), rest: run.args };
  const words = ['cdk', ...cdkArguments(wish)];
  if (print) {
    run.say(`npx ${typed(words)}`);
    return EXIT.ok;
  }
  const cdk = findCdk(process.cwd());
  const file = config ?? join('config', `${env}.ini`);
  const region = run.cli.env.AWS_REGION ?? run.cli.env.AWS_DEFAULT_REGION;
  const reading = readConfigFile(file, {
    environment: env,
    ...(region ? { awsRegion: region } : {}),
    ...(config === undefined ? {} : { foreignSections: 'ignore' }),
  });
  run.say(reading.findings.flatMap(finding => findingLines(finding, run.screen)));
  if (!reading.ok) {
    for (const [tone, line] of judgeReading(reading).sentences) run.say(run.paint[tone](line));
    return EXIT.no;
  }
  const { name } = reading.settings.deployment;
  const stack = `flatline-${env}${name === undefined ? '' : `-${name}`}`;
  run.say(`flatline ${versionHere(process.cwd())} as ${stack}, by ${file}:`);
  run.say(`  npx ${typed(words)}`);
  return (await runCdk(cdk, words.slice(1))) === 0 ? EXIT.ok : EXIT.no;
}

const verbOf = ({ diff, synth }: Options): CdkOptions['verb'] => (diff ? 'diff' : synth ? 'synth' : 'deploy');

/** Throws CliError (3). */
function findCdk(folder: string): string {
  if (!existsSync(join(folder, 'cdk.json'))) {
    throw new CliError(
      EXIT.usage,
      'Nothing was deployed: there is no cdk.json in this folder. Change to a folder of flatline init, or create one: flatline init desk.',
    );
  }
  const path = join(folder, 'node_modules/aws-cdk/bin/cdk');
  if (existsSync(path)) return path;
  throw new CliError(
    EXIT.usage,
    'Nothing was deployed: the CDK is not installed in this folder. Run npm install first.',
  );
}

/** The version that the folder deploys, which may differ from the version of this command. */
function versionHere(folder: string): string {
  const own = join(folder, 'node_modules/flatline/build-info.json');
  if (!isPackage() || !existsSync(own)) return versionText();
  return formatVersion(JSON.parse(readFileSync(own, 'utf8')));
}

/** Ctrl-C reaches the CDK too, which handles it; this command waits for its end. SIGTERM is passed on. */
async function runCdk(path: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const ended = Promise.withResolvers<number>();
  child.once('error', ended.reject);
  child.once('exit', code => ended.resolve(code ?? EXIT.no));
  return ended.promise;
}

export interface CdkOptions {
  readonly environment: 'production' | 'testnet';
  /** The value of --config; undefined: the environment's own file. */
  readonly config: string | undefined;
  /** The CDK's verb: deploy, diff or synth. */
  readonly verb: 'deploy' | 'diff' | 'synth';
  /** Options for the CDK. */
  readonly rest: readonly string[];
}

export function cdkArguments({ environment, config, verb, rest }: CdkOptions): readonly string[] {
  return [
    verb,
    // The template is in cdk.out; on the screen it is thousands of lines.
    ...(verb === 'synth' ? ['--quiet'] : []),
    ...(environment === 'production' ? [] : ['-c', `environment=${environment}`]),
    ...(config === undefined ? [] : ['-c', `config=${config}`]),
    ...rest,
  ];
}

/** As a person would type it. */
export const typed = (words: readonly string[]): string =>
  words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
