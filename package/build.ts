/**
 * Builds the package `flatline` into a folder: the TypeScript of a checkout as JavaScript, with all dependencies bundled.
 * Node runs no TypeScript in node_modules, and an installation has exactly the versions that were tested here.
 *
 *   bin/flatline.js, main, chunks the command line
 *   simulator/cloud/…             the process in which the drill runs a function
 *   functions/NAME/index.mjs      the functions, bundled as the stack bundles them
 *   lib/app.js                    the CDK app; the CDK itself comes from the folder that deploys (flatline init)
 *   config, docs, cdk.json, …     the same files as in a checkout
 */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ESBUILD_OPTIONS, FUNCTION_ENTRIES, type FunctionName } from '../lambda/bundling.ts';
import { bundleFunction } from '../simulator/cloud/bundle.ts';
import { CDK_PACKAGES } from './cdk-packages.ts';
import { ROOT } from './root.ts';
import { readVersion } from './version.ts';

/** What is read at run time, or by people. */
const COPIED = ['LICENSE', 'README.md', 'CHANGELOG.md', 'cdk.json', 'config', 'docs', 'examples', 'package/project'];

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Errors show names of classes, so names are not minified.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'error',
  metafile: true,
  // Bundled CommonJS modules need these.
  banner: {
    js: "import{createRequire as __requireOf}from'node:module';const require=__requireOf(import.meta.url),__dirname=import.meta.dirname;",
  },
} as const;

const MAIN_FIELDS = [...ESBUILD_OPTIONS.mainFields];

/** dynalite requires its actions by a name that is made up at run time; esbuild follows one that ends in .js. */
const WITH_EXTENSIONS: Plugin = {
  name: 'with-extensions',
  setup: ({ onLoad }) =>
    onLoad({ filter: /dynalite[\\/]index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/require\(('\.\/\w+\/') \+ (\w+)\)/g, "require($1 + $2 + '.js')"),
    })),
};

export async function buildPackage(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const tools = await build({
    ...OPTIONS,
    mainFields: MAIN_FIELDS,
    entryPoints: {
      'bin/main': 'bin/flatline.ts',
      'simulator/cloud/function-process': 'simulator/cloud/function-process.ts',
    },
    outdir: out,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: ['esbuild'],
    plugins: [WITH_EXTENSIONS],
    alias: { level: './package/no-disk-database.ts' },
  });
  const app = await build({
    ...OPTIONS,
    mainFields: MAIN_FIELDS,
    entryPoints: ['bin/app.ts'],
    outfile: join(out, 'lib/app.js'),
    external: [...CDK_PACKAGES, ...CDK_PACKAGES.map(name => `${name}/*`)],
  });
  const functions = [];
  for (const name of Object.keys(FUNCTION_ENTRIES) as FunctionName[])
    functions.push(await bundleFunction(name, join(out, 'functions')));
  cpSync(join(ROOT, 'package/launcher.js'), join(out, 'bin/flatline.js'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(out, path), { recursive: true });
  writeJson(join(out, 'build-info.json'), readVersion());
  writeJson(join(out, 'package.json'), manifest());
  writeFileSync(
    join(out, 'THIRD-PARTY-NOTICES.txt'),
    notices([
      ...Object.keys({ ...tools.metafile.inputs, ...app.metafile.inputs }),
      ...functions.flatMap(({ inputs }) => inputs),
    ]),
  );
}

function manifest(): object {
  const { name, version, description, license, devDependencies } = readJson(join(ROOT, 'package.json'));
  return {
    ...{ name, version, description, license },
    // So that it is not published by mistake.
    private: true,
    type: 'module',
    // The functions' own: the drill runs them in this Node.
    engines: { node: '>=24' },
    bin: { flatline: 'bin/flatline.js' },
    exports: { './app': './lib/app.js', './package.json': './package.json' },
    // What the CDK app needs, as it was tested: `flatline init` copies it.
    cdk: Object.fromEntries(CDK_PACKAGES.map(dependency => [dependency, devDependencies[dependency]])),
  };
}

/** The licences of the bundled packages: they must be passed on. */
function notices(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap(input => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const texts = [...folders].sort().map(folder => {
    const { name, version, license } = readJson(join(ROOT, folder, 'package.json'));
    const file = readdirSync(join(ROOT, folder)).find(entry => /^(licen[cs]e|copying)/i.test(basename(entry)));
    const text = file === undefined ? '' : `\n\n${readFileSync(join(ROOT, folder, file), 'utf8').trim()}`;
    return `${name} ${version}, ${licenceOf(license)}${text}`;
  });
  return `flatline contains these packages.\n\n${texts.join(`\n\n${'-'.repeat(100)}\n\n`)}\n`;
}

/** Old manifests have an object. */
const licenceOf = (license: unknown): string =>
  typeof license === 'string' ? license : String((license as { type?: string } | undefined)?.type ?? 'see its text');

// biome-ignore lint/suspicious/noExplicitAny: manifests of packages, of which a few keys are read
const readJson = (path: string): any => JSON.parse(readFileSync(path, 'utf8'));

function writeJson(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
