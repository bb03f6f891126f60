/**
 * Answers that take long, each list on its own, or orders that wait in the matching engine. What is still coming is
 * awaited while others go on, and nothing is given up before the deadline. (Inputs A9, A10, A14.)
 */

import { describe, expect, test } from 'vitest';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { closesOf, dayOf, expectSound, flatAfterMs, playInvocations, requestsOf } from '../support/bad-day.ts';
import type { LiquidationRig } from '../support/liquidation-rig.ts';

const OLDER_POSITIONS = { method: 'GET', path: '/fapi/v2/positionRisk' } as const;
const POSITIONS = { method: 'GET', path: '/fapi/v3/positionRisk' } as const;
const ORDERS = { method: 'GET', path: '/fapi/v1/openOrders' } as const;
const CONDITIONALS = { method: 'GET', path: '/fapi/v1/openAlgoOrders' } as const;

const threePositions = ({ account }: LiquidationRig): void => {
  account.open('BTCUSDT', '1.204');
  account.open('ETHUSDT', '-12.5');
  account.open('SOLUSDT', '830.25');
  account.rest({ symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '12.5', price: '3000', reduceOnly: true });
  account.arm({ symbol: 'SOLUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '170', quantity: '100' });
};

const manyPositions =
  (count: number) =>
  ({ account, exchange }: LiquidationRig): void => {
    exchange.addManySymbols(count);
    for (let index = 1; index <= count; index += 1) account.open(`SYM${String(index).padStart(3, '0')}USDT`, '25');
  };

describe('every answer is slow (A9)', () => {
  test.each([1_400, 1_600, 1_250])('answers take %i ms: the account is flat after three of them', async rttMs => {
    const day = await dayOf({ rttMs }, threePositions);
    expect(flatAfterMs(day)).toBeLessThanOrEqual(3 * rttMs);
    // No time is left for the proof: it follows in the background.
    expect(day.answer.state).not.toBe('completed');
    const [last] = await playInvocations(day.rig);
    expect(last?.headline).toBe('FLAT');
    const { positions, orders, conditionals } = day.rig.account.truth();
    expect({ positions, orders, conditionals }).toEqual({ positions: [], orders: [], conditionals: [] });
    expect(day.rig.account.violations).toEqual([]);
  });

  test('answers take between 0.3 and 1.9 s, each its own time', async () => {
    const day = await dayOf({}, threePositions, ({ exchange }) => exchange.setLatency({ rttMs: 300, jitterMs: 1_600 }));
    expect(flatAfterMs(day)).toBeLessThanOrEqual(4_500);
    expect(day.rig.account.violations).toEqual([]);
  });

  test.each([
    { count: 300, rttMs: 600, mostMs: 1_600 },
    { count: 150, rttMs: 900, mostMs: 1_500 },
    { count: 300, rttMs: 200, mostMs: 600 },
  ])('$count positions at $rttMs ms are flat within $mostMs ms, without a 429', async ({ count, rttMs, mostMs }) => {
    const day = await dayOf({ rttMs, limits: { ordersPerTenSeconds: 300 } }, manyPositions(count));
    expect(flatAfterMs(day)).toBeLessThanOrEqual(mostMs);
    expect(day.rig.exchange.tally()).toMatchObject({ limited: 0, banned: 0 });
    expectSound(day);
  });

  test.each([
    { says: 'positions', on: POSITIONS },
    { says: 'open orders', on: ORDERS },
    { says: 'conditional orders', on: CONDITIONALS },
  ])('a single answer to $says that never comes is asked for again within half a second', async ({ on }) => {
    const good = await dayOf({}, threePositions);
    const bad = await dayOf({}, threePositions, ({ exchange }) =>
      exchange.faults.add({ on, fault: { kind: 'hang-before' } }),
    );
    expect(bad.answer.headline).toBe('FLAT');
    expect(flatAfterMs(bad)).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 600);
    expectSound(bad);
  });
});

describe('orders wait in the matching engine (A10)', () => {
  test.each([
    { waitMs: 2_500, recvWindowMs: 5_000, mostMs: 2_700 },
    { waitMs: 4_000, recvWindowMs: 5_000, mostMs: 4_300 },
    // Refused after its wait, sent again with twice the window.
    { waitMs: 2_500, recvWindowMs: 2_000, mostMs: 5_300 },
    { waitMs: 7_000, recvWindowMs: 5_000, mostMs: 14_600 },
  ])(
    'for $waitMs ms with a window of $recvWindowMs ms: flat within $mostMs ms',
    async ({ waitMs, recvWindowMs, mostMs }) => {
      const day = await dayOf(
        {},
        ({ account }) => {
          account.open('BTCUSDT', '1.204');
          account.open('SOLUSDT', '-830.25');
        },
        ({ exchange }) => exchange.setEngineQueue({ waitMs }),
        { liquidation: { timeoutMs: 20_000 }, exchange: { recvWindowMs } },
      );
      expect(flatAfterMs(day)).toBeLessThanOrEqual(mostMs);
      expect(day.answer.headline).toBe('FLAT');
      // Waiting is no reason to read more often.
      expect(day.rig.exchange.tally().weight).toBeLessThan(500);
      expectSound(day);
    },
  );

  test('one symbol of three waits: the others are flat at once', async () => {
    const good = await dayOf({}, threePositions);
    const bad = await dayOf({}, threePositions, ({ exchange }) =>
      exchange.setEngineQueue({ waitMs: 0, bySymbol: { BTCUSDT: 3_000 } }),
    );
    expect(flatAfterMs(bad, 'ETHUSDT', 'SOLUSDT')).toBeLessThanOrEqual((flatAfterMs(good) ?? 0) + 60);
    expect(flatAfterMs(bad)).toBeLessThanOrEqual(3_200);
    expectSound(bad);
  });
});

describe('lists that come late, each on its own (A14)', () => {
  test.each([
    { says: 'positions hang for good', on: POSITIONS },
    { says: 'open orders hang for good', on: ORDERS },
    { says: 'conditional orders hang for good', on: CONDITIONALS },
  ])('$says: what the other lists showed is acted on', async ({ on }) => {
    const bad = await dayOf({}, threePositions, ({ exchange }) => {
      exchange.faults.add({ on, times: ALWAYS, fault: { kind: 'hang-before' } });
      // Both versions of the positions: where only one is silent, the other one serves.
      if (on === POSITIONS) exchange.faults.add({ on: OLDER_POSITIONS, times: ALWAYS, fault: { kind: 'hang-before' } });
    });
    const { positions, orders, conditionals } = bad.rig.account.truth();
    if (on === POSITIONS) expect(positions).toHaveLength(3);
    else expect(positions).toEqual([]);
    expect({ orders, conditionals }).toEqual({ orders: [], conditionals: [] });
    expect(bad.answer.remaining.verified).toBe(false);
    expect(bad.answer.state).not.toBe('completed');
    expectSound(bad);
  });

  test.each([
    { halted: 'BTCUSDT', lists: { [ORDERS.path]: 700, [CONDITIONALS.path]: 700, [POSITIONS.path]: 25 } },
    { halted: 'SOLUSDT', lists: { [ORDERS.path]: 25, [CONDITIONALS.path]: 1_200, [POSITIONS.path]: 700 } },
    { halted: 'ETHUSDT', lists: { [ORDERS.path]: 2_000, [CONDITIONALS.path]: 25, [POSITIONS.path]: 25 } },
  ])(
    '$halted is halted and the lists take $lists: all entries are cancelled in the first attempt',
    async ({ halted, lists }) => {
      const bad = await dayOf({}, threePositions, ({ exchange }) => {
        exchange.setLatency({ rttMs: 20, byPath: lists });
        exchange.setStatus(halted, 'TRADING_HALT');
      });
      const { positions, orders, conditionals } = bad.rig.account.truth();
      expect(positions.map(({ symbol }) => symbol)).toEqual([halted]);
      expect({ orders, conditionals }).toEqual({ orders: [], conditionals: [] });
      expect(bad.answer.remaining.positions).toMatchObject([{ symbol: halted }]);
      expect(requestsOf(bad, 'POST', '/fapi/v1/order').length).toBe(closesOf(bad).length);
      expectSound(bad);
    },
  );
});
