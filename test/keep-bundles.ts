/** Each function is bundled once for all tests of this run, when the first of them needs it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function keepBundles(): (() => void) | undefined {
  // Vitest asks once for each project.
  if (process.env.FLATLINE_BUNDLES !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'test-bundles-'));
  process.env.FLATLINE_BUNDLES = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
