/**
 * Bundles a function with the very options of the deployed stack, into a folder of its own as index.mjs. The package has
 * them bundled already, and no esbuild.
 */

import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ESBUILD_OPTIONS, FUNCTION_ENTRIES, type FunctionName } from '../../lambda/bundling.ts';
import { builtFunction, ROOT } from '../../package/root.ts';

export interface Bundle {
  readonly path: string;
  readonly bytes: number;
  /** The files that it was made of; none where it was bundled before. */
  readonly inputs: readonly string[];
}

/** Takes about a second; `outDir` is absolute. */
export async function bundleFunction(name: FunctionName, outDir: string): Promise<Bundle> {
  const built = builtFunction(name);
  if (built !== undefined) return { path: built, bytes: statSync(built).size, inputs: [] };
  const { build } = await import('esbuild');
  const path = join(outDir, name, 'index.mjs');
  const { banner, mainFields, ...options } = ESBUILD_OPTIONS;
  const result = await build({
    ...options,
    banner: { ...banner },
    mainFields: [...mainFields],
    absWorkingDir: ROOT,
    entryPoints: [FUNCTION_ENTRIES[name]],
    outfile: path,
    // esbuild writes from a process of its own, which would go on writing after ours was interrupted and tidied up.
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  mkdirSync(dirname(path), { recursive: true });
  for (const output of result.outputFiles) writeFileSync(output.path, output.contents);
  const bytes = result.outputFiles.reduce((sum, output) => sum + output.contents.length, 0);
  return { path, bytes, inputs: Object.keys(result.metafile.inputs) };
}

/**
 * With FLATLINE_BUNDLES, a folder, each function is bundled there once for all. Nothing there is ever renewed, so the folder
 * lives as long as the sources stay: `npm test` has one for each run.
 */
export async function bundleOnce(name: FunctionName, folder: string): Promise<Bundle> {
  const keptIn = process.env.FLATLINE_BUNDLES;
  if (keptIn === undefined) return bundleFunction(name, folder);
  const path = join(keptIn, name, 'index.mjs');
  if (!existsSync(path)) {
    const bundle = await bundleFunction(name, folder);
    // Under its name it is whole: others look for it meanwhile.
    const part = join(keptIn, `${name}.${process.pid}.${performance.now()}`);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(bundle.path, part);
    await rename(part, path);
  }
  return { path, bytes: (await stat(path)).size, inputs: [] };
}
