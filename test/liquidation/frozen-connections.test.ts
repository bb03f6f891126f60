/**
 * A warm container that closed 40 positions is frozen for more than six seconds: its connections die unseen, new ones
 * work. The next liquidation must not pay for it. Real sockets; the wall clock is the test's, so nobody waits. (Input A1.)
 */

import { afterEach, describe, expect, test } from 'vitest';
import { createHttpTransport } from '../../lambda/adapters/binance/http-transport.ts';
import { createBinance } from '../../lambda/adapters/binance/open-exchange.ts';
import { startClock } from '../../lambda/adapters/clock.ts';
import { createConnectionPool } from '../../lambda/adapters/connections/connection-pool.ts';
import { createRateLimiters } from '../../lambda/app/exchange/rate-limiter.ts';
import { execute } from '../../lambda/app/liquidator/execute.ts';
import type { LiquidatorPorts } from '../../lambda/app/liquidator-ports.ts';
import type { Answer } from '../../lambda/contract.ts';
import { SAFE_DEFAULTS } from '../../lambda/core/config/settings.ts';
import { type Account, createExchange } from '../../simulator/exchange.ts';
import { createMemoryStores } from '../../simulator/stores/stores.ts';
import type { Death } from '../../simulator/wire/connection-proxy.ts';
import { type ExchangeServer, startExchangeServer } from '../../simulator/wire/server.ts';
import { KEY, type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const RTT_MS = 30;
const open: ExchangeServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(server => server.close()));
});

interface Container {
  readonly account: Account;
  readonly connections: NonNullable<ExchangeServer['connections']>;
  /** Of the closes that reached the exchange, by symbol. */
  closes(): readonly string[];
  sleep(ms: number): void;
  liquidate(): Promise<Answer>;
  /** From the call to the last close, by the exchange's books. */
  flatAfterMs(): number;
  failures(): readonly string[];
}

/** A function container with connections of its own, before an exchange on real sockets. */
async function container(): Promise<Container> {
  let wallMs = 1_000_000;
  const exchangeClock = startClock();
  const exchange = createExchange({ clock: exchangeClock });
  exchange.setLatency({ rttMs: RTT_MS });
  exchange.addManySymbols(60);
  const account = exchange.addAccount({ apiKey: KEY.apiKey, apiSecret: KEY.apiSecret });
  account.watch();
  const server = await startExchangeServer(exchange, { connections: { clock: { nowMs: () => wallMs } } });
  open.push(server);
  const { connections } = server;
  if (connections === undefined) throw new Error('the server was asked for connections that can die');
  const failures: string[] = [];
  let clock = startClock();
  const pool = createConnectionPool(110, { wallMs: () => wallMs });
  const openExchange = createBinance({
    baseUrl: server.url,
    walletUrl: server.url,
    recvWindowMs: 5_000,
    clock: () => clock,
    transport: createHttpTransport(pool),
  });
  const rig = liquidationRig();
  const limiters = createRateLimiters();
  let calledAtMs = 0;

  return {
    account,
    connections,
    closes: () => exchange.journal.flatMap(({ method, params }) => (method === 'POST' ? [params.symbol ?? ''] : [])),
    sleep: ms => {
      wallMs += ms;
    },
    failures: () => failures,
    flatAfterMs: () => (account.moves.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) - calledAtMs,
    async liquidate() {
      calledAtMs = exchangeClock.nowMs();
      // Each invocation has its own clock.
      clock = startClock();
      const stores = createMemoryStores({ clock });
      const world: LiquidatorPorts = {
        ...worldOf(rig),
        clock,
        locks: stores.lock,
        audit: stores.audit,
        openExchange,
        limiters,
      };
      const telemetry = {
        ...world.telemetry,
        log: (_level: unknown, message: string, { says }: { readonly says?: unknown } = {}) => {
          // Sweeps that are still on their way when the account is proven flat are given up.
          const isGivenUp = /given up while waiting/.test(String(says));
          if (/failed/.test(message) && !isGivenUp) failures.push(message);
        },
      };
      pool.prepare(server.url, 20);
      const config = { settings: SETTINGS, findings: [], disabledByEnvironment: false, isFallback: false };
      return (await execute({ ...world, telemetry }, config, { trigger: 'manual' }, 90_000)) as Answer;
    },
  };
}

const worldOf = ({ world }: LiquidationRig): LiquidatorPorts => world;
const SETTINGS = { ...SAFE_DEFAULTS, liquidation: { ...SAFE_DEFAULTS.liquidation, timeoutMs: 60_000 } };

const hold = ({ account }: Container, from: number, count: number): void => {
  for (let index = from; index < from + count; index += 1)
    account.open(`SYM${String(index).padStart(3, '0')}USDT`, '25');
};

/** Closed 40 positions, so that as many connections stand. */
async function warm(): Promise<Container> {
  const it = await container();
  hold(it, 1, 40);
  expect((await it.liquidate()).headline).toBe('FLAT');
  return it;
}

describe('after a freeze of more than six seconds (A1)', () => {
  test.each<{ death: Death; frozenMs: number; count: number }>([
    { death: 'reset', frozenMs: 6_500, count: 6 },
    { death: 'silence', frozenMs: 6_500, count: 6 },
    { death: 'silence', frozenMs: 360_000, count: 12 },
    { death: 'reset', frozenMs: 4_100, count: 1 },
  ])(
    'of $frozenMs ms ($death) no request of $count closes uses a dead connection, and nothing is sent twice',
    async ({ death, frozenMs, count }) => {
      const it = await warm();
      it.connections.freeze(death);
      it.sleep(frozenMs);
      hold(it, 41, count);
      const answer = await it.liquidate();
      expect(answer.headline).toBe('FLAT');
      expect(it.connections.counts.died).toBe(0);
      expect(it.failures()).toEqual([]);
      // Nothing is asked twice.
      expect(new Set(it.closes().slice(40)).size).toBe(it.closes().length - 40);
      expect(it.account.truth().positions).toEqual([]);
      expect(it.account.violations).toEqual([]);
    },
  );
});

/** What a busy machine may add to the shortest of the runs; a request into a dead connection costs far more. */
const NOISE_MS = 150;

describe('how long it takes after a freeze (A1)', () => {
  test.each<{ death: Death; frozenMs: number; count: number }>([
    { death: 'reset', frozenMs: 6_500, count: 6 },
    { death: 'silence', frozenMs: 6_500, count: 6 },
    { death: 'silence', frozenMs: 360_000, count: 20 },
  ])('of $frozenMs ms ($death) $count closes take about as long as with connections that live', async want => {
    const took = { alive: Number.POSITIVE_INFINITY, frozen: Number.POSITIVE_INFINITY };
    // Other work on the machine only makes a run longer: the shortest of each counts.
    for (let pair = 0; pair < MOST_PAIRS && (pair === 0 || took.frozen > took.alive * 1.2 + NOISE_MS); pair += 1) {
      for (const how of ['alive', 'frozen'] as const) {
        const it = await warm();
        if (how === 'frozen') {
          it.connections.freeze(want.death);
          it.sleep(want.frozenMs);
        }
        hold(it, 41, want.count);
        expect((await it.liquidate()).headline).toBe('FLAT');
        took[how] = Math.min(took[how], it.flatAfterMs());
      }
    }
    expect(took.frozen).toBeLessThanOrEqual(took.alive * 1.2 + NOISE_MS);
  });
});

const MOST_PAIRS = 12;

describe('connections that die within the four seconds for which they are used again (A1)', () => {
  test.each<{ death: Death; idleMs: number }>([
    { death: 'reset', idleMs: 2_000 },
    { death: 'reset', idleMs: 3_900 },
    { death: 'silence', idleMs: 1_200 },
    { death: 'silence', idleMs: 2_000 },
    { death: 'silence', idleMs: 3_900 },
  ])(
    'after $idleMs ms ($death): a dead one is not a try, no order goes out twice unseen, and the account is flat',
    async ({ death, idleMs }) => {
      const it = await warm();
      it.connections.freeze(death);
      it.sleep(idleMs);
      hold(it, 41, 6);
      const answer = await it.liquidate();
      expect(answer.headline).toBe('FLAT');
      expect(it.connections.counts.died).toBeGreaterThan(0);
      // All idle ones are given up with the first that is found dead: the second read is on a new one.
      expect(it.connections.counts.died).toBeLessThanOrEqual(death === 'silence' ? 4 : 8);
      expect(it.flatAfterMs()).toBeLessThan(1_800);
      expect(it.account.truth().positions).toEqual([]);
      expect(it.account.violations).toEqual([]);
    },
  );
});
