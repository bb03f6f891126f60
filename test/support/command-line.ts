/**
 * The command line as tests start it: bundled once for a run (test/keep-bundles.ts) below this checkout, whose files it finds as the
 * sources do; the sources where nothing is bundled.
 */

import { join } from 'node:path';
import { ROOT } from '../../package/root.ts';

export const BUNDLED = join(ROOT, 'node_modules/.cache/command-line/flatline.mjs');

export const COMMAND_LINE = process.env.FLATLINE_BUNDLES === undefined ? join(ROOT, 'bin/flatline.ts') : BUNDLED;
