/** Where an alive file may lie. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mustBeAlivePlace } from '../../bin/commands/guard/alive-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'guard-place-'));
mkdirSync(join(folder, 'sub'));
writeFileSync(join(folder, 'file'), '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['new', 'file', 'sub/new'])('%s, a name in a folder that is there, is taken', async name => {
  await expect(mustBeAlivePlace(join(folder, name))).resolves.toBeUndefined();
});

test.each([
  ['sub', /sub is a folder.*Name a file of this bot’s own/],
  ['absent/new', /there is no folder .*absent\. Make it/],
  ['file/new', /there is no folder .*file\. Make it/],
])('%s is refused with 125, because it would prove nothing, or the work of others', async (name, sentence) => {
  const refused = mustBeAlivePlace(join(folder, name));
  await expect(refused).rejects.toThrow(sentence);
  await expect(refused).rejects.toMatchObject({ exitCode: 125 });
});
