/** Why a file was not written, and what to do. */

import { execFileSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeNewFile } from '../../bin/terminal/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'new-file-'));
mkdirSync(join(folder, 'sub'));
writeFileSync(join(folder, 'there'), 'before');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['sub', {}, /sub is a folder\. Name a file with --out/],
  ['sub', { force: true }, /sub is a folder/],
  ['absent/file', {}, /its folder does not exist/],
  ['there', {}, /exists already.*--force/],
])('a file that cannot be written (%s %j) is named, and the command exits with 1', (name, options, sentence) => {
  const write = () => writeNewFile(join(folder, name), 'after', options);
  expect(write).toThrow(sentence);
  expect(write).toThrow(expect.objectContaining({ exitCode: 1 }));
  expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('before');
});

test.runIf(process.platform === 'linux')('a place that takes no files is not called a folder that is missing', () => {
  const write = () => writeNewFile('/proc/flatline-report.html', 'after');
  expect(write).toThrow(/cannot be written \(E[A-Z]+\)\. Name another file with --out|permission denied/);
});

describe('X4: --force in a folder where another user may have put something before', () => {
  test('a file that others may read, or have open, is replaced by one that they may not', () => {
    const path = join(folder, 'planted');
    writeFileSync(path, 'planted', { mode: 0o666 });
    const opened = openSync(path, 'r');
    writeNewFile(path, 'trades', { force: true });
    expect(readFileSync(path, 'utf8')).toBe('trades');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(opened, 'utf8')).toBe('planted');
    closeSync(opened);
  });

  test('a link is refused, and the file that it names stays as it is', () => {
    symlinkSync(join(folder, 'there'), join(folder, 'link'));
    expect(() => writeNewFile(join(folder, 'link'), 'trades', { force: true })).toThrow(/is a link/);
    expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('before');
  });

  test.runIf(process.getuid?.() === 0)('a pipe that somebody else has put there is refused, and not written to', () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '666', path]);
    chownSync(path, 65_534, 65_534);
    // Somebody who reads it, so that a write would not wait.
    const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    expect(() => writeNewFile(path, 'trades', { force: true })).toThrow(/pipe.*belongs to another user/);
    expect(readSync(reading, Buffer.alloc(10))).toBe(0);
    closeSync(reading);
  });

  test('what was begun is not left behind when the file cannot be put in place', () => {
    mkdirSync(join(folder, 'full', 'sub'), { recursive: true });
    expect(() => writeNewFile(join(folder, 'full', 'sub'), 'trades', { force: true })).toThrow(/is a folder/);
    expect(readdirSync(join(folder, 'full'))).toEqual(['sub']);
  });
});
