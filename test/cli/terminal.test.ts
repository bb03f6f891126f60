/** Output that nobody takes: work that has begun goes on. */

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openTerminal } from '../../bin/commands/cli/terminal.ts';

function openStreams() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout, stderr, noColor: '1' };
  openTerminal(streams as unknown as Parameters<typeof openTerminal>[0]);
  return { stdout, stderr };
}

const failure = (code: string) => Object.assign(new Error(code), { code });

test.each(['EPIPE', 'EIO'])('whoever read it is gone (%s): no error, on either stream', code => {
  const { stdout, stderr } = openStreams();
  expect(() => stdout.emit('error', failure(code))).not.toThrow();
  expect(() => stderr.emit('error', failure(code))).not.toThrow();
});

test('a full disk: a document that is cut off is an error, an untold sentence is none', () => {
  const { stdout, stderr } = openStreams();
  expect(() => stdout.emit('error', failure('ENOSPC'))).toThrow('ENOSPC');
  expect(() => stderr.emit('error', failure('ENOSPC'))).not.toThrow();
});
