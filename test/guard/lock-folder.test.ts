/** Files that another user put into /tmp before are never written, read or trusted by a guard. */

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { takeLock } from '../../bin/commands/guard/lock-file.ts';
import { openPrivateFolder, readPlainFile, writePrivateFile } from '../../bin/commands/guard/private-folder.ts';

let place: string;
let folder: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'lock-folder-'));
  folder = join(place, 'flatline');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(place, { recursive: true, force: true });
});
const take = () => takeLock('alpha', 'bots', { XDG_RUNTIME_DIR: place });

test('the folder is made for this user only', () => {
  take().release();
  expect(lstatSync(folder).mode & 0o777).toBe(0o700);
  take().release();
});

describe('a lock is refused, and nothing is written, where the folder', () => {
  test.each<readonly [string, () => void, RegExp]>([
    [
      'is a link to a folder of ours',
      () => {
        mkdirSync(join(place, 'mine'), { mode: 0o700 });
        symlinkSync(join(place, 'mine'), folder);
      },
      /is not a folder but a link or a file/,
    ],
    [
      'is a link that leads nowhere',
      () => symlinkSync(join(place, 'absent'), folder),
      /is not a folder but a link or a file/,
    ],
    ['is a file', () => writeFileSync(folder, ''), /is not a folder but a link or a file/],
    [
      'can be written by others',
      () => {
        mkdirSync(folder);
        chmodSync(folder, 0o777);
      },
      /is accessible to others \(mode 777\)\. .*chmod 700/,
    ],
    [
      'can be read by the group',
      () => {
        mkdirSync(folder);
        chmodSync(folder, 0o750);
      },
      /is accessible to others \(mode 750\)/,
    ],
    [
      'belongs to another user',
      () => {
        mkdirSync(folder, { mode: 0o700 });
        vi.spyOn(process as { getuid(): number }, 'getuid').mockReturnValue(4_711);
      },
      /belongs to user \d+, not to this user \(4711\)/,
    ],
  ])('%s', (_name, plant, sentence) => {
    plant();
    const before = readdirSync(place, { recursive: true });
    expect(take).toThrow(sentence);
    expect(take).toThrow(
      expect.objectContaining({ exitCode: 125, message: expect.stringContaining('XDG_RUNTIME_DIR') }),
    );
    expect(readdirSync(place, { recursive: true })).toEqual(before);
  });
});

describe('a file in the folder', () => {
  test.each([
    ['a link to a file of the user', () => join(place, 'victim')],
    ['a link that leads nowhere', () => join(place, 'absent')],
  ])('is not written through %s', (_name, target) => {
    writeFileSync(join(place, 'victim'), 'kept');
    const path = join(place, 'planted');
    symlinkSync(target(), path);
    expect(() => writePrivateFile(path, 'overwritten')).toThrow(/EEXIST/);
    expect(readFileSync(join(place, 'victim'), 'utf8')).toBe('kept');
    expect(existsSync(join(place, 'absent'))).toBe(false);
  });

  test('is not read through a link', () => {
    writeFileSync(join(place, 'victim'), 'secret');
    symlinkSync(join(place, 'victim'), join(place, 'planted'));
    expect(() => readPlainFile(join(place, 'planted'))).toThrow(/ELOOP/);
  });

  test('is written for this user only', () => {
    openPrivateFolder(folder);
    writePrivateFile(join(folder, 'file'), 'text');
    expect(lstatSync(join(folder, 'file')).mode & 0o777).toBe(0o600);
  });
});

test.each([
  ['the group of every process', { pid: -1 }],
  ['init', { pid: 1 }],
  ['our own group', { pid: 0 }],
  ['a text that a shell would run', { pid: '1; reboot' }],
  ['a fraction', { pid: 2.5 }],
  ['no number', { pid: null }],
])('a lock that names %s as the bot is taken over, and the name is not printed', (_name, bot) => {
  take().release();
  writeFileSync(join(folder, 'guard-bots-alpha.json'), JSON.stringify({ guard: { pid: 2 ** 30, started: '1' }, bot }));
  take().release();
  expect(readdirSync(folder)).toEqual([]);
});
