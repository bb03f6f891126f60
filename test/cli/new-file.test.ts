/** Why a file was not written, and what to do. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeNewFile } from '../../bin/terminal/new-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'new-file-'));
mkdirSync(join(folder, 'sub'));
writeFileSync(join(folder, 'there'), 'before');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['sub', {}, /sub is a folder\. Name a file with --out/],
  ['sub', { force: true }, /sub is a folder/],
  ['absent/file', {}, /its folder does not exist/],
  ['there', {}, /exists already.*--force/],
])('%s %j: says which, and exits with 1', (name, options, sentence) => {
  const write = () => writeNewFile(join(folder, name), 'after', options);
  expect(write).toThrow(sentence);
  expect(write).toThrow(expect.objectContaining({ exitCode: 1 }));
  expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('before');
});

test.runIf(process.platform === 'linux')('a place that takes no files is not called a folder that is missing', () => {
  const write = () => writeNewFile('/proc/flatline-report.html', 'after');
  expect(write).toThrow(/cannot be written \(E[A-Z]+\)\. Name another file with --out|permission denied/);
});
