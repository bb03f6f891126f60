/**
 * The bundled function in processes of its own, killed by SIGKILL at the n-th request that reaches the exchange or the
 * n-th call that reaches DynamoDB; the next call after the lease finishes. A sample of what the crash points in
 * virtual time test completely, with real processes.
 */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import type { Answer } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { FunctionHost } from '../../simulator/cloud/function-host.ts';
import { type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { type Account, createExchange, type SimulatedExchange } from '../../simulator/exchange.ts';
import { startExchangeServer } from '../../simulator/wire/server.ts';
import { PLAY_ALL } from './extent.ts';

const clock = startClock();
const key = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
const TIMEOUT_MS = 3_000;
/** The lease lasts three seconds longer than the caller's timeout, from the moment of the claim. */
const LEASE_MS = TIMEOUT_MS + 3_000;

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ clock, functions: ['liquidator'] });
  cloud.secrets.put('flatline/default', JSON.stringify(key));
});
afterAll(() => cloud.close());

interface Killed {
  readonly name: string;
  readonly id: string;
  readonly exchange: SimulatedExchange;
  readonly account: Account;
  readonly host: FunctionHost;
  readonly diedAtMs: number;
  close(): Promise<void>;
}

/** Runs the function until `at` has counted as far as it should, and kills it there. */
async function killAt(
  name: string,
  number: number,
  at: (happened: () => void, exchange: SimulatedExchange) => SimulatedExchange,
): Promise<Killed> {
  const exchange = createExchange({ clock });
  const account = exchange.addAccount(key);
  exchange.setLatency({ rttMs: 20 });
  for (const [symbol, amount] of [
    ['BTCUSDT', '0.500'],
    ['ETHUSDT', '-4.000'],
    ['SOLUSDT', '40'],
  ] as const) {
    account.open(symbol, amount);
    account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '1', price: '10' });
  }
  account.watch();
  let count = 0;
  const dies = Promise.withResolvers<void>();
  const server = await startExchangeServer(
    at(() => {
      count += 1;
      if (count === number) dies.resolve();
    }, exchange),
  );
  const settings = {
    ...SAFE_DEFAULTS,
    liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: TIMEOUT_MS },
    exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
    bots: [defaultBot('default')],
  };
  const host = cloud.deploy('liquidator', { configText: toJson(settings) });
  void dies.promise.then(() => host.kill());
  const id = `liq_20261121_0000${String(number).padStart(2, '0')}_${systemRandom.hex(8)}`;
  const result = await host.invoke({ trigger: 'manual', correlation_id: id });
  expect([name, number, result.kind]).toEqual([name, number, 'died']);
  const close = async (): Promise<void> => {
    await host.close();
    await server.close();
  };
  return { name: `${name} ${number}`, id, exchange, account, host, diedAtMs: clock.nowMs(), close };
}

const atRequest = (number: number): Promise<Killed> =>
  killAt('request', number, (happened, exchange) => ({
    ...exchange,
    respond: request => {
      happened();
      return exchange.respond(request);
    },
  }));

/** One at a time: a call of DynamoDB does not name its process. */
async function atStoreCall(number: number): Promise<Killed> {
  const { faults } = cloud.tables;
  const take = faults.take;
  try {
    return await killAt('store call', number, (happened, exchange) => {
      Object.assign(faults, {
        take: (operation: string, target: string) => {
          happened();
          return take(operation, target);
        },
      });
      return exchange;
    });
  } finally {
    Object.assign(faults, { take });
  }
}

async function expectFinished({ name, id, account, exchange, host, diedAtMs, close }: Killed): Promise<void> {
  await clock.sleep(Math.max(0, diedAtMs + LEASE_MS - clock.nowMs()));
  const result = await host.invoke({ trigger: 'manual', correlation_id: id });
  const answer = result.kind === 'answered' ? (result.payload as Answer) : undefined;
  expect([name, answer?.headline]).toEqual([name, 'FLAT']);
  expect([name, account.truth()]).toMatchObject([name, { positions: [], orders: [], conditionals: [] }]);
  expect([name, account.violations]).toEqual([name, []]);
  // GET of the same path is a query by ID.
  const closes = exchange.journal.filter(
    entry => entry.method === 'POST' && entry.path === '/fapi/v1/order' && entry.executed,
  );
  expect([name, closes.length]).toEqual([name, 3]);
  await close();
}

test('killed at a spread of requests and store calls, the next call finishes', async () => {
  const requests = PLAY_ALL ? [1, 3, 4, 5, 6, 7, 8, 9, 10, 12] : [5, 8];
  const storeCalls = PLAY_ALL ? [1, 2, 3, 4, 5] : [2];
  const killed: Killed[] = [];
  for (const number of storeCalls) killed.push(await atStoreCall(number));
  // Two at a time: each is a process that starts cold.
  for (let from = 0; from < requests.length; from += 2) {
    killed.push(...(await Promise.all(requests.slice(from, from + 2).map(atRequest))));
  }
  for (const one of killed) await expectFinished(one);
});
