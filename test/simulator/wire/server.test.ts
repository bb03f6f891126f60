import { Agent, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExchangeServer, startExchangeServer } from '../../../simulator/wire/server.ts';
import { API_KEY, type Stage, signedQuery, stage } from '../stage.ts';

let set: Stage;
let server: ExchangeServer;

beforeEach(async () => {
  set = stage();
  server = await startExchangeServer(set.exchange);
});

afterEach(async () => {
  await server.close();
});

describe('the exchange on a port', () => {
  it('answers signed requests, in the query and in the body', async () => {
    const headers = { 'X-MBX-APIKEY': API_KEY };
    const stamp = String(set.clock.nowMs());
    const list = await fetch(`${server.url}/fapi/v1/openOrders?${signedQuery({ timestamp: stamp })}`, { headers });
    expect([list.status, await list.json()]).toEqual([200, []]);
    expect(list.headers.get('x-mbx-used-weight-1m')).toBe('40');
    const order = { symbol: '测试USDT', side: 'BUY', type: 'MARKET', quantity: '1000', timestamp: stamp };
    const placed = await fetch(`${server.url}/fapi/v1/order`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: signedQuery(order),
    });
    expect(placed.status).toBe(200);
    expect(set.account.truth().positions).toMatchObject([{ symbol: '测试USDT', amount: '1000' }]);
  });

  it('keeps connections alive', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = [await localPort(agent), await localPort(agent), await localPort(agent)];
    expect(new Set(ports).size).toBe(1);
    agent.destroy();
  });

  it('leaves a hanging request without an answer, and serves others meanwhile', async () => {
    set.exchange.faults.add({ on: { path: '/fapi/v1/ping' }, fault: { kind: 'hang-after' } });
    const abort = new AbortController();
    const hanging = fetch(`${server.url}/fapi/v1/ping`, { signal: abort.signal });
    expect((await fetch(`${server.url}/fapi/v1/time`)).status).toBe(200);
    abort.abort();
    await expect(hanging).rejects.toThrow('aborted');
    expect(set.exchange.journal.find(({ path }) => path === '/fapi/v1/ping')).toMatchObject({
      executed: true,
      status: undefined,
      answeredAtMs: undefined,
    });
  });

  it('resets a connection so that the client knows', async () => {
    set.exchange.faults.add({ on: {}, fault: { kind: 'reset-before' } });
    const failed = await failureOf('/fapi/v1/ping');
    expect(failed).toBe('ECONNRESET');
  });

  it('sends a truncated body as a complete answer', async () => {
    set.exchange.faults.add({ on: {}, fault: { kind: 'truncated-json' } });
    const reply = await fetch(`${server.url}/fapi/v1/time`);
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe('{"serverTime":');
  });

  it('ends what hangs when it is closed, and frees the port', async () => {
    set.exchange.faults.add({ on: {}, fault: { kind: 'hang-before' } });
    const failed = failureOf('/fapi/v1/ping');
    while (set.exchange.journal.length === 0) await new Promise(resolve => setImmediate(resolve));
    await server.close();
    expect(await failed).toBe('ECONNRESET');
    const again = await startExchangeServer(set.exchange, { port: server.port });
    expect(again.url).toBe(server.url);
    await again.close();
  });

  it('says so when its port is taken', async () => {
    await expect(startExchangeServer(set.exchange, { port: server.port })).rejects.toThrow('EADDRINUSE');
  });
});

function localPort(agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}/fapi/v1/time`, { agent }, reply => {
      const { localPort } = reply.socket;
      reply.resume().on('end', () => resolve(localPort));
    });
    asked.on('error', reject).end();
  });
}

function failureOf(path: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, reply => reject(new Error(`answered ${reply.statusCode}`)));
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code)).end();
  });
}
