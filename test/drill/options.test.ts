/** What is wrong on the command line of the drill is named, with its remedy, and nothing is started. */

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { registerDrill } from '../../bin/commands/drill.ts';
import { createCli } from '../../bin/terminal/cli.ts';
import { buildProgram, runProgram } from '../../bin/terminal/program.ts';

test.each([
  ['an unknown scenario', ['--scenario', 'crahs'], /'crahs' is invalid\. Did you mean crash\?/],
  ['a scenario far from all', ['--scenario', 'xyzzy'], /'xyzzy' is invalid\. There are normal, .*, all\./],
  ['an empty scenario', ['--scenario='], /'' is invalid\./],
  ['a scenario without its option', ['crash'], /Did you mean --scenario crash\?/],
  ['an unknown option', ['--scenarios', 'all'], /Unknown option '--scenarios'\. Did you mean --scenario\?/],
  ['no position', ['--positions', '0'], /'0' is invalid\. It must be a whole number from 1 to 300\./],
  ['one position too many', ['--positions', '301'], /'301' is invalid/],
  ['a negative number', ['--rtt=-1'], /'-1' is invalid\. It must be a whole number from 0 to 2000\./],
  ['a fraction', ['--rtt', '1.5'], /'1\.5' is invalid/],
  ['a number in words', ['--seed', 'seven'], /'seven' is invalid/],
  ['a number in another notation', ['--seed', '0x10'], /'0x10' is invalid/],
  ['a round trip one millisecond too long', ['--rtt', '2001'], /'2001' is invalid/],
  ['a missing value', ['--seed'], /'--seed <n>' argument missing/],
  ['a scenario beside --serve', ['--serve', '--scenario', 'crash'], /'--serve' cannot be used with option '--scenario/],
])('%s ends with exit 3', async (_name, words, sentence) => {
  const stderr = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  const cli = createCli({ ...streams, env: {} } as unknown as NodeJS.Process);
  expect(await runProgram(buildProgram([registerDrill], cli), cli, ['drill', ...words])).toBe(3);
  expect(String(stderr.read())).toMatch(sentence);
});
