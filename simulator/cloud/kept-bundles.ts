/**
 * Bundles of one local cloud for the next: with FLATLINE_BUNDLES, a folder, each function is bundled once and then copied.
 * Nothing there is ever renewed, so the folder lives as long as the sources stay: `npm test` has one for each run.
 */

import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionName } from '../../lambda/bundling.ts';
import { type Bundle, bundleFunction } from './bundle.ts';

export async function bundleOrCopy(name: FunctionName, folder: string): Promise<Bundle> {
  const keptIn = process.env.FLATLINE_BUNDLES;
  if (keptIn === undefined) return bundleFunction(name, folder);
  const kept = join(keptIn, `${name}.mjs`);
  if (!existsSync(kept)) {
    const bundle = await bundleFunction(name, folder);
    // Under its name it is whole: others look for it meanwhile.
    const part = join(keptIn, `${name}.${process.pid}.${performance.now()}`);
    await copyFile(bundle.path, part);
    await rename(part, kept);
    return bundle;
  }
  const path = join(folder, name, 'index.mjs');
  await mkdir(join(folder, name), { recursive: true });
  await copyFile(kept, path);
  return { path, bytes: (await stat(path)).size, inputs: [] };
}
