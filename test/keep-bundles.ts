/**
 * What a run of the tests makes once. Each function is bundled when the first test needs it; the command line that tests start as a
 * process is bundled here, because a process that reads 430 sources takes three times as long to start.
 */

import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../package/root.ts';
import { BUNDLED } from './support/command-line.ts';

export default async function keepBundles(): Promise<(() => void) | undefined> {
  // Vitest asks once for each project.
  if (process.env.FLATLINE_BUNDLES !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'test-bundles-'));
  process.env.FLATLINE_BUNDLES = folder;
  await bundleCommandLine();
  return () => rmSync(folder, { recursive: true, force: true });
}

async function bundleCommandLine(): Promise<void> {
  const folder = dirname(BUNDLED);
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['bin/flatline.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: ['esbuild', 'dynalite'],
    banner: { js: "import{createRequire as __requireOf}from'node:module';const require=__requireOf(import.meta.url);" },
    logLevel: 'error',
    write: false,
  });
  mkdirSync(folder, { recursive: true });
  const names = outputFiles.map(({ path }) => basename(path));
  for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(join(folder, name));
  // Another run may read them meanwhile: under its name each is whole.
  for (const { path, contents } of outputFiles) {
    writeFileSync(`${path}.${process.pid}`, contents);
    renameSync(`${path}.${process.pid}`, path);
  }
}
