/** Aging connections over TLS, whose agent makes its sockets in its own way. A shared key stands in for certificates. */

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, Agent as HttpsAgent, request as sendRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ageConnections } from '../../../lambda/adapters/connections/aging-agent.ts';
import { type Death, type DyingConnections, dyingConnections } from '../../support/dying-connections.ts';

const KEY = Buffer.alloc(32, 7);
const PSK = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
const open: { close(): void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function overTls() {
  const server = createServer({ ...PSK, pskCallback: () => KEY }, (_request, response) => response.end('well'));
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const network: DyingConnections = await dyingConnections((server.address() as AddressInfo).port);
  open.push(network, { close: () => void server.close() }, { close: () => server.closeAllConnections() });

  let wallMs = 1_000_000;
  const client = { ...PSK, pskCallback: () => ({ psk: KEY, identity: 'test' }), checkServerIdentity: () => undefined };
  const plain = new HttpsAgent({ keepAlive: true, scheduling: 'lifo', ...client });
  const { agent, prepare, idleMsBefore } = ageConnections(plain, 443, { wallMs: () => wallMs });
  open.push({ close: () => agent.destroy() });
  const ask = async () => {
    const request = sendRequest({ host: '127.0.0.1', port: network.port, agent });
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.end();
    const [response] = await answered;
    const idleMs = idleMsBefore(request);
    const [text] = await response.setEncoding('utf8').toArray();
    return { text, idleMs };
  };
  return {
    network,
    ask,
    prepare: (connections: number) => prepare('127.0.0.1', String(network.port), connections),
    sleep: (ms: number) => {
      wallMs += ms;
    },
  };
}

describe('over TLS', () => {
  it('a connection is kept, with the time that it was idle', async () => {
    const { network, ask, sleep } = await overTls();
    expect(await ask()).toEqual({ text: 'well', idleMs: undefined });
    sleep(1_500);
    expect(await ask()).toEqual({ text: 'well', idleMs: 1_500 });
    expect(network.opened()).toBe(1);
  });

  it.each<Death>(['reset', 'silence'])('an old connection is not used (%s)', async death => {
    const { network, ask, sleep } = await overTls();
    await ask();
    network.freeze(death);
    sleep(6_000);
    expect(await ask()).toEqual({ text: 'well', idleMs: undefined });
    // What a closing TLS connection says last may still be written to the dead one.
    expect(network.opened()).toBe(2);
  });

  it('a connection that was opened ahead of need is used, with its age', async () => {
    const { network, ask, sleep, prepare } = await overTls();
    prepare(1);
    while (network.opened() < 1) await new Promise(resolve => setImmediate(resolve));
    sleep(700);
    expect(await ask()).toEqual({ text: 'well', idleMs: 700 });
    expect(network.opened()).toBe(1);
  });

  it('and an old one is not', async () => {
    const { network, ask, sleep, prepare } = await overTls();
    prepare(2);
    while (network.opened() < 2) await new Promise(resolve => setImmediate(resolve));
    network.freeze('silence');
    sleep(6_000);
    expect(await ask()).toEqual({ text: 'well', idleMs: undefined });
    expect(network.opened()).toBe(3);
  });
});
