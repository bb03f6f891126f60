/**
 * Builds the package `flatline-client`: one file as ESM, one as CommonJS, and the types. The words it shares with
 * flatline (lambda/contract.ts) are bundled in; the two AWS clients are not. Usage: node build.mjs [OUTPUT FOLDER]
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = resolve(HERE, '../..');
const ENTRY = join(HERE, 'flatline-client.ts');
const out = resolve(process.argv[2] ?? join(HERE, 'build'));

rmSync(out, { recursive: true, force: true });
const formats = [
  ['esm', 'flatline-client.js'],
  ['cjs', 'flatline-client.cjs'],
];
for (const [format, name] of formats) {
  await build({
    ...{ entryPoints: [ENTRY], outfile: join(out, name), format, bundle: true, platform: 'node', target: 'node20' },
    external: ['@aws-sdk/*'],
    logLevel: 'error',
  });
}

const types = join(out, 'types');
execFileSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/typescript/bin/tsc'),
    ...['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--allowImportingTsExtensions'],
    ...[
      '--noEmit',
      'false',
      '--target',
      'es2024',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--skipLibCheck',
      '--strict',
    ],
    ...['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--rootDir', ROOT, '--outDir', types, ENTRY],
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
// The compiler leaves the sources' names in the imports of declarations; there are no sources in the package.
for (const name of readdirSync(types, { recursive: true })) {
  const path = join(types, String(name));
  if (!path.endsWith('.d.ts')) continue;
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}
