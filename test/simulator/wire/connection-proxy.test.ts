import { Agent, createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { LOOPBACK_CREDENTIALS, LOOPBACK_REGION, startTables } from '../../../simulator/cloud/tables.ts';
import { type ConnectionProxy, type Death, startConnectionProxy } from '../../../simulator/wire/connection-proxy.ts';
import { startExchangeServer } from '../../../simulator/wire/server.ts';
import { stage } from '../stage.ts';

let scope = new AsyncDisposableStack();

afterEach(async () => {
  await scope.disposeAsync();
  scope = new AsyncDisposableStack();
});

/** A wall clock that the test moves. */
function wall() {
  let nowMs = 1_000_000;
  return {
    nowMs: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** A server that answers each request with its path, behind a proxy; `seen` are the paths it was asked for. */
async function behindProxy(aging?: { readonly idleMs?: number; readonly death: Death }) {
  const seen: string[] = [];
  const server = createServer((asked, reply) => {
    seen.push(asked.url ?? '');
    reply.end(asked.url);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  scope.defer(() => new Promise(resolve => void server.close(() => resolve()).closeAllConnections()));
  const clock = wall();
  const targetPort = (server.address() as AddressInfo).port;
  const proxy = await startConnectionProxy({ clock, targetPort, ...(aging === undefined ? {} : { aging }) });
  scope.defer(() => proxy.close());
  const agent = new Agent({ keepAlive: true });
  scope.defer(() => agent.destroy());
  return { clock, proxy, agent, seen, get: (path: string) => get(proxy, agent, path) };
}

/** The body, or the code of the failure. `signal` ends the wait for an answer that never comes. */
function get(proxy: { readonly port: number }, agent: Agent, path: string, signal?: AbortSignal): Promise<string> {
  return new Promise(resolve => {
    const asked = request({ port: proxy.port, host: '127.0.0.1', path, agent, ...(signal && { signal }) }, reply => {
      let body = '';
      reply.setEncoding('utf8').on('data', part => {
        body += part;
      });
      reply.on('end', () => resolve(body)).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name)).end();
  });
}

/** Asks, waits until the proxy has found the connection dead, and gives up. */
async function getNothing(proxy: ConnectionProxy, agent: Agent, path: string): Promise<string> {
  const before = proxy.counts.died;
  const giveUp = new AbortController();
  const answer = get(proxy, agent, path, giveUp.signal);
  await expect.poll(() => proxy.counts.died).toBe(before + 1);
  giveUp.abort();
  return answer;
}

describe('a connection through the proxy', () => {
  it('is kept and reused as long as nothing happens to it', async () => {
    const { proxy, clock, get: ask } = await behindProxy({ death: 'reset' });
    for (const path of ['/one', '/two', '/three']) {
      expect(await ask(path)).toBe(path);
      clock.pass(4_500);
    }
    expect(proxy.counts).toEqual({ opened: 1, open: 1, died: 0 });
  });

  it('that was idle too long is reset at its next byte, and a new one works', async () => {
    const { proxy, clock, seen, get: ask } = await behindProxy({ death: 'reset' });
    await ask('/one');
    clock.pass(4_501);
    expect(await ask('/lost')).toBe('ECONNRESET');
    expect(await ask('/two')).toBe('/two');
    expect(seen).toEqual(['/one', '/two']);
    expect(proxy.counts).toMatchObject({ opened: 2, died: 1 });
  });

  it('that was idle too long may accept everything and answer nothing', async () => {
    const { proxy, agent, clock, seen, get: ask } = await behindProxy({ death: 'silence', idleMs: 1_000 });
    await ask('/one');
    clock.pass(1_001);
    expect(await getNothing(proxy, agent, '/lost')).toBe('ABORT_ERR');
    expect(await ask('/two')).toBe('/two');
    expect(seen).toEqual(['/one', '/two']);
  });

  it('that waits for a late answer is not idle', async () => {
    const set = stage();
    const clock = wall();
    const server = await startExchangeServer(set.exchange, { connections: { clock, aging: { death: 'reset' } } });
    scope.defer(() => server.close());
    set.exchange.setLatency({ rttMs: 60_000 });
    set.clock.sleep = async ms => clock.pass(ms);
    expect((await fetch(`${server.url}/fapi/v1/time`)).status).toBe(200);
    expect(server.connections?.counts.died).toBe(0);
  });

  it('ages only while that is asked for', async () => {
    const { proxy, clock, get: ask } = await behindProxy();
    await ask('/one');
    clock.pass(3_600_000);
    expect(await ask('/two')).toBe('/two');
    proxy.age({ death: 'reset' });
    clock.pass(5_000);
    expect(await ask('/lost')).toBe('ECONNRESET');
    proxy.age(undefined);
    await ask('/three');
    clock.pass(3_600_000);
    expect(await ask('/four')).toBe('/four');
  });
});

describe('a freeze', () => {
  it('kills every open connection by reset, at its next byte and not before', async () => {
    const { proxy, agent, get: ask } = await behindProxy();
    await Promise.all(['/a', '/b', '/c'].map(ask));
    expect(proxy.counts.open).toBe(3);
    proxy.freeze('reset');
    expect(proxy.counts).toEqual({ opened: 3, open: 3, died: 0 });
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(3);
    expect(await Promise.all(['/d', '/e', '/f'].map(ask))).toEqual(Array(3).fill('ECONNRESET'));
    expect(await ask('/g')).toBe('/g');
  });

  it('kills every open connection by silence', async () => {
    const { proxy, agent, get: ask } = await behindProxy();
    await ask('/one');
    proxy.freeze('silence');
    expect(await getNothing(proxy, agent, '/lost')).toBe('ABORT_ERR');
    expect(await ask('/two')).toBe('/two');
  });

  it.each(['reset', 'silence'] as const)(
    'lets a request that was sent before be executed, without an answer: %s',
    async death => {
      const set = stage();
      const server = await startExchangeServer(set.exchange, { connections: { clock: wall() } });
      scope.defer(() => server.close());
      const agent = new Agent({ keepAlive: true });
      scope.defer(() => agent.destroy());
      const held = Promise.withResolvers<void>();
      set.exchange.setLatency({ rttMs: 10 });
      const arrived = Promise.withResolvers<void>();
      set.clock.sleep = () => {
        arrived.resolve();
        return held.promise;
      };
      const giveUp = new AbortController();
      const lost = get(server, agent, '/fapi/v1/time', giveUp.signal);
      await arrived.promise;
      server.connections?.freeze(death);
      held.resolve();
      if (death === 'silence') {
        await expect.poll(() => server.connections?.counts.died).toBe(1);
        giveUp.abort();
      }
      expect(await lost).toBe(death === 'reset' ? 'ECONNRESET' : 'ABORT_ERR');
      expect(set.exchange.journal).toMatchObject([{ path: '/fapi/v1/time', executed: true, status: 200 }]);
    },
  );
});

describe('a host that accepts everything and answers nothing', () => {
  it('does so on open and on new connections, and new ones work again afterwards', async () => {
    const { proxy, agent, seen, get: ask } = await behindProxy();
    await ask('/one');
    proxy.holdBytes(true);
    expect(await getNothing(proxy, agent, '/lost')).toBe('ABORT_ERR');
    expect(await getNothing(proxy, agent, '/lost-too')).toBe('ABORT_ERR');
    proxy.holdBytes(false);
    expect(await ask('/two')).toBe('/two');
    expect(seen).toEqual(['/one', '/two']);
  });

  it('may be DynamoDB', async () => {
    const tables = await startTables({ clock: { nowMs: () => 0, sleep: async () => undefined } });
    scope.defer(() => tables.close());
    const proxy = await startConnectionProxy({ clock: wall(), targetPort: Number(new URL(tables.url).port) });
    scope.defer(() => proxy.close());
    const client = new DynamoDBClient({
      endpoint: proxy.url,
      region: LOOPBACK_REGION,
      credentials: LOOPBACK_CREDENTIALS,
      maxAttempts: 1,
    });
    scope.defer(() => client.destroy());
    const list = (signal?: AbortSignal) =>
      client.send(new ListTablesCommand({}), signal === undefined ? {} : { abortSignal: signal });
    expect((await list()).TableNames).toContain('bots');
    proxy.holdBytes(true);
    const giveUp = new AbortController();
    const lost = list(giveUp.signal);
    await expect.poll(() => proxy.counts.died).toBe(1);
    giveUp.abort();
    await expect(lost).rejects.toMatchObject({ name: 'AbortError' });
    proxy.holdBytes(false);
    expect((await list()).TableNames).toContain('bots');
  });
});

describe('the proxy', () => {
  it('carries large bodies whole, in both directions', async () => {
    const server = createTcpServer(socket => socket.pipe(socket));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    scope.defer(() => new Promise(resolve => void server.close(() => resolve())));
    const targetPort = (server.address() as AddressInfo).port;
    const proxy = await startConnectionProxy({ clock: wall(), targetPort });
    scope.defer(() => proxy.close());
    const sent = Buffer.alloc(8_000_000, 'flatline');
    const received = await new Promise<Buffer>((resolve, reject) => {
      const parts: Buffer[] = [];
      const socket = connect(proxy.port, '127.0.0.1', () => socket.end(sent));
      socket.on('data', part => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
      socket.on('error', reject);
    });
    expect(received.equals(sent)).toBe(true);
  });

  it('resets its clients if no server listens behind it', async () => {
    const { proxy, agent } = await behindProxy();
    await scope.disposeAsync();
    scope = new AsyncDisposableStack();
    const nobody = await startConnectionProxy({ clock: wall(), targetPort: proxy.port });
    scope.defer(() => nobody.close());
    expect(await get(nobody, new Agent(), '/')).toBe('ECONNRESET');
    agent.destroy();
  });

  it('listens in front of the exchange on the given port', async () => {
    const { exchange } = stage();
    const first = await startExchangeServer(exchange, { connections: { clock: wall() } });
    await first.close();
    const again = await startExchangeServer(exchange, { port: first.port, connections: { clock: wall() } });
    scope.defer(() => again.close());
    expect((await fetch(`${again.url}/fapi/v1/time`)).status).toBe(200);
    expect(again.connections?.counts.opened).toBe(1);
    await expect(startExchangeServer(exchange, { port: first.port, connections: { clock: wall() } })).rejects.toThrow(
      'EADDRINUSE',
    );
  });
});
