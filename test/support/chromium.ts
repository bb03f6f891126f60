/**
 * A headless Chromium for tests of pages: the system's own, driven by playwright-core, with no download and no network.
 * Where there is none, tests skip themselves, and the notice says how to have them run.
 *
 *   describe.skipIf(CHROMIUM === undefined)('…', () => { const browser = await openBrowser(); … });
 */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** `CHROMIUM_PATH` rules. Undefined: there is no browser here, and the notice was printed. */
export const CHROMIUM: string | undefined = findChromium(process.env.CHROMIUM_PATH);

function findChromium(wanted: string | undefined): string | undefined {
  const found = (wanted ? [wanted] : USUAL_PATHS).find(path => existsSync(path));
  if (found === undefined) {
    const where = wanted ? `CHROMIUM_PATH names ${wanted}, which does not exist` : 'no Chromium was found';
    process.stderr.write(`Tests in the browser are skipped: ${where}. Install chromium, or set CHROMIUM_PATH.\n`);
  }
  return found;
}

/** Starts within about a second; close it in afterAll. Throws where there is no Chromium. */
export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('There is no Chromium here: guard the test with describe.skipIf.');
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...QUIET] });
}

/** No sandbox, because containers forbid it; and no background requests. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;
