/** Output that nobody takes: work that has begun goes on. */

import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openTerminal } from '../../bin/terminal/terminal.ts';
import { startProgram } from './served-cloud.ts';

function openStreams() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout, stderr, env: { NO_COLOR: '1' } };
  const terminal = openTerminal(streams as unknown as Parameters<typeof openTerminal>[0]);
  return { stdout, stderr, terminal };
}

const failure = (code: string) => Object.assign(new Error(code), { code });

test.each(['EPIPE', 'EIO'])('the reader has closed the stream (%s): no error, on either stream', code => {
  const { stdout, stderr } = openStreams();
  expect(() => stdout.emit('error', failure(code))).not.toThrow();
  expect(() => stderr.emit('error', failure(code))).not.toThrow();
});

test('a full disk: output that is cut off is reported, a sentence that was not printed is not', () => {
  const { stdout, stderr, terminal } = openStreams();
  expect(() => stderr.emit('error', failure('ENOSPC'))).not.toThrow();
  expect(terminal.lostBecause()).toBeUndefined();
  expect(() => stdout.emit('error', failure('ENOSPC'))).not.toThrow();
  expect(terminal.lostBecause()).toBe('ENOSPC');
});

test.skipIf(!existsSync('/dev/full'))('a document that does not fit on the disk is not exit 0', async () => {
  const words = `${process.execPath} bin/flatline.ts validate --env testnet --json > /dev/full`;
  const { code, stderr } = await startProgram('sh', ['-c', words]).ended;
  expect(stderr).toBe(
    'flatline: The output could not be written completely (ENOSPC). The actions of the command were still carried out.\n',
  );
  expect(code).toBe(1);
});
