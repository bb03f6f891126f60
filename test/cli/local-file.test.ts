/** Where the local cloud listens, and whether it still does. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type LocalFile, readLocalFile, runningLocalCloud, writeLocalFile } from '../../bin/connect/local-file.ts';
import { identify, type ProcessIdentity } from '../../bin/connect/running-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'local-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (owner: ProcessIdentity): LocalFile => ({
  ...owner,
  region: 'eu-central-1',
  lambdaUrl: 'http://127.0.0.1:1',
  dynamoUrl: 'http://127.0.0.1:2',
  secretsUrl: 'http://127.0.0.1:3',
  exchangeUrl: 'http://127.0.0.1:4',
  liquidatorName: 'liquidator',
  watchdogName: 'watchdog',
});

test.each([
  ['of a process that runs', () => identify(process.pid), true],
  ['of a process that is gone', () => ({ pid: spawnSync('true').pid }), false],
  ['of a process whose ID came back', () => ({ pid: process.pid, started: 'long ago' }), false],
])('a local cloud %s', (_name, owner, runs) => {
  const path = join(folder, 'local.json');
  const file = fileOf(owner());
  writeLocalFile(path, file);
  expect(runningLocalCloud(path)).toEqual(runs ? file : undefined);
  if (runs) expect(readLocalFile(path)).toEqual(file);
  else expect(() => readLocalFile(path)).toThrow('No local cloud is running on this machine.');
});
