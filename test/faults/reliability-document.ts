/** Where the matrix is in docs/reliability.md. */

import { fileURLToPath } from 'node:url';
import { reliabilityTable } from './reliability-table.ts';

export const DOCUMENT = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

const BEGIN = '<!-- matrix: written by npx node test/faults/write-reliability.ts -->';
const END = '<!-- /matrix -->';

/** The markers, and all that is between them. */
export const BETWEEN = new RegExp(`${BEGIN}[\\s\\S]*?${END}`);

export const generated = (): string => `${BEGIN}\n\n${reliabilityTable()}\n\n${END}`;
