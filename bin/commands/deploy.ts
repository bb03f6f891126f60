/**
 * `flatline deploy`: checks the configuration, says what it deploys and by which command line, and has the CDK do it. What
 * the CDK says and asks is shown as it is; its exit code decides ours.
 */

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { readConfigFile } from '../../lambda/adapters/config-file.ts';
import { isPackage } from '../../package/root.ts';
import { textOf, versionText } from '../../package/version.ts';
import { judgeReading } from '../terminal/check-configuration.ts';
import type { Cli, Run } from '../terminal/cli.ts';
import { CliError, EXIT, type ExitCode } from '../terminal/exit.ts';
import { findingLines } from '../terminal/finding-lines.ts';
import { examples } from '../terminal/options.ts';
import { type CdkOptions, cdkArguments, typed } from './deploy/cdk-line.ts';

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
    .summary('deploy from this folder, with the CDK')
    .description(
      'Checks the configuration, says what it deploys and by which command line, and has the CDK do it: from a folder of ' +
        'flatline init, or from a checkout. What stands after -- goes to the CDK.',
    )
    .argument('[cdk...]', 'after --: options of the CDK')
    .addOption(
      new Option('-e, --env <environment>', 'which deployment: config/ENVIRONMENT.ini')
        .choices(['production', 'testnet'])
        .default('production')
        .env('FLATLINE_ENVIRONMENT'),
    )
    .option('--config <file>', 'another configuration file')
    .addOption(new Option('--diff', 'only show what would change').conflicts('synth'))
    .option('--synth', 'only make the template, into cdk.out')
    .option('--print', 'only print the command line');
  examples(command, [
    ['deploy --env testnet', 'config/testnet.ini'],
    ['deploy --diff', 'what a deployment would change'],
    ['deploy -- --require-approval never', 'in a pipeline'],
  ]);
  command.addHelpText('after', `\nExit codes:\n${CODES}`);
  command.action(cli.action<Options>(deploy, { signals: 'own' }));
}

const CODES = `   0  deployed, or printed
   1  the configuration is invalid, or the CDK failed
   3  the command line is wrong, or there is nothing here to deploy from`;

async function deploy(run: Run<Options>): Promise<ExitCode> {
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
  for (const finding of reading.findings) {
    for (const line of findingLines(finding, run.paint, run.cli.terminal.width)) run.say(line);
  }
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
      'Nothing was deployed: there is no cdk.json in this folder. Go to the folder of flatline init, or make one: flatline init desk.',
    );
  }
  const path = join(folder, 'node_modules/aws-cdk/bin/cdk');
  if (existsSync(path)) return path;
  throw new CliError(EXIT.usage, 'Nothing was deployed: the CDK is not in this folder yet. Run npm install first.');
}

/** What the folder deploys, which may be another flatline than this command. */
function versionHere(folder: string): string {
  const own = join(folder, 'node_modules/flatline/build-info.json');
  if (!isPackage() || !existsSync(own)) return versionText();
  return textOf(JSON.parse(readFileSync(own, 'utf8')));
}

/** Ctrl-C reaches the CDK as well, which ends in its own way; we end after it. SIGTERM is passed on. */
async function runCdk(path: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const ended = Promise.withResolvers<number>();
  child.once('error', ended.reject);
  child.once('exit', code => ended.resolve(code ?? EXIT.no));
  return ended.promise;
}
