/** A terminal shows text from outside, and executes none of it. */

import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventWords } from '../../bin/incident/event-words.ts';
import { createPaint } from '../../bin/terminal/paint.ts';
import { harmless, openTerminal } from '../../bin/terminal/terminal.ts';
import { nastyJson, nastyText } from './hostile-values.ts';

const OURS = [1, 2, 22, 31, 32, 33, 36, 39];

it.each([
  ['clearing the screen', '\u001b[2Jgone', '\\u001b[2Jgone'],
  ['a title for the window', '\u001b]0;FLAT\u0007', '\\u001b]0;FLAT\\u0007'],
  ['hidden letters', '\u001b[8mhidden', '\\u001b[8mhidden'],
  ['an escape of one character', '\u009b2J', '\\u009b2J'],
  ['going back over the line', 'NOT FLAT\rFLAT    ', 'NOT FLAT\\u000dFLAT    '],
  ['writing from right to left', '\u202eTALF', '\\u202eTALF'],
  ['a mark outside the first plane', '\u{e0041}', '\\udb40\\udc41'],
  ['half a character', 'a\ud800', 'a\\ud800'],
])('%s is shown as it is written', (_what, text, shown) => {
  expect(harmless(text)).toBe(shown);
});

it('lines, columns, colours of our own and other scripts stay as they are', () => {
  const paint = createPaint(true);
  const text = `${paint.bad('NOT FLAT')}\n\t${paint.bold(paint.info('測試USDT'))} ${paint.dim('·')} ✓ −1`;
  expect(harmless(text)).toBe(text);
});

it('for every text: nothing is left that a terminal acts on, and JSON stays what it was', () => {
  fc.assert(
    fc.property(nastyJson, nastyText, (json, text) => {
      // flatline's own colours may pass.
      const shown = OURS.reduce((left, colour) => left.replaceAll(`\u001b[${colour}m`, ''), harmless(text));
      expect(shown).not.toMatch(/[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}]/u);
      expect(JSON.parse(harmless(JSON.stringify(json, null, 2)))).toEqual(JSON.parse(JSON.stringify(json)));
    }),
  );
});

it('every line on stdout and stderr is written without control codes of others', async () => {
  const stream = (): NodeJS.WriteStream => new PassThrough() as unknown as NodeJS.WriteStream;
  const [stdout, stderr] = [stream(), stream()];
  const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
  const terminal = openTerminal({ stdin, stdout, stderr, env: {} });
  terminal.stdout.line('\u001b[2J');
  terminal.stderr.line('\u001b[2J');
  expect([String(stdout.read()), String(stderr.read())]).toEqual(['\\u001b[2J\n', '\\u001b[2J\n']);
});

it.each(['__proto__', 'constructor', 'toString'])('an event called %s is shown by its name', type => {
  expect(eventWords({ type, attempt: 1, data: {}, error: undefined })).toMatchObject({ facts: '', tone: 'plain' });
});
