/**
 * The adapter as the functions contain it: bundled, with axios and others replaced (lambda/bundle-shims). What goes over the
 * wire, and what is made of the answer, must be the same as with the packages themselves.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import { ESBUILD_OPTIONS } from '../../../lambda/bundling.ts';
import type { WireReply, WireRequest } from '../../../simulator/wire/wire.ts';
import { inMemoryWire } from './in-memory-wire.ts';
import { PUBLIC, SIGNED } from './request-table.ts';
import { HMAC_KEY, LIMITS, reply, START_MS } from './rig.ts';
import { createVirtualClock } from './virtual-clock.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'flatline-adapter-'));
let bundled: typeof createBinance;
let bytes = 0;

beforeAll(async () => {
  const { banner, mainFields, ...options } = ESBUILD_OPTIONS;
  const outfile = join(folder, 'adapter.mjs');
  const { metafile } = await build({
    ...options,
    ...{ banner: { ...banner }, mainFields: [...mainFields], absWorkingDir: ROOT, outfile, metafile: true },
    entryPoints: [join(ROOT, 'lambda/adapters/binance/open-exchange.ts')],
  });
  bytes = Object.values(metafile.outputs)[0]?.bytes ?? 0;
  ({ createBinance: bundled } = await import(/* @vite-ignore */ pathToFileURL(outfile).href));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// What the SDK adds to the wall clock is exact only while that stands still.
beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2031, 4, 5)));
afterEach(() => vi.restoreAllMocks());

async function outcome(create: typeof createBinance, request: (typeof SIGNED)[number][0], answer: WireReply) {
  const clock = createVirtualClock(START_MS);
  const sent: WireRequest[] = [];
  const transport = inMemoryWire(one => {
    sent.push(one);
    return answer;
  });
  const hosts = { baseUrl: 'https://fapi.example', walletUrl: 'https://wallet.example' };
  const exchange = create({ ...hosts, recvWindowMs: 5_000, clock: () => clock, transport })(HMAC_KEY);
  return { reply: await exchange.send(request, LIMITS), sent };
}

const ANSWERS: readonly (readonly [string, WireReply])[] = [
  ['a success', reply(200, [])],
  ['a refusal', reply(400, { code: -2022, msg: 'no' })],
  ['an empty 202', reply(202, '')],
  ['a page', reply(403, '<html><title>no</title>')],
  ['a reset', { kind: 'reset' }],
  ['silence', { kind: 'hang' }],
];

describe('bundled or not', () => {
  it.each([...SIGNED, ...PUBLIC].map(([request, line]) => [line, request] as const))(
    '%s is the same request, and every answer is read in the same way',
    async (_line, request) => {
      for (const [what, answer] of ANSWERS) {
        const own = await outcome(createBinance, request, answer);
        expect(own.sent, what).toHaveLength(1);
        expect(await outcome(bundled, request, answer), what).toEqual(own);
      }
    },
  );
});

it('the adapter with all that it needs takes less than 200 kB', () => {
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(200_000);
});
