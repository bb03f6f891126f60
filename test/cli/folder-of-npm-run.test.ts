/** Paths count from where the user stands, also where npm runs the command in the folder of the package. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandWords, returnToCallersFolder } from '../../bin/terminal/user-folder.ts';
import { startFlatline, startProgram } from './served-cloud.ts';

const ROOT = process.cwd();
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'stands-test-')));
  mkdirSync(join(folder, 'below'));
  writeFileSync(join(folder, 'mine.ini'), '[liquidation]\n[exchange]\nenvironment = testnet\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('npm run from a folder of the user’s: a path beside it is found, and the file says what it is for', async () => {
  const args = ['--prefix', ROOT, 'run', '-s', 'flatline', '--', 'validate', '--config', '../mine.ini'];
  const { code, stdout } = await startProgram('npm', args, { cwd: join(folder, 'below'), env: {} }).ended;
  expect(stdout).toContain('../mine.ini, for testnet');
  expect(stdout).not.toContain('set production');
  expect(code).toBe(0);
});

test('in a folder of flatline init its own file is checked, which is the one that is deployed from there', async () => {
  mkdirSync(join(folder, 'desk/config'), { recursive: true });
  writeFileSync(join(folder, 'desk/cdk.json'), '{}');
  writeFileSync(join(folder, 'desk/config/production.ini'), '[liquidation]\ntimeout_seconds = 99\n');
  const { code, stdout } = await startFlatline(['validate'], { cwd: join(folder, 'desk') }).ended;
  expect(stdout).toContain('config/production.ini:2  liquidation.timeout_seconds = 99');
  expect(code).toBe(1);
});

describe('only npm’s own script of this package is moved', () => {
  const moved = (changes: Readonly<Record<string, string | undefined>>, cwd = ROOT): readonly string[] => {
    const to: string[] = [];
    const env = { INIT_CWD: '/home/ada', npm_package_json: join(ROOT, 'package.json'), ...changes };
    returnToCallersFolder({ env, cwd: () => cwd, chdir: place => void to.push(place) }, ROOT);
    return to;
  };

  test.each([
    ['our script', {}, ROOT, ['/home/ada']],
    ['no npm at all', { INIT_CWD: undefined, npm_package_json: undefined }, ROOT, []],
    ['a script of another package, which calls flatline', { npm_package_json: '/home/ada/bot/package.json' }, ROOT, []],
    ['a script of ours that has gone to another folder', {}, join(ROOT, 'docs'), []],
  ])('%s', (_what, changes, cwd, places) => {
    expect(moved(changes, cwd)).toEqual(places);
  });

  test('a place that is gone leaves paths as they are', () => {
    const chdir = (): void => {
      throw new Error('ENOENT');
    };
    const env = { INIT_CWD: '/gone', npm_package_json: join(ROOT, 'package.json') };
    expect(() => returnToCallersFolder({ env, cwd: () => ROOT, chdir }, ROOT)).not.toThrow();
  });
});

test('hints that are copied give clean JSON: npm is silent in them', () => {
  expect(commandWords({})).toBe('flatline');
  expect(commandWords({ npm_lifecycle_event: 'test' })).toBe('flatline');
  expect(commandWords({ npm_lifecycle_event: 'drill' })).toBe('npm run -s flatline --');
});
