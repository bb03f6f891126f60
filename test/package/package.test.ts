/**
 * The package as somebody installs it: packed, installed into a prefix of its own without a network, used from folders that
 * have nothing to do with the repository; and a folder of `flatline init`, synthesised by the CDK.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FUNCTION_ENTRIES } from '../../lambda/bundling.ts';
import { versionText } from '../../package/version.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'flatline-package-'));
const prefix = join(folder, 'prefix');
const elsewhere = join(folder, 'elsewhere');
const installed = join(prefix, 'lib/node_modules/flatline');

/** A shell of somebody who has Node and npm, and nothing of ours. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|FLATLINE_|npm_|CDK_)/.test(name))),
  PATH: [dirname(process.execPath), join(prefix, 'bin'), process.env.PATH].join(delimiter),
  HOME: folder,
  NO_COLOR: '1',
  // CloudFormation's own rules take seconds to load; test/lib/synth.test.ts applies them.
  CDK_VALIDATION: 'false',
};

function flatline(args: readonly string[], cwd = elsewhere): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync('flatline', args, { cwd, env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

beforeAll(() => {
  mkdirSync(elsewhere);
  execFileSync(process.execPath, [join(ROOT, 'package/pack.ts'), folder], { stdio: 'pipe' });
  const tarball = join(folder, 'flatline-0.2.0.tgz');
  execFileSync('npm', ['install', '--global', '--offline', '--prefix', prefix, tarball], { env, stdio: 'pipe' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('needs no other package, and holds no TypeScript and no test', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('scripts');
    const names = readdirSync(installed, { recursive: true }).map(String);
    expect(names.filter(name => /\.ts$|\btest\b|node_modules/.test(name))).toEqual([]);
  });

  test('has its licence, and those of what is bundled in', () => {
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('Apache License');
    const notices = readFileSync(join(installed, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['commander', 'zod', 'big.js', 'dynalite'])
      expect(notices).toMatch(new RegExp(`^${name} \\d.*, `, 'm'));
  });

  test('says its version and the commit that it was built from', () => {
    expect(flatline(['--version'])).toMatchObject({ code: 0, stdout: `${versionText()}\n` });
    expect(versionText()).toMatch(existsSync(join(ROOT, '.git')) ? /^\d+\.\d+\.\d+ \([0-9a-f]{7}/ : /^\d+\.\d+\.\d+/);
  });

  test.each([
    ['status', 1],
    ['guard', 125],
  ])('says which Node it needs to one that is too old: %s exits with %i', (command, code) => {
    const launcher = pathToFileURL(join(installed, 'bin/flatline.js')).href;
    const script = `Object.defineProperty(process.versions, 'node', { value: '20.2.0' }); process.argv[2] = '${command}'; await import('${launcher}');`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(status).toBe(code);
    expect(stderr).toContain('flatline needs Node 24 or newer');
  });

  test('validates a file of the user’s folder, and says how to get one', () => {
    expect(flatline(['validate']).stdout).toContain('flatline init');
    writeFileSync(join(elsewhere, 'bot.ini'), '[liquidation]\ntimeout_seconds = 5\n');
    expect(flatline(['validate', '--config', 'bot.ini'])).toMatchObject({ code: 0 });
  });

  test('plays the drill: a bot falls silent, its account goes flat', () => {
    const { code, stdout } = flatline(['drill']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/FLAT {2}2 positions closed/);
  });

  test('leaves nothing in the folder that it is used from', () => {
    expect(readdirSync(elsewhere)).toEqual(['bot.ini']);
  });
});

describe('a folder of flatline init', () => {
  const desk = join(elsewhere, 'desk');

  test('is written whole, and never over something', () => {
    expect(flatline(['init', 'desk'])).toMatchObject({ code: 0 });
    const again = flatline(['init', 'desk']);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('Nothing was written: found .gitignore');
    const { dependencies } = JSON.parse(readFileSync(join(desk, 'package.json'), 'utf8'));
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(dependencies.flatline).toBe('file:flatline-0.2.0.tgz');
    for (const name of ['aws-cdk', 'aws-cdk-lib', 'constructs', 'cdk-nag'])
      expect(dependencies[name]).toBe(devDependencies[name]);
    expect(existsSync(join(desk, 'flatline-0.2.0.tgz'))).toBe(true);
  });

  test('prints steps that a shell takes as they are, whatever the folder is called', () => {
    expect(flatline(['init', "the desk's"]).stdout).toContain(`\n  cd 'the desk'\\''s'\n`);
  });

  test('says what is missing before it can deploy', () => {
    expect(flatline(['deploy'], desk)).toMatchObject({ code: 3, stderr: expect.stringContaining('npm install') });
    expect(flatline(['deploy'])).toMatchObject({ code: 3, stderr: expect.stringContaining('flatline init') });
  });

  test('synthesises the stack by the command that it prints, with the functions of the package', () => {
    installInto(desk);
    const printed = flatline(['deploy', '--print', '--env', 'testnet', '--', '--require-approval', 'never'], desk);
    expect(printed.stdout).toBe('npx cdk deploy -c environment=testnet --require-approval never\n');
    const made = flatline(['deploy', '--synth', '--env', 'testnet'], desk);
    expect(made.stdout).toContain('  npx cdk synth --quiet -c environment=testnet\n');
    expect(made.code).toBe(0);

    const out = join(desk, 'cdk.out');
    const template = JSON.parse(readFileSync(join(out, 'flatline-testnet.template.json'), 'utf8'));
    expect(template.Outputs.Version.Value).toBe(versionText());
    const functions = Object.values(template.Resources).filter(isFunction);
    expect(functions.length).toBeGreaterThanOrEqual(5);
    for (const { Properties } of functions)
      expect(Properties.Environment.Variables.FLATLINE_VERSION).toBe(versionText());
    const assets = new Set(
      readdirSync(out)
        .filter(name => name.startsWith('asset.'))
        .map(name => readFileSync(join(out, name, 'index.mjs'), 'utf8')),
    );
    const built = Object.keys(FUNCTION_ENTRIES).map(name =>
      readFileSync(join(installed, 'functions', name, 'index.mjs'), 'utf8'),
    );
    expect(built.filter(text => assets.has(text))).toHaveLength(assets.size);

    // Lambda refuses each call of a function whose handler is not FILE.EXPORT.
    for (const { Properties } of functions) {
      const [file, name] = Properties.Handler.split('.');
      const asset = join(out, `asset.${Properties.Code.S3Key.replace(/\.zip$/, '')}`);
      const text = readFileSync(join(asset, `${file}.mjs`), 'utf8');
      const isExported = new RegExp(`export\\{[^}]*\\bas ${name}\\b`).test(text);
      expect([Properties.FunctionName, isExported]).toEqual([Properties.FunctionName, true]);
    }
  });

  test('deploys nothing with a configuration that is wrong', () => {
    writeFileSync(join(desk, 'wrong.ini'), '[liquidation]\ntimeout_seconds = 500\n');
    const { code, stdout } = flatline(['deploy', '--config', 'wrong.ini'], desk);
    expect(code).toBe(1);
    expect(stdout).toContain('liquidation.timeout_seconds = 500');
    expect(stdout).not.toContain('npx cdk');
  });
});

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON, of which a few parts are looked into
const isFunction = (resource: any): resource is { Properties: any } =>
  resource.Type === 'AWS::Lambda::Function' && resource.Properties.Environment !== undefined;

/** As npm would, from its registry: flatline from the tarball, the CDK from what the repository has. */
function installInto(desk: string): void {
  const modules = join(desk, 'node_modules');
  mkdirSync(modules);
  cpSync(installed, join(modules, 'flatline'), { recursive: true });
  for (const name of ['aws-cdk', 'aws-cdk-lib', 'constructs', 'cdk-nag'])
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
}
