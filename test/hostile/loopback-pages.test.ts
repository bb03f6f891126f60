/**
 * X10: servers on loopback are reached by every page that is open in a browser. Neither a foreign page nor a name that
 * resolves to this machine gets anything from them; bodies are bounded.
 */

import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { FUNCTION_NAMES } from '../../simulator/cloud/local-cloud.ts';
import { type ServedPanel, servePanel } from '../panel/host/serve-panel.ts';

let panel: ServedPanel;
beforeAll(async () => {
  panel = await servePanel({ clock: startClock(), rttMs: 1 });
}, 60_000);
afterAll(() => panel?.close());

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `fetch` would set the headers that this is about. 0: the connection was closed. */
const send = (base: string, { method = 'POST', path, headers = {}, body = '' }: Sent): Promise<number> =>
  new Promise(resolve => {
    const outgoing = request(new URL(path, base), { method, headers }, response => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });

const FOREIGN: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
  ['a page of another origin', { origin: 'https://evil.example' }],
  ['a page that was opened from a file', { origin: 'null' }],
  ['another server of this machine', { origin: 'http://127.0.0.1:1' }],
  ['a form of another site', { 'sec-fetch-site': 'cross-site' }],
  ['a page of the same site', { 'sec-fetch-site': 'same-site' }],
  ['a name that resolves to this machine', { host: 'evil.example' }],
  ['such a name with the port', { host: 'evil.example:7475' }],
  ['a name that begins like this machine', { host: '127.0.0.1.evil.example' }],
];
const liquidate = JSON.stringify({
  endpoint: FUNCTION_NAMES['control-panel'],
  event: { press: 'liquidate', bot_id: 'alpha', confirm: 'alpha' },
});
const calls = (): number => panel.served.cloud.lambda.invocations.length;

describe('the panel of the drill', () => {
  const pathOf = (name: string): string => `${new URL(panel.url).pathname}/${name}`;

  test.each(FOREIGN)('refuses %s, and nothing is liquidated', async (_what, headers) => {
    const before = calls();
    expect(await send(panel.url, { path: pathOf('invoke'), headers, body: liquidate })).toBe(403);
    expect(await send(panel.url, { path: pathOf('reopen'), headers })).toBe(403);
    expect(await send(panel.url, { method: 'GET', path: pathOf('panel.json'), headers })).toBe(403);
    expect(calls()).toBe(before);
  });

  test.each(['/invoke', '/panel.json', '/', '/x/invoke', `/${'x'.repeat(22)}/invoke`])(
    'has nothing at an address without its token: %s',
    async path => {
      expect(await send(panel.url, { path, body: liquidate })).toBe(404);
    },
  );

  test('answers its own page, and an address that somebody types', async () => {
    const { origin } = new URL(panel.url);
    const own = { origin, 'sec-fetch-site': 'same-origin' };
    expect(await send(panel.url, { method: 'GET', path: pathOf('panel.json'), headers: own })).toBe(200);
    const typed = { 'sec-fetch-site': 'none' };
    expect(await send(panel.url, { method: 'GET', path: pathOf(''), headers: typed })).toBe(200);
  });

  test('reads no more than a button sends', async () => {
    expect(await send(panel.url, { path: pathOf('invoke'), body: `{"x": "${'x'.repeat(100_000)}"}` })).toBe(0);
  });

  test('has a new address each time', () => {
    expect(new URL(panel.url).pathname).toMatch(/^\/[\w-]{22}$/);
  });
});

describe.each(['lambda', 'secrets', 'tables', 'topic'] as const)('the local cloud’s %s', service => {
  test.each(FOREIGN)('refuses %s', async (_what, headers) => {
    const before = calls();
    const { url } = panel.served.cloud[service];
    const path = `/2015-03-31/functions/${FUNCTION_NAMES.liquidator}/invocations`;
    const body = '{"trigger": "manual", "bot_id": "alpha"}';
    expect(await send(url, { path, headers: { 'content-type': 'text/plain', ...headers }, body })).toBe(403);
    expect(calls()).toBe(before);
  });
});
