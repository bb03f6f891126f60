/** Puts the matrix into docs/reliability.md, between its markers: `npx node test/faults/write-reliability.ts`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { BETWEEN, DOCUMENT, generated } from './reliability-document.ts';

const before = readFileSync(DOCUMENT, 'utf8');
writeFileSync(DOCUMENT, before.replace(BETWEEN, generated()));
