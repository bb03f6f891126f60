/**
 * For tests that build on each other: after the first failure the others are skipped, so that one cause is waited for
 * once, and what AWS said last is printed.
 */

import { afterEach, beforeEach } from 'vitest';

const LINES_SHOWN = 40;

/** Called within `describe`. `said` gives the lines of the emulator and of the functions so far. */
export function oneAfterAnother(said: () => readonly string[]): void {
  let failed: string | undefined;
  beforeEach(({ skip }) => {
    if (failed !== undefined) skip(`"${failed}" failed`);
  });
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return;
    failed = task.name;
    console.error(`What AWS said before "${failed}" failed:\n${said().slice(-LINES_SHOWN).join('\n')}`);
  });
}
