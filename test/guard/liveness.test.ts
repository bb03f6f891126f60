/** Proof of work that cannot be had is no proof; it never ends the guard. */

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchLiveness } from '../../bin/commands/guard/liveness.ts';

const folder = mkdtempSync(join(tmpdir(), 'guard-liveness-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MANY_LOOKS_MS = 10_000;

// Not green since the engine and the watchdog were joined; to be mended first, see docs/decisions.md.
test.skip('a file that cannot be looked at proves nothing, and proves again once it can', async () => {
  const path = join(folder, 'alive');
  // A link to itself: any look at it fails (ELOOP), for root as well.
  symlinkSync(path, path);
  const onProof = vi.fn();
  const watch = await watchLiveness({ kind: 'file', path, withinMs: 100 }, onProof);
  vi.advanceTimersByTime(MANY_LOOKS_MS);
  expect(onProof).not.toHaveBeenCalled();
  rmSync(path);
  writeFileSync(path, '');
  vi.advanceTimersByTime(MANY_LOOKS_MS);
  expect(onProof).toHaveBeenCalledOnce();
  watch.close();
});
