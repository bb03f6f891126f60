/** The liquidator as it is deployed: the real bundle in a process of its own, real HTTP, embedded DynamoDB. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startClock } from '../../lambda/adapters/clock.ts';
import { systemRandom } from '../../lambda/adapters/random.ts';
import type { Answer } from '../../lambda/contract.ts';
import { toJson } from '../../lambda/core/config/read-settings.ts';
import { defaultBot, SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import type { FunctionHost, InvocationResult } from '../../simulator/cloud/function-host.ts';
import { type LocalCloud, startLocalCloud } from '../../simulator/cloud/local-cloud.ts';
import { type Account, createExchange, type SimulatedExchange } from '../../simulator/exchange.ts';
import { startExchangeServer } from '../../simulator/wire/server.ts';

const clock = startClock();
const key = { apiKey: systemRandom.hex(64), apiSecret: systemRandom.hex(64) };
let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud({ clock, functions: ['liquidator'] });
  cloud.secrets.put('flatline/default', JSON.stringify(key));
});
afterAll(() => cloud.close());

interface Scene {
  readonly exchange: SimulatedExchange;
  readonly account: Account;
  readonly host: FunctionHost;
  call(event?: object): Promise<Answer>;
  close(): Promise<void>;
}

async function scene(
  options: { rttMs?: number; configText?: string; env?: Record<string, string>; memoryMb?: number } = {},
): Promise<Scene> {
  const exchange = createExchange({ clock });
  const account = exchange.addAccount(key);
  exchange.setLatency({ rttMs: options.rttMs ?? 0 });
  const server = await startExchangeServer(exchange);
  const settings = {
    ...SAFE_DEFAULTS,
    // No read after FLAT: it would come ten seconds later, and count in the next test.
    liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: 20_000, confirmMs: 0 },
    exchange: { ...SAFE_DEFAULTS.exchange, baseUrl: server.url },
    bots: [defaultBot('default')],
  };
  const { configText = toJson(settings), env = {} } = options;
  const host = cloud.deploy('liquidator', { configText, env, memoryMb: options.memoryMb ?? 512 });
  return {
    exchange,
    account,
    host,
    call: async (event = {}) => payloadOf(await host.invoke({ trigger: 'manual', ...event })),
    close: async () => {
      await host.close();
      await server.close();
    },
  };
}

function payloadOf(result: InvocationResult): Answer {
  if (result.kind !== 'answered') throw new Error(`the function did not answer: ${JSON.stringify(result)}`);
  return result.payload as Answer;
}

describe('the deployed liquidator', () => {
  test('closes 300 positions without a 429, in less than 256 MB', async () => {
    const { exchange, account, host, close } = await scene({ memoryMb: 256 });
    exchange.addManySymbols(300);
    for (let n = 1; n <= 300; n += 1) {
      const symbol = `SYM${String(n).padStart(3, '0')}USDT`;
      account.open(symbol, '10');
      account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '10', price: '1' });
    }
    account.watch();
    const result = await host.invoke({ trigger: 'manual' });
    expect(payloadOf(result)).toMatchObject({ state: 'completed', positions_closed: 300, orders_cancelled: 300 });
    expect(account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
    expect(account.violations).toEqual([]);
    expect(exchange.journal.filter(entry => entry.status === 429 || entry.status === 418)).toEqual([]);
    expect(result.kind === 'answered' && result.maxRssKb / 1_024).toBeLessThan(256);
    await close();
  });

  test('when warm, makes no call of DynamoDB or Secrets Manager between the read and the last order', async () => {
    const { exchange, account, call, close } = await scene({ rttMs: 60 });
    await call();
    account.open('BTCUSDT', '0.500');
    account.open('ETHUSDT', '-4.000');
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
    const earlier = exchange.journal.length;
    expect(await call()).toMatchObject({ state: 'completed', positions_closed: 2 });

    const ours = exchange.journal.slice(earlier);
    const seenAtMs = Math.max(...ours.slice(0, 3).map(entry => entry.answeredAtMs ?? 0));
    const orders = ours.filter(entry => entry.method === 'POST');
    const lastOrderAtMs = Math.max(...orders.map(entry => entry.receivedAtMs));
    // The audit log of what was seen and cancelled is written behind the work: it holds nobody up.
    const behind = cloud.tables.faults.calls.filter(one => one.operation === 'PutItem');
    const between = [...cloud.tables.faults.calls, ...cloud.secrets.faults.calls]
      .filter(one => !behind.includes(one))
      .filter(one => one.atMs > seenAtMs && one.atMs < lastOrderAtMs);
    expect(orders).toHaveLength(2);
    expect(between).toEqual([]);
    // Read, cancel, close: nothing but three round trips of 60 ms and the work of this machine between them.
    expect(lastOrderAtMs - (ours[0]?.receivedAtMs ?? 0)).toBeGreaterThanOrEqual(60);
    await close();
  });

  test('frozen between two calls, it serves the second warm with the key it has', async () => {
    const { host, close } = await scene();
    const first = await host.invoke({ trigger: 'manual' });
    const reads = cloud.secrets.faults.calls.length;
    const second = await host.invoke({ trigger: 'manual' });
    expect([first.kind === 'answered' && first.cold, second.kind === 'answered' && second.cold]).toEqual([true, false]);
    expect(cloud.secrets.faults.calls).toHaveLength(reads);
    await close();
  });

  test.each([
    ['malformed', '{"liquidation":'],
    ['invalid', '{"liquidation":{"timeout_seconds":"5"}}'],
    ['missing', ''],
  ])('a configuration that is %s leaves protection on, and says so', async (_name, configText) => {
    const { host, close } = await scene({ configText });
    // Its exchange is then the real one, which this machine must not reach: a dry run of a bot whose secret is missing.
    const result = await host.invoke({ trigger: 'manual', bot_id: 'nobody', dry_run: true });
    expect(payloadOf(result)).toMatchObject({ state: 'failed', errors: [{ code: 'SECRET_UNREADABLE' }] });
    expect(host.logs.join('\n')).toMatch(/CRITICAL.*running with the safe defaults/);
    await close();
  });

  test('malformed secrets are named without any of their content, and nothing is sent', async () => {
    const { exchange, call, close } = await scene();
    const values = [
      'not json: hunter2hunter2',
      '{"apiKey":"hunter2hunter2"}',
      JSON.stringify({ apiKey: key.apiSecret, apiSecret: '-----BEGIN EC PRIVATE KEY-----\nhunter2hunter2' }),
    ];
    for (const value of values) {
      cloud.secrets.put('flatline/default', value);
      const fresh = await scene();
      const answer = await fresh.call();
      expect(answer).toMatchObject({ state: 'failed', errors: [{ code: 'SECRET_MALFORMED' }] });
      expect(JSON.stringify(answer) + fresh.host.logs.join()).not.toContain('hunter2');
      expect(fresh.exchange.journal).toEqual([]);
      await fresh.close();
    }
    cloud.secrets.put('flatline/default', JSON.stringify(key));
    expect(await call()).toMatchObject({ state: 'completed' });
    expect(exchange.journal.length).toBeGreaterThan(0);
    await close();
  });
});
