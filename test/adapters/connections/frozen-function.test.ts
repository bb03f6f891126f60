/**
 * What a freeze does to connections, over real sockets: they die while the function stands still, and only the wall
 * clock knows that time went by. The clock is the test's, so nobody waits for six seconds.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpTransport } from '../../../lambda/adapters/binance/http-transport.ts';
import { createBinance } from '../../../lambda/adapters/binance/open-exchange.ts';
import { startClock } from '../../../lambda/adapters/clock.ts';
import { awsConnections, createConnectionPool } from '../../../lambda/adapters/connections/connection-pool.ts';
import { createDynamoClient } from '../../../lambda/adapters/dynamo/client.ts';
import { type Death, type DyingConnections, dyingConnections } from '../../support/dying-connections.ts';
import { HMAC_KEY } from '../binance/rig.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const LIMITS = { timeoutMs: 5_000 } as const;
const DEATHS: readonly Death[] = ['reset', 'silence'];
const PARALLEL = 8;
const open: { close(): void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function serve(answer: Answer): Promise<DyingConnections> {
  const server: Server = createServer(answer);
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const network = await dyingConnections((server.address() as AddressInfo).port);
  open.push(
    network,
    { close: () => void server.close(() => undefined) },
    { close: () => server.closeAllConnections() },
  );
  return network;
}

/** Holds each answer until `release`, so that as many connections stand as requests were made. */
function gate() {
  const held: (() => void)[] = [];
  let isOpen = true;
  return {
    shut: () => {
      isOpen = false;
    },
    pass: (answer: () => void): void => void (isOpen ? answer() : held.push(answer)),
    release: () => {
      isOpen = true;
      for (const answer of held.splice(0)) answer();
    },
    held: () => held.length,
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}

/** A function that has used `PARALLEL` connections to the exchange, all idle now. */
async function warmFunction(silenceMs?: number) {
  const answers = gate();
  const network = await serve((_request, response) =>
    answers.pass(() => response.setHeader('content-type', 'application/json').end('[]')),
  );
  let wallMs = 1_000_000;
  const pool = createConnectionPool(110, { wallMs: () => wallMs, ...(silenceMs === undefined ? {} : { silenceMs }) });
  const clock = startClock();
  const baseUrl = `http://127.0.0.1:${network.port}`;
  const transport = createHttpTransport(pool);
  const exchange = createBinance({ baseUrl, recvWindowMs: 5_000, clock: () => clock, transport })(HMAC_KEY);
  const ask = (limits: { timeoutMs: number } = LIMITS) => exchange.send({ kind: 'positions' }, limits);

  answers.shut();
  const first = Promise.all(Array.from({ length: PARALLEL }, () => ask()));
  await until(() => answers.held() === PARALLEL);
  answers.release();
  await first;
  expect(network.opened()).toBe(PARALLEL);
  return {
    network,
    answers,
    ask,
    prepare: (connections: number) => pool.prepare(baseUrl, connections),
    sleep: (ms: number) => {
      wallMs += ms;
    },
    idle: () =>
      Object.values(pool.http.freeSockets)
        .flatMap(free => free ?? [])
        .filter(one => !one.destroyed).length,
  };
}

describe('after a freeze of six seconds', () => {
  it.each(DEATHS)('no old connection to the exchange is used (%s)', async death => {
    const { network, sleep, ask } = await warmFunction();
    network.freeze(death);
    sleep(6_000);
    const replies = await Promise.all(Array.from({ length: PARALLEL + 3 }, () => ask()));
    expect(replies.map(one => one.ok)).toEqual(replies.map(() => true));
    expect(network.lost()).toBe(0);
    // Spread over new ones, which serve again as soon as one is free.
    expect(network.opened()).toBeGreaterThan(PARALLEL);
  });

  it.each(DEATHS)('no connection that was opened ahead of need is used (%s)', async death => {
    const { network, sleep, ask, prepare } = await warmFunction();
    const before = network.opened();
    prepare(PARALLEL + 2);
    await until(() => network.opened() === before + 2);
    network.freeze(death);
    sleep(6_000);
    prepare(3);
    await until(() => network.opened() === before + 5);
    const replies = await Promise.all([ask(), ask(), ask()]);
    expect(replies.map(one => one.ok)).toEqual([true, true, true]);
    expect([network.lost(), network.opened()]).toEqual([0, before + 5]);
  });

  it.each(DEATHS)('no old connection to DynamoDB is used (%s)', async death => {
    const { network, sleep, get } = await warmDynamo();
    network.freeze(death);
    sleep(6_000);
    expect((await get()).Item).toEqual({ id: { S: 'x' } });
    expect([network.lost(), network.opened()]).toEqual([0, 2]);
  });
});

describe('a connection that was idle for less than four seconds', () => {
  it('is used again', async () => {
    const { network, sleep, ask, idle } = await warmFunction();
    sleep(3_999);
    expect(await ask()).toMatchObject({ ok: true });
    expect(network.opened()).toBe(PARALLEL);
    // The others have become too old meanwhile; the one that was used has not.
    sleep(3_999);
    expect(await ask()).toMatchObject({ ok: true });
    expect([network.opened(), idle()]).toEqual([PARALLEL, 1]);
  });

  it('and is reset is reported as such, and takes all idle ones with it', async () => {
    const { network, sleep, ask, idle } = await warmFunction();
    network.freeze('reset');
    sleep(2_000);
    expect(await ask()).toMatchObject({ ok: false, failure: { certainty: 'unknown', reason: 'stale-connection' } });
    await until(() => idle() === 0);
    expect(await ask()).toMatchObject({ ok: true });
    expect([network.lost(), network.opened()]).toEqual([1, PARALLEL + 1]);
  });

  it('and stays silent takes all idle ones with it, so that a second request gets a new one', async () => {
    const { network, sleep, ask, idle } = await warmFunction(20);
    network.freeze('silence');
    sleep(2_000);
    const first = ask({ timeoutMs: 600 });
    await until(() => idle() === 0);
    expect(await ask()).toMatchObject({ ok: true });
    expect([network.lost(), network.opened()]).toEqual([1, PARALLEL + 1]);
    expect(await first).toMatchObject({ ok: false, failure: { certainty: 'unknown', reason: 'stale-connection' } });
  });

  it('and answers late is still waited for', async () => {
    const { network, answers, sleep, ask, idle } = await warmFunction(20);
    sleep(2_000);
    answers.shut();
    const first = ask();
    await until(() => idle() === 0);
    answers.release();
    expect(await first).toMatchObject({ ok: true });
    expect(network.opened()).toBe(PARALLEL);
  });

  it('to DynamoDB and is reset is replaced within the same call', async () => {
    const { network, sleep, get } = await warmDynamo();
    network.freeze('reset');
    sleep(2_000);
    expect((await get()).Item).toEqual({ id: { S: 'x' } });
    expect([network.lost(), network.opened()]).toEqual([1, 2]);
  });
});

describe('a connection that was used a moment ago', () => {
  it('and stays silent means a slow exchange: no idle one is dropped', async () => {
    const { answers, sleep, ask, idle } = await warmFunction(5);
    sleep(999);
    answers.shut();
    const slow = ask();
    await until(() => answers.held() === 1);
    await new Promise(resolve => setTimeout(resolve, 5).unref());
    // Timers of the same length fire in the order in which they were set.
    expect(idle()).toBe(PARALLEL - 1);
    answers.release();
    expect(await slow).toMatchObject({ ok: true });
  });

  it('and is reset may have died as well', async () => {
    const { network, ask, idle } = await warmFunction();
    network.freeze('reset');
    expect(await ask()).toMatchObject({ ok: false, failure: { reason: 'stale-connection' } });
    await until(() => idle() === 0);
  });
});

async function warmDynamo() {
  const network = await serve((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.0').end('{"Item":{"id":{"S":"x"}}}');
    });
  });
  let wallMs = 1_000_000;
  const timeouts = { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true };
  const client = createDynamoClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: `http://127.0.0.1:${network.port}`,
    requestHandler: awsConnections(timeouts, { wallMs: () => wallMs }),
  });
  const get = () => client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'x' } } }));
  await get();
  await get();
  expect(network.opened()).toBe(1);
  return {
    network,
    get,
    sleep: (ms: number) => {
      wallMs += ms;
    },
  };
}
