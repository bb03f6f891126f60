/** `flatline init`: writes a configuration and a CDK app into an empty folder, from which `flatline deploy` deploys. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { messageOf } from '../../lambda/core/invocation/answer-error.ts';
import { CDK_PACKAGES } from '../../package/cdk-packages.ts';
import { isPackage, ROOT } from '../../package/root.ts';
import type { Cli } from '../terminal/cli.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import { makeFolder } from '../terminal/files.ts';
import { firstOf } from '../terminal/numbers.ts';
import { examples, jsonOption } from '../terminal/options.ts';

export function registerInit(program: Command, cli: Cli): void {
  const command = program
    .command('init')
    .summary('create a folder to deploy from')
    .description(
      'Writes a configuration, a CDK app and a package of this flatline version into an empty folder. What the folder deploys ' +
        'does not change until you change it. Nothing is overwritten, and nothing is deployed.',
    )
    .argument('[folder]', 'an empty or new folder (default: this folder)');
  examples(command, [
    ['init', 'into this folder'],
    ['init desk', 'into a folder of that name'],
  ]);
  jsonOption(command, ['{ folder, files: [path] }']);
  command.action(
    cli.action(async run => {
      const folder = resolve(run.args[0] ?? '.');
      mustBeEmpty(folder);
      const tarball = await run.progress('packing flatline', pack(folder));
      const files = projectFiles(tarball);
      for (const [path, content] of files) {
        makeFolder(dirname(join(folder, path)));
        writeFileSync(join(folder, path), content, { flag: 'wx' });
      }
      const written = [...files.keys(), tarball];
      run.answer({ folder, files: written });
      const near = relative(process.cwd(), folder) || '.';
      const shown = near.startsWith('..') ? folder : near;
      run.say(`Written to ${shown === '.' ? 'this folder' : shown}: ${written.join(', ')}.`);
      run.say();
      run.say('Next steps:');
      const steps = [
        ...(shown === '.' ? [] : [`cd ${shellWord(shown)}`]),
        'npm install                               # the CDK, a few minutes',
        'flatline validate --env testnet           # set the email in config/testnet.ini first',
        'export AWS_REGION=ap-northeast-1          # any but us-*: Binance refuses those',
        'npx cdk bootstrap -c environment=testnet  # once per account and region',
        'flatline deploy --env testnet',
      ];
      for (const step of steps) run.say(`  ${step}`);
      return EXIT.ok;
    }),
  );
}

/** As a POSIX shell takes it for one word. */
const shellWord = (text: string): string => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** A folder with only a new repository counts as empty. */
function mustBeEmpty(folder: string): void {
  makeFolder(folder);
  const found = readdirSync(folder).filter(name => name !== '.git');
  if (found.length === 0) return;
  throw new CliError(
    EXIT.no,
    `Nothing was written: found ${firstOf(found, 3)} in ${folder}. Name an empty folder: flatline init desk.`,
  );
}

/** Returns the tarball's name. */
async function pack(folder: string): Promise<string> {
  const [file, args] = isPackage()
    ? ['npm', ['pack', ROOT, '--pack-destination', folder, '--loglevel=error']]
    : [process.execPath, [join(ROOT, 'package/pack.ts'), folder]];
  try {
    const said = execFileSync(file as string, args as string[], { encoding: 'utf8', cwd: ROOT });
    return said.trim().split('\n').at(-1) ?? '';
  } catch (error) {
    throw new CliError(EXIT.no, `npm could not pack flatline: ${messageOf(error)}`);
  }
}

/** Content by path. `tarball` is the name of the packed flatline beside them. */
export function projectFiles(tarball: string): ReadonlyMap<string, string> {
  return new Map([
    ['package.json', json(manifestOf(tarball))],
    ['cdk.json', json({ ...JSON.parse(ours('cdk.json')), app: 'node app.mjs' })],
    ['app.mjs', ours('package/project/app.mjs')],
    ['.gitignore', IGNORED],
    ['config/production.ini', ours('config/production.ini')],
    ['config/testnet.ini', ours('config/testnet.ini')],
  ]);
}

/** What npm and the CDK make, what the tools write, and the files with secrets that the documents have somebody make. */
const IGNORED = 'node_modules/\ncdk.out/\n*.html\nflatline-bundle-*.tar.gz\nkey.json\nwebhook.txt\n';

/** With the CDK in the versions that this flatline was tested with. */
function manifestOf(tarball: string): object {
  const { cdk, devDependencies } = JSON.parse(ours('package.json'));
  const pinned = cdk ?? Object.fromEntries(CDK_PACKAGES.map(name => [name, devDependencies[name]]));
  return {
    name: 'flatline-deployment',
    private: true,
    type: 'module',
    scripts: { flatline: 'flatline', deploy: 'flatline deploy' },
    dependencies: { flatline: `file:${tarball}`, ...pinned },
  };
}

const ours = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
