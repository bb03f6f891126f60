/** `flatline ping-url` against the local cloud, and its URLs against the bundled function behind a function URL. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerPingUrl } from '../../bin/commands/ping-url.ts';
import { createBotStore } from '../../lambda/adapters/dynamo/bot-store.ts';
import { ENV } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { type FunctionUrl, startFunctionUrl } from '../../simulator/cloud/function-url.ts';
import { type ServedForTests, serveForTests } from '../cli/served-cloud.ts';

const BASE = 'https://0123456789abcdef.lambda-url.ap-northeast-1.on.aws/';
let served: ServedForTests;
let url: FunctionUrl;
beforeAll(async () => {
  served = await serveForTests({
    bots: ['default', 'alpha'],
    positions: 1,
    functions: ['ping'],
    env: { [ENV.pingUrl]: BASE },
  });
  const host = served.cloud.deploy('ping', { configText: toJson(served.settings) });
  url = await startFunctionUrl(host, { reservedConcurrency: 5 });
});
afterAll(async () => {
  await url.close();
  await served.close();
});

const pingUrl = (...args: readonly string[]) => served.here([registerPingUrl], ['ping-url', '--local', ...args]);
/** Where AWS would have the address that the command prints. */
const here = (address: string) => address.replace(BASE, url.url);
const rowOf = (botId: string) =>
  createBotStore({ client: served.cloud.tables.client, tableName: 'bots' }).read(botId, 5_000);
const printed = ({ stdout }: { readonly stdout: string }): string => stdout.split('\n')[0] ?? '';

describe('flatline ping-url', () => {
  let first = '';

  test('makes a URL, prints it once, and a bot can send heartbeats with it', async () => {
    const made = await pingUrl('--bot', 'alpha', '--by', 'ada');
    expect(made.code).toBe(0);
    first = printed(made);
    expect(first).toMatch(/^https:\/\/0123456789abcdef\.lambda-url\.ap-northeast-1\.on\.aws\/alpha\.[0-9a-f]{48}$/);
    expect(await fetch(here(first))).toMatchObject({ status: 200 });
    expect(await rowOf('alpha')).toMatchObject({ watch_state: 'armed', changed_by: 'ping URL' });
  });

  test('says of one that there is when it was made, and cannot show it', async () => {
    const again = await pingUrl('--bot', 'alpha');
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^alpha has a ping URL, created .* by ada\./),
    });
    expect(again.stdout).not.toContain(first.slice(-48));
  });

  test('replaces it only where that was confirmed, and the one before ends', async () => {
    expect(await pingUrl('--bot', 'alpha', '--rotate')).toMatchObject({ code: 3, stdout: '' });
    const rotated = await pingUrl('--bot', 'alpha', '--rotate', '--yes');
    expect(rotated.code).toBe(0);
    expect(await fetch(here(first))).toMatchObject({ status: 404 });
    expect(await fetch(here(printed(rotated)), { method: 'POST' })).toMatchObject({ status: 200 });
    first = printed(rotated);
  });

  test('leaves the one before valid for the given time', async () => {
    const rotated = await pingUrl('--bot', 'alpha', '--rotate', '--old-for', '10m', '--yes', '--json');
    const { url: second } = JSON.parse(rotated.stdout);
    for (const address of [first, second]) expect(await fetch(here(address))).toMatchObject({ status: 200 });
    first = second;
  });

  test('ends it', async () => {
    expect(await pingUrl('--bot', 'alpha', '--end', '--yes')).toMatchObject({ code: 0 });
    expect(await fetch(here(first))).toMatchObject({ status: 404 });
  });

  test.each([
    [['--bot', 'alhpa'], 3, /Did you mean alpha/],
    [['--bot', 'alpha', '--rotate', '--end', '--yes'], 3, /--rotate and --end cannot be combined/],
    [['--bot', 'alpha', '--old-for', '10m'], 3, /--old-for needs --rotate/],
    [['--bot', 'alpha', '--rotate', '--old-for', '2d'], 3, /The maximum is 24 hours/],
  ])('%j is refused', async (args, code, says) => {
    const refused = await pingUrl(...args);
    expect(refused).toMatchObject({ code, stdout: '' });
    expect(refused.stderr).toMatch(says);
  });
});

test('without a ping URL in the stack it says what to set', async () => {
  const other = await serveForTests({ bots: ['default'], positions: 1 });
  try {
    const refused = await other.here([registerPingUrl], ['ping-url', '--local']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ping_url = true') });
  } finally {
    await other.close();
  }
});

test('beyond its share of concurrency a call is answered 429, and never reaches the function', async () => {
  const gate = Promise.withResolvers<void>();
  const answered = {
    kind: 'answered',
    payload: { statusCode: 200, headers: {}, body: 'OK' },
    cold: false,
    maxRssKb: 0,
  } as const;
  const crowded = await startFunctionUrl(
    { invoke: () => gate.promise.then(() => answered) },
    { reservedConcurrency: 2 },
  );
  const asked = [1, 2, 3].map(() => fetch(crowded.url));
  await expect.poll(() => crowded.counts.throttled).toBe(1);
  gate.resolve();
  expect((await Promise.all(asked)).map(({ status }) => status).toSorted()).toEqual([200, 200, 429]);
  await crowded.close();
});
