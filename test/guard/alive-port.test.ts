/** Who can prove work on the alive port: the bot that was given its address, and nobody else on the machine. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AlivePort, listenOnAlivePort } from '../../bin/commands/guard/alive-port.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';

let proofs = 0;
let port: AlivePort;
beforeAll(async () => {
  port = await listenOnAlivePort(0, systemRandom, () => {
    proofs += 1;
  });
});
afterAll(() => port.close());

async function asked(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  const before = proofs;
  const { port: number } = new URL(port.url);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(number), '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}\r\n`);
  let text = '';
  socket.setEncoding('utf8').on('data', part => (text += part));
  await once(socket, 'close');
  return { status: Number(text.slice(9, 12)), proofs: proofs - before };
}

const own = () => new URL(port.url).pathname;

describe('the address that the bot was given', () => {
  test.each(['GET', 'HEAD', 'POST'])('%s proves work', async method => {
    expect(await asked(own(), {}, method)).toEqual({ status: 204, proofs: 1 });
  });

  test('fetch of Node, as a bot uses it, proves work', async () => {
    const before = proofs;
    expect((await fetch(port.url)).status).toBe(204);
    expect((await fetch(port.url, { method: 'POST', body: 'x' })).status).toBe(204);
    expect(proofs - before).toBe(2);
  });

  test('has 128 random bits, and what people are shown has none of them', () => {
    expect(own()).toMatch(/^\/[0-9a-f]{32}$/);
    expect(port.shownUrl).toBe(`${new URL(port.url).origin}/…`);
  });
});

describe('what proves nothing', () => {
  test('a bare connection', async () => {
    const before = proofs;
    const socket = connect(Number(new URL(port.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.end();
    socket.resume();
    await once(socket, 'close');
    expect(proofs - before).toBe(0);
  });

  test.each(['/', '/alive', '/0123456789abcdef0123456789abcdef'])('the path %s', async path => {
    expect(await asked(path)).toEqual({ status: 404, proofs: 0 });
  });

  test('the path with a character more, or one less', async () => {
    expect(await asked(`${own()}0`)).toEqual({ status: 404, proofs: 0 });
    expect(await asked(own().slice(0, -1))).toEqual({ status: 404, proofs: 0 });
  });

  test.each([
    ['a script of a foreign page', { Origin: 'https://example.com' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a page of this machine', { Origin: 'http://127.0.0.1:8080' }],
    ['an image in a page', { 'Sec-Fetch-Site': 'cross-site' }],
    ['an address typed into a browser', { 'Sec-Fetch-Site': 'none' }],
    ['a page behind a name that leads here', { 'Sec-Fetch-Site': 'same-origin' }],
  ])('%s, even if it knows the address', async (_name, headers) => {
    expect(await asked(own(), headers as Record<string, string>)).toEqual({ status: 403, proofs: 0 });
  });
});

test('a port that is taken gives a sentence with the remedy, and the exit code 125', async () => {
  const taken = Number(new URL(port.url).port);
  await expect(listenOnAlivePort(taken, systemRandom, () => undefined)).rejects.toMatchObject({
    exitCode: 125,
    message: `Port ${taken} of 127.0.0.1 cannot be used; choose another, or 0 for any.`,
  });
});
