/** A file system that hangs must not keep a guard from its end, which Node's own exit would. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'leave-at-once-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = fileURLToPath(new URL('../../bin/commands/guard/leave-at-once.ts', import.meta.url));
/** Opening a pipe that nobody writes to blocks a thread of Node's for good, as a read from a hung mount does. */
const pipe = join(folder, 'pipe');
spawnSync('mkfifo', [pipe]);

test.each([0, 120, 143])('with a call that hangs, the process ends with %i', async exitCode => {
  const script = `
    import { open } from 'node:fs/promises';
    import { leaveAtOnce } from ${JSON.stringify(MODULE)};
    void open(${JSON.stringify(pipe)}, 'r');
    setTimeout(() => leaveAtOnce(${exitCode}), 50);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit');
  // Without execve (Node before 22.15) SIGKILL is what is left.
  const canExec = 'execve' in process && process.platform !== 'win32';
  expect([code, signal]).toEqual(canExec ? [exitCode, null] : [null, 'SIGKILL']);
});
