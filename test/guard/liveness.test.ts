/** Proof of work that cannot be had is no proof; it never ends the guard. */

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { watchLiveness } from '../../bin/commands/guard/liveness.ts';

const folder = mkdtempSync(join(tmpdir(), 'guard-liveness-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file that cannot be read proves nothing, and proves again once it can', async () => {
  const path = join(folder, 'alive');
  // A link to itself: any read of it fails (ELOOP), for root as well.
  symlinkSync(path, path);
  const onProof = vi.fn();
  const watch = await watchLiveness({ kind: 'file', path, withinMs: 60_000 }, onProof);
  /** The first read may be one that was on its way already. */
  const readAgain = async (): Promise<void> => {
    await watch.readNow();
    await watch.readNow();
  };
  await readAgain();
  expect(onProof).not.toHaveBeenCalled();
  rmSync(path);
  writeFileSync(path, '');
  await readAgain();
  expect(onProof).toHaveBeenCalledOnce();
  await readAgain();
  expect(onProof).toHaveBeenCalledOnce();
  watch.close();
});
