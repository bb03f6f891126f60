/** A file that a command makes: for its owner only, because it tells what is traded, and never over another file. */

import { writeFileSync } from 'node:fs';
import { CliError, EXIT } from './exit.ts';

/** Throws CliError (1). */
export function writeNewFile(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'EEXIST' ? 'is there already' : `cannot be written (${String(code)})`;
    throw new CliError(EXIT.no, `${path} ${why}. Name another file with --out.`);
  }
}
