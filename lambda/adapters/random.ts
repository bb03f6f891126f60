/** Randomness from the system's own generator: jitter, holder names, writers' suffixes. */

import { randomBytes } from 'node:crypto';
import type { Random } from '../ports.ts';

export const systemRandom: Random = {
  // 48 bits fill a double without rounding, so 1 is never reached.
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  hex: digits =>
    randomBytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits),
};
