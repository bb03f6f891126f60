/** Bundles a function with the very options of the deployed stack, into a folder of its own as index.mjs. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ESBUILD_OPTIONS, FUNCTION_ENTRIES, type FunctionName } from '../../lambda/bundling.ts';

export interface Bundle {
  readonly path: string;
  readonly bytes: number;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Takes about a second; `outDir` is absolute. */
export async function bundleFunction(name: FunctionName, outDir: string): Promise<Bundle> {
  const path = join(outDir, name, 'index.mjs');
  const { banner, mainFields, ...options } = ESBUILD_OPTIONS;
  const result = await build({
    ...options,
    banner: { ...banner },
    mainFields: [...mainFields],
    absWorkingDir: ROOT,
    entryPoints: [FUNCTION_ENTRIES[name]],
    outfile: path,
    metafile: true,
    logLevel: 'error',
  });
  const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return { path, bytes };
}
