/** The same adapter over real sockets on the loopback: what Node makes of faults, and how connections live. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Binance, createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import { startClock } from '../../../lambda/adapters/clock.ts';
import type { Exchange } from '../../../lambda/ports.ts';
import { HMAC_KEY } from './rig.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const LIMITS = { timeoutMs: 5_000 } as const;
const servers: Server[] = [];

async function serve(answer: Answer): Promise<{ server: Server; port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer(answer).on('connection', () => {
    connections += 1;
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, connections: () => connections };
}

function binanceAt(baseUrl: string): Binance {
  const clock = startClock();
  return createBinance({ baseUrl, recvWindowMs: 2_000, clock: () => clock });
}

const exchangeAt = (baseUrl: string): Exchange => binanceAt(baseUrl)(HMAC_KEY);

it('asks below the path of base_url, which is where a proxy has the exchange', async () => {
  const asked: (string | undefined)[] = [];
  const { port } = await serve(({ url }, response) => {
    asked.push(url?.split('?')[0]);
    response.end('[]');
  });
  for (const path of ['', '/', '/binance', '/a/b/']) {
    await exchangeAt(`http://127.0.0.1:${port}${path}`).send({ kind: 'positions' }, LIMITS);
  }
  const own = '/fapi/v3/positionRisk';
  expect(asked.filter(url => url?.endsWith(own))).toEqual([own, own, `/binance${own}`, `/a/b${own}`]);
});

const positionsFrom = async (answer: Answer) => {
  const { port } = await serve(answer);
  return exchangeAt(`http://127.0.0.1:${port}`).send({ kind: 'positions' }, LIMITS);
};

const json = (response: ServerResponse, body: string): void => {
  response.setHeader('content-type', 'application/json').end(body);
};

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('over real sockets', () => {
  it('an answer is read, packed or not', async () => {
    const packed = gzipSync('[]');
    expect(await positionsFrom((_request, response) => json(response, '[]'))).toMatchObject({
      ok: true,
      value: { rows: [], unread: [] },
      trace: { status: 200 },
    });
    expect(
      await positionsFrom((_request, response) => response.setHeader('content-encoding', 'gzip').end(packed)),
    ).toMatchObject({ ok: true });
  });

  it.each<[says: string, header: string, body: string | Buffer]>([
    ['in capitals', 'GZIP', gzipSync('[]')],
    ['by its old name', 'x-gzip', gzipSync('[]')],
    ['although it is not', 'gzip', '[]'],
  ])('an answer that is said to be packed %s is read', async (_says, header, body) => {
    expect(
      await positionsFrom((_request, response) => response.setHeader('content-encoding', header).end(body)),
    ).toMatchObject({ ok: true });
  });

  it('an answer whose compression is broken has an unknown outcome', async () => {
    const outcome = await positionsFrom((_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync('[]').subarray(0, 15)),
    );
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unknown', reason: 'bad-reply', message: /not whole JSON/ },
    });
  });

  it.each<[says: string, headers: object, end: (response: ServerResponse) => void]>([
    ['cannot be unpacked', { 'content-encoding': 'gzip' }, response => response.end(gzipSync('{}').subarray(0, 9))],
    [
      'breaks off',
      { 'content-length': 100 },
      response => response.write('{"code":-10', () => response.socket?.destroy()),
    ],
    ['never ends', { 'content-length': 100 }, response => response.write('{"code":-10')],
  ])('a 429 whose text %s is a 429', async (_says, headers, end) => {
    const outcome = await positionsFrom((_request, response) =>
      end(response.writeHead(429, { ...headers, 'Retry-After': '7' })),
    );
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'throttled', reason: 'weight-limit', retryAfterMs: 7_000 },
    });
  });

  it('an order is sent without a body, and says so', async () => {
    let seen: IncomingMessage | undefined;
    const { port } = await serve((request, response) => {
      seen = request;
      json(response, '{}');
    });
    const close = { symbol: 'BTCUSDT', side: 'SELL', positionSide: 'BOTH', quantity: '1' } as const;
    const order = { ...close, reduceOnly: true, clientOrderId: 'c' };
    const exchange = exchangeAt(`http://127.0.0.1:${port}`);
    await exchange.send({ kind: 'close', order, recvWindowMs: 2_000 }, LIMITS);
    expect(seen?.method).toBe('POST');
    expect(seen?.headers).toEqual({
      host: `127.0.0.1:${port}`,
      'user-agent': 'flatline',
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'x-mbx-apikey': HMAC_KEY.apiKey,
      'content-length': '0',
      connection: 'keep-alive',
    });
  });

  it('a key that no header can hold is not sent, and not shown', async () => {
    const { port } = await serve((_request, response) => json(response, '[]'));
    const outcome = await binanceAt(`http://127.0.0.1:${port}`)({ ...HMAC_KEY, apiKey: 'two\r\nlines' }).send(
      { kind: 'positions' },
      LIMITS,
    );
    expect(outcome).toMatchObject({ ok: false, trace: { status: undefined } });
    expect(JSON.stringify(outcome)).not.toContain('lines');
  });

  it('status, code and headers of an error are kept', async () => {
    const outcome = await positionsFrom((_request, response) => {
      response
        .writeHead(429, { 'Retry-After': '7', 'X-MBX-USED-WEIGHT-1M': '2401' })
        .end('{"code":-1003,"msg":"Too many requests."}');
    });
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        certainty: 'throttled',
        reason: 'weight-limit',
        status: 429,
        exchangeCode: -1003,
        retryAfterMs: 7_000,
      },
      trace: { status: 429, usage: { weightLastMinute: 2_401 } },
    });
  });

  it('a refused connection never arrived', async () => {
    const { server, port } = await serve(() => {});
    server.close();
    const outcome = await exchangeAt(`http://127.0.0.1:${port}`).send({ kind: 'positions' }, LIMITS);
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unreached', reason: 'unreachable', message: 'connection refused' },
    });
  });

  it('a failed TLS handshake never arrived', async () => {
    const { port } = await serve(() => {});
    const outcome = await exchangeAt(`https://127.0.0.1:${port}`).send({ kind: 'positions' }, LIMITS);
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unreached', message: 'TLS handshake failed (EPROTO)' },
    });
  });

  it('a reset after the request may have arrived', async () => {
    const outcome = await positionsFrom(request => request.socket.resetAndDestroy());
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unknown', reason: 'no-answer', message: 'connection reset before the answer' },
    });
  });

  it('an answer that breaks off has an unknown outcome', async () => {
    const outcome = await positionsFrom((request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('[{"symbol":', () => request.socket.destroy());
    });
    expect(outcome).toMatchObject({
      ok: false,
      failure: { certainty: 'unknown', reason: 'no-answer' },
      trace: { status: undefined },
    });
  });

  it('silence ends at the timeout, and the connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    const { port } = await serve(request => request.socket.once('close', () => closed.resolve()));
    const outcome = await exchangeAt(`http://127.0.0.1:${port}`).send({ kind: 'positions' }, { timeoutMs: 20 });
    expect(outcome).toMatchObject({
      ok: false,
      failure: {
        certainty: 'unknown',
        reason: 'no-answer',
        message: expect.stringMatching(/^no answer; our own deadline: \d+ ms were left$/),
      },
    });
    await closed.promise;
  });

  it('a redirect is not followed, so the key stays here', async () => {
    const paths: (string | undefined)[] = [];
    const outcome = await positionsFrom((request, response) => {
      paths.push(request.url?.split('?')[0]);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(outcome).toMatchObject({ ok: false, trace: { status: 307 } });
    expect(paths).toEqual(['/fapi/v3/positionRisk']);
  });

  it('a proxy of the environment is not used', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    expect(await positionsFrom((_request, response) => json(response, '[]'))).toMatchObject({ ok: true });
  });

  it('accounts share kept-alive connections, one after the other', async () => {
    const { port, connections } = await serve((_request, response) => json(response, '[]'));
    const open = binanceAt(`http://127.0.0.1:${port}/`);
    await open(HMAC_KEY).send({ kind: 'positions' }, LIMITS);
    await open({ ...HMAC_KEY, apiKey: 'other' }).send({ kind: 'open-orders' }, LIMITS);
    await open(HMAC_KEY).send({ kind: 'server-time' }, LIMITS);
    expect(connections()).toBe(1);
  });

  it('what follows an unanswered request goes out on a connection of its own, and leaves the kept ones', async () => {
    const { port, connections } = await serve((_request, response) => json(response, '{"code":200}'));
    const exchange = exchangeAt(`http://127.0.0.1:${port}`);
    const cancel = { kind: 'cancel-orders', symbol: 'BTCUSDT' } as const;
    await exchange.send(cancel, LIMITS);
    expect(await exchange.send({ ...cancel, afresh: true }, LIMITS)).toMatchObject({ ok: true });
    expect(connections()).toBe(2);
    await exchange.send(cancel, LIMITS);
    await exchange.send({ ...cancel, afresh: true }, LIMITS);
    expect(connections()).toBe(3);
  });

  it('two hundred calls at once share 170 connections and one signal without a warning', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', note);
    const { port, connections } = await serve((_request, response) => json(response, '[]'));
    const exchange = exchangeAt(`http://127.0.0.1:${port}`);
    const { signal } = new AbortController();
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => exchange.send({ kind: 'positions' }, { ...LIMITS, signal })),
    );
    process.off('warning', note);
    expect(outcomes.filter(outcome => outcome.ok)).toHaveLength(200);
    expect(connections()).toBeLessThanOrEqual(170);
    expect(warnings).toEqual([]);
  });

  it('connections that were opened before are used, and no more are opened than asked for', async () => {
    const { server, port, connections } = await serve((_request, response) => json(response, '[]'));
    const binance = binanceAt(`http://127.0.0.1:${port}`);
    binance.prepare(2);
    binance.prepare(3);
    while (connections() < 3) await once(server, 'connection');
    const exchange = binance(HMAC_KEY);
    await Promise.all([
      exchange.send({ kind: 'positions' }, LIMITS),
      exchange.send({ kind: 'open-orders' }, LIMITS),
      exchange.send({ kind: 'conditional-orders' }, LIMITS),
    ]);
    binance.prepare(3);
    await exchange.send({ kind: 'server-time' }, LIMITS);
    expect(connections()).toBe(3);
  });

  it('a connection that was closed before it was needed is not used', async () => {
    const { server, port, connections } = await serve((_request, response) => json(response, '[]'));
    const binance = binanceAt(`http://127.0.0.1:${port}`);
    binance.prepare(1);
    const [socket] = (await once(server, 'connection')) as [Socket];
    socket.resetAndDestroy();
    // The news of it takes the same way as an answer on another connection.
    await binanceAt(`http://127.0.0.1:${port}`)(HMAC_KEY).send({ kind: 'server-time' }, LIMITS);
    expect(await binance(HMAC_KEY).send({ kind: 'positions' }, LIMITS)).toMatchObject({ ok: true });
    expect(connections()).toBe(3);
  });

  it('a host where nothing listens is no error until a request is sent to it', async () => {
    const { server, port } = await serve(() => {});
    server.close();
    const binance = binanceAt(`http://127.0.0.1:${port}`);
    binance.prepare(2);
    expect(await binance(HMAC_KEY).send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: false,
      failure: { certainty: 'unreached' },
    });
    expect(await binance(HMAC_KEY).send({ kind: 'positions' }, LIMITS)).toMatchObject({
      ok: false,
      failure: { certainty: 'unreached' },
    });
  });

  it('a process that has asked ends by itself and has printed nothing of its own', async () => {
    const { port } = await serve((_request, response) => json(response, '[]'));
    const file = (path: string): string => fileURLToPath(new URL(`../../../lambda/adapters/${path}`, import.meta.url));
    const script = `
      const { createBinance } = await import(${JSON.stringify(file('binance/open-exchange.ts'))});
      const { startClock } = await import(${JSON.stringify(file('clock.ts'))});
      const clock = startClock();
      const exchange = createBinance({ baseUrl: 'http://127.0.0.1:${port}', recvWindowMs: 2000, clock: () => clock });
      const KEY = { apiKey: 'k', apiSecret: 's', kind: 'hmac' };
      exchange.prepare(4);
      const outcome = await exchange(KEY).send({ kind: 'positions' }, { timeoutMs: 5000 });
      console.log(outcome.ok);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => {
        output += text;
      });
    const [exitCode] = await once(child, 'close');
    expect([exitCode, output]).toEqual([0, 'true\n']);
  });
});
