/** docs/reliability.md shows the expectations that the matrix plays. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BETWEEN, DOCUMENT, generated } from './reliability-document.ts';

test('the matrix in docs/reliability.md is the one that is played; npx node test/faults/write-reliability.ts writes it', () => {
  expect(readFileSync(DOCUMENT, 'utf8').match(BETWEEN)?.[0]).toBe(generated());
});
