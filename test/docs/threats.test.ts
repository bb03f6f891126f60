/** docs/security.md names every threat, and of each a test that exists under that name. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, readDocument } from './markdown.ts';

const rows = readDocument('docs/security.md').section('Threats').rows;

test('the threats are T1 to T12', () => {
  expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `T${index + 1}`));
});

describe('the test of a threat is there', () => {
  test.each(rows.map(([id, , , proof = '']) => [id, proof] as const))('%s: %s', (_id, proof) => {
    const [, file = '', name = ''] = /^(\S+\.test\.ts), "(.+)"$/.exec(proof) ?? [];
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
  });
});
