/**
 * X11: no regular expression takes more than a moment for any text. A pattern that tries each place of a text from
 * each other place takes seconds for 80 kB, and the texts come from elsewhere: replies, reasons, rows, logs.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundleRedaction } from '../../bin/incident/redact.ts';
import { redactionOf } from '../../lambda/core/text/redaction.ts';
import { attacksOn, cpuMsOf, type FoundPattern, patternsIn } from './pattern-attacks.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHARS = 20_000;
/** A linear pattern takes about one; a quadratic one 25 to 300. */
const CPU_MS_MAX = 15;

const FOLDERS = ['bin', 'client/typescript', 'lambda', 'lib', 'simulator'];
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...FOLDERS.map(name => `${name}/*.ts`)], {
  cwd: ROOT,
})
  .toString()
  .split('\n')
  .filter(path => path !== '');

const slowest = (pattern: FoundPattern): number =>
  Math.max(
    ...attacksOn(pattern, CHARS).map(text => {
      const first = cpuMsOf(pattern, text);
      // A pause of the garbage collector does not count.
      return first <= CPU_MS_MAX ? first : Math.min(first, cpuMsOf(pattern, text), cpuMsOf(pattern, text));
    }),
  );

test('every pattern of the sources is linear in the length of what it searches', () => {
  const found = files.flatMap(path =>
    patternsIn(readFileSync(join(ROOT, path), 'utf8')).map(pattern => ({ path, pattern })),
  );
  expect(found.length).toBeGreaterThan(150);
  const slow = found
    .map(({ path, pattern }) => ({ path, source: pattern.source, cpuMs: slowest(pattern) }))
    .filter(({ cpuMs }) => cpuMs > CPU_MS_MAX);
  expect(slow).toEqual([]);
}, 120_000);

test.each([
  ['a slash at the end', /\/+$/],
  ['a number that is nothing', /^-?0*\.?0*$/],
  ['an address with a word in it', /https?:\/\/[^\s]*webhook/],
  ['a name and a password', /(?<=https?:\/\/)[^\s/@]+:[^\s/@]+@/],
  ['nested repetitions', /^(?:a+)+$/],
])('this test finds a pattern that is not: %s', (_what, { source, flags }) => {
  // The last one would not end at full length.
  const chars = source.includes('+)+') ? 26 : CHARS;
  const cpuMs = Math.max(...attacksOn({ source, flags }, chars).map(text => cpuMsOf({ source, flags }, text)));
  expect(cpuMs).toBeGreaterThan(CPU_MS_MAX);
});

test.each([
  ['addresses', 'http://'],
  ['a name without a password', 'https://::'],
  ['words that announce a secret', 'apiKey: token '],
  ['keys that are not closed', '-----BEGIN PRIVATE KEY-----'],
  ['letters like those of a key', 'aB'],
])('the redaction of bundles and reports takes 80 kB of %s in a moment', (_what, piece) => {
  const text = piece.repeat(Math.ceil(80_000 / piece.length));
  const before = process.cpuUsage();
  bundleRedaction(new Set()).text(text);
  redactionOf(['secret-of-the-account']).text(text);
  const { user } = process.cpuUsage(before);
  expect(user / 1_000).toBeLessThan(200);
});
