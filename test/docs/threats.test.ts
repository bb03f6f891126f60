/** docs/security.md names every threat, and of each a test that exists under that name. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, readDocument } from './markdown.ts';

const rows = readDocument('docs/security.md').section('Threats').rows;

test('docs/security.md lists the threats T1 to T12', () => {
  expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `T${index + 1}`));
});

describe('a test exists for each threat', () => {
  test.each(rows.map(([id, , , proof = '']) => [id, proof] as const))('%s: %s', (_id, proof) => {
    const [, file = '', name = ''] = /^(\S+\.test\.ts), "(.+)"$/.exec(proof) ?? [];
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
  });
});

describe('a test exists for what each attacker gets', () => {
  const attackers = readDocument('docs/security.md').section('Who gets what').rows;

  test('each row has one, and there are the bot, the reader, the viewer, the deployer, the local user and the page', () => {
    expect(attackers.length).toBeGreaterThanOrEqual(10);
    const who = attackers.map(([one = '']) => one).join();
    for (const word of ['bot', 'chat', 'dashboard', 'CI', 'another user', 'page']) expect(who).toContain(word);
  });

  test.each(attackers.map(([who, , , proof = '']) => [who, proof] as const))('%s: %s', (_who, proof) => {
    const [, file = '', name = ''] = /^(\S+\.test\.ts), "(.+)"$/.exec(proof) ?? [];
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
  });
});
