/** What the system says of files and folders comes as a sentence, and nothing that cannot be made is tried for ever. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { registerInit } from '../../bin/commands/init.ts';
import { fileFailure, makeFolder } from '../../bin/terminal/files.ts';
import { runHere } from './served-cloud.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-failure-'));
writeFileSync(join(folder, 'a-file'), '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['a-file', 'a file of that name exists'],
  ['a-file/desk', 'a part of that path is a file'],
])('init %s says why the folder cannot be made', async (name, why) => {
  const path = join(folder, name);
  const { code, stdout, stderr } = await runHere([registerInit], ['init', path], {});
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.replaceAll(/\s+/g, ' ')).toBe(`init: Could not create the folder ${path}: ${why}. `);
});

// Node's own recursive call does not return there.
test.runIf(process.platform === 'linux')(
  'below /proc no folder can be made, and the error says so at once',
  async () => {
    const { code, stderr } = await runHere([registerInit], ['init', '/proc/flatline/desk'], {});
    expect(code).toBe(1);
    expect(stderr).toContain('Could not create the folder /proc/flatline');
  },
);

test('a folder is made with those above it, and one that is there is left alone', () => {
  makeFolder(join(folder, 'a/b/c'));
  mkdirSync(join(folder, 'a/b/c/kept'));
  makeFolder(join(folder, 'a/b/c'));
  expect(readdirSync(join(folder, 'a/b/c'))).toEqual(['kept']);
});

test('a folder that was removed under the command is reported as removed', () => {
  const error = Object.assign(new Error('ENOENT: process.cwd failed'), { code: 'ENOENT', syscall: 'uv_cwd' });
  expect(fileFailure(error)).toBe(
    'The folder in which this command was started no longer exists. Change to another one.',
  );
});

test('an error of another kind stays what it is', () => {
  expect(fileFailure(new TypeError('x is not a function'))).toBeUndefined();
  expect(
    fileFailure(Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' })),
  ).toBeUndefined();
});
