/** One symbol's plan carried out: what cancels bring, what their failures leave, and how closes are named. */

import { expect, test } from 'vitest';
import { type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';

const ORDER = '/fapi/v1/order';
const FOREVER = 1_000;

const closes = ({ venue }: LiquidationRig) =>
  venue.journal.filter(({ method, path }) => method === 'POST' && path === ORDER);
const restingOrder = (rig: LiquidationRig, symbol: string): void => {
  rig.account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '1000' });
};
const entry = (rig: LiquidationRig, triggerPrice: string): void => {
  rig.account.arm({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice, quantity: '0.010' });
};
const stop = (rig: LiquidationRig): void => {
  rig.account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000', closePosition: true });
};

test('each close has a name of its own, and the same run gives the same names', async () => {
  const namesOf = async () => {
    const rig = liquidationRig({ hedgeMode: true });
    rig.account.open('BTCUSDT', '0.5', { positionSide: 'LONG' });
    rig.account.open('BTCUSDT', '-0.2', { positionSide: 'SHORT' });
    rig.account.open('ETHUSDT', '3', { positionSide: 'LONG' });
    await rig.run({ correlation_id: 'liq_20240229_120007_abc123' });
    return closes(rig).map(({ params }) => params.newClientOrderId);
  };
  const [first, again] = [await namesOf(), await namesOf()];
  expect(new Set(first).size).toBe(3);
  expect(again.toSorted()).toEqual(first.toSorted());
});

test('a cancel that is refused is told, and keeps no position from being closed', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.5');
  restingOrder(rig, 'BTCUSDT');
  const on = { method: 'DELETE', path: '/fapi/v1/allOpenOrders' } as const;
  rig.venue.faults.add({ on, times: FOREVER, fault: { kind: 'refuse', code: -4000 } });
  const answer = await rig.run({}, { liquidation: { timeoutMs: 2_000, maxRetries: 1 } });
  expect(rig.account.truth()).toMatchObject({ positions: [], orders: [{ symbol: 'BTCUSDT' }] });
  expect(answer).toMatchObject({ state: 'partial', orders_cancelled: 0, positions_closed: 1 });
  expect(answer.errors.map(({ exchange_code }) => exchange_code)).toContain(-4_000);
});

test('of entries cancelled one by one beside a stop, those that were accepted are counted', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.5');
  entry(rig, '90000');
  entry(rig, '91000');
  stop(rig);
  const answer = await rig.run();
  expect(answer).toMatchObject({ headline: 'FLAT', orders_cancelled: 2, errors: [] });
  expect(rig.account.truth().conditionals).toEqual([]);
});

test('entries without a stop beside them go with one request', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.5');
  entry(rig, '90000');
  entry(rig, '91000');
  const answer = await rig.run();
  expect(answer).toMatchObject({ headline: 'FLAT', orders_cancelled: 2 });
  expect(rig.venue.journal.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
    '/fapi/v1/algoOpenOrders',
  ]);
});

test('entries whose cancel is refused are not counted as cancelled', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.5');
  entry(rig, '90000');
  const on = { method: 'DELETE', path: '/fapi/v1/algoOpenOrders' } as const;
  rig.venue.faults.add({ on, times: FOREVER, fault: { kind: 'refuse', code: -4000 } });
  const answer = await rig.run({}, { liquidation: { timeoutMs: 2_000, maxRetries: 1 } });
  expect(answer).toMatchObject({ state: 'partial', orders_cancelled: 0, positions_closed: 1 });
  expect(rig.account.truth().conditionals).toHaveLength(1);
});

test('a cancel that hangs holds up the close of its symbol for a fifth of the time, and no more than a second', async () => {
  for (const [timeoutMs, least, most] of [
    [2_000, 300, 400],
    [20_000, 1_000, 1_100],
  ] as const) {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.5');
    restingOrder(rig, 'BTCUSDT');
    rig.account.open('ETHUSDT', '3');
    const on = { method: 'DELETE', path: '/fapi/v1/allOpenOrders' } as const;
    rig.venue.faults.add({ on, times: 1, fault: { kind: 'hang-before' } });
    await rig.run({}, { liquidation: { timeoutMs } });
    const [quick, slow] = ['ETHUSDT', 'BTCUSDT'].map(
      symbol => closes(rig).find(({ params }) => params.symbol === symbol)?.receivedAtMs ?? Number.NaN,
    );
    const heldUpMs = (slow ?? Number.NaN) - (quick ?? Number.NaN);
    expect(heldUpMs).toBeGreaterThanOrEqual(least);
    expect(heldUpMs).toBeLessThanOrEqual(most);
  }
});
