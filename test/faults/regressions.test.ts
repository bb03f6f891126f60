/** Regression tests of the faults that the matrix, the crash points and the races found. docs/reliability.md lists them. */

import { describe, expect, test } from 'vitest';
import { liquidationRig } from '../support/liquidation-rig.ts';

const FOREVER = Number.POSITIVE_INFINITY;

test('the reason is that of the exchange, not that our own deadline cut the last read short', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  const on = { method: 'GET', path: '/fapi/v1/openAlgoOrders' };
  rig.exchange.faults.add({ on, times: FOREVER, fault: { kind: 'http', status: 400, code: -1102 } });
  const answer = await rig.run({}, { liquidation: { timeoutMs: 5_000 } });
  expect(answer.errors.map(error => [error.code, error.exchange_code])).toEqual([
    ['CLOSE_REFUSED', -1102],
    ['ATTEMPTS_EXHAUSTED', undefined],
    ['NOT_VERIFIED', undefined],
  ]);
});

test('an attempt that was resumed names its own time, not the caller’s', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  rig.exchange.faults.add({ on: {}, times: FOREVER, fault: { kind: 'hang-before' } });
  const timeout = (answer: Awaited<ReturnType<typeof rig.run>>) =>
    answer.errors.find(error => error.code === 'TIMEOUT')?.message;
  expect(timeout(await rig.run())).toBe('not flat within timeout_seconds = 5');
  expect(timeout(await rig.run({}, { rawEvent: rig.invoked[0] }))).toBe('not flat within the 20 s of this attempt');
});

test.each([
  ['the lists', { method: 'GET', path: '/fapi/v3/positionRisk' }, { status: 429, code: -1003 }],
  ['a close', { method: 'POST', path: '/fapi/v1/order' }, { status: 429, code: -1015 }],
  ['a cancel', { method: 'DELETE', path: '/fapi/v1/allOpenOrders' }, { status: 429, code: -1003 }],
] as const)(
  'a limit on %s that outlasts the attempt is reported as a limit, not as our timeout',
  async (_name, on, said) => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
    rig.exchange.faults.add({ on, times: FOREVER, fault: { kind: 'http', ...said } });
    const answer = await rig.run();
    expect(answer.errors[0]).toMatchObject({ code: 'RATE_LIMITED', known: 'throttled' });
  },
);

describe('a read costs a weight of 85, and 2,400 a minute is all that an address has', () => {
  const reads = (rig: ReturnType<typeof liquidationRig>): number =>
    rig.exchange.journal.filter(entry => entry.path === '/fapi/v3/positionRisk').length;
  const longTimeout = { liquidation: { timeoutMs: 30_000 } };

  test('a symbol whose cancel hangs is waited for, not read in a hot loop', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.open('ETHUSDT', '-4.000');
    rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
    const on = { method: 'DELETE', path: '/fapi/v1/allOpenOrders' };
    rig.exchange.faults.add({ on, times: FOREVER, fault: { kind: 'hang-before' } });
    const answer = await rig.run({}, longTimeout);
    expect(answer.errors[0]).toMatchObject({ code: 'EXCHANGE_SILENT', symbol: 'BTCUSDT' });
    expect(reads(rig)).toBeLessThan(20);
  });

  test('a list that cannot be read is asked for less and less often', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    const on = { method: 'GET', path: '/fapi/v1/openOrders' };
    rig.exchange.faults.add({ on, times: FOREVER, fault: { kind: 'http', status: 400, code: -1102 } });
    expect(await rig.run({}, longTimeout)).toMatchObject({ state: 'partial', positions_closed: 1 });
    expect(reads(rig)).toBeLessThan(14);
  });
});

describe('a dry run and a preflight wait for all lists', () => {
  const slow = { on: { method: 'GET', path: '/fapi/v1/openOrders' }, times: FOREVER };
  const stage = () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
    return rig;
  };

  test('a preflight is not ready while the list of orders cannot be read', async () => {
    const rig = stage();
    rig.exchange.faults.add({ ...slow, fault: { kind: 'html-502' } });
    const { ready, checks } = await rig.preflight();
    expect(ready).toBe(false);
    expect(checks.filter(check => check.status === 'failed').map(check => check.name)).toEqual([
      'positions and orders',
    ]);
  });

  test('a preflight counts orders whose list is slow', async () => {
    const rig = stage();
    rig.exchange.faults.add({ ...slow, fault: { kind: 'delay', ms: 700 } });
    const { checks } = await rig.preflight();
    expect(checks.find(check => check.name === 'positions and orders')).toMatchObject({
      status: 'ok',
      detail: 'now would be closed: 1 positions, and cancelled: 1 orders',
    });
  });

  test('a dry run plans for orders whose list is slow', async () => {
    const rig = stage();
    rig.exchange.faults.add({ ...slow, fault: { kind: 'delay', ms: 700 } });
    const answer = await rig.run({ dry_run: true });
    expect(answer).toMatchObject({ headline: 'DRY RUN', success: true, remaining: { verified: true, orders: 1 } });
    expect(answer.plan).toMatchObject([{ symbol: 'BTCUSDT', cancel_orders: 1 }]);
  });
});

test.each([
  ['its firewall', { kind: 'html-403' }],
  ['its limit', { kind: 'http', status: 429, code: -1003 }],
  ['its view of our location', { kind: 'geo-451' }],
] as const)('the wallet’s host and %s say nothing about the futures’ host', async (_name, fault) => {
  const rig = liquidationRig();
  rig.exchange.faults.add({ on: { method: 'GET', path: '/sapi/v1/account/apiRestrictions' }, times: FOREVER, fault });
  const { ready, checks } = await rig.preflight();
  expect(checks.map(check => [check.name, check.status])).toContainEqual(["key's permissions", 'skipped']);
  expect(checks.filter(check => check.status === 'failed')).toEqual([]);
  expect(ready).toBe(true);
});

test.each([
  ['all orders', '/fapi/v1/allOpenOrders', 'partial'],
  // All of the symbol are cancelled by another request once the position is gone.
  ['one conditional order', '/fapi/v1/algoOrder', 'completed'],
])('a cancel of %s that hangs does not keep the position open', async (_name, path, state) => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  rig.account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000', closePosition: true });
  rig.account.arm({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '75000', quantity: '0.100' });
  rig.account.watch();
  rig.exchange.faults.add({ on: { method: 'DELETE', path }, times: FOREVER, fault: { kind: 'hang-before' } });
  const startedAtMs = rig.clock.nowMs();
  const answer = await rig.run();
  const { positions, fills } = rig.account.truth();
  expect(positions).toEqual([]);
  expect((fills[0]?.atMs ?? 0) - startedAtMs).toBeLessThan(1_100);
  expect(answer).toMatchObject({ state, positions_closed: 1 });
  expect(rig.account.violations).toEqual([]);
});

test('of a cancel that failed and a close that resting orders made fail, the cancel is the reason', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  const takeProfit = { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '0.500', price: '80000' } as const;
  rig.account.rest({ ...takeProfit, reduceOnly: true });
  const on = { method: 'DELETE', path: '/fapi/v1/allOpenOrders' };
  rig.exchange.faults.add({ on, times: FOREVER, fault: { kind: 'html-502' } });
  const answer = await rig.run({}, { liquidation: { retryDelayMs: 100 } });
  expect(rig.exchange.journal.some(entry => entry.code === -4118)).toBe(true);
  expect(answer.errors[0]).toMatchObject({ code: 'EXCHANGE_ERROR', symbol: 'BTCUSDT', http_status: 502 });
});

test('a position that is opened again while it is liquidated is reported once for each time, with what was closed then', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  rig.account.open('ETHUSDT', '1');
  // Keeps the run busy until the bot has traded again.
  const slow = {
    on: { method: 'POST', path: '/fapi/v1/order', symbol: 'ETHUSDT' },
    fault: { kind: 'hang-before' },
  } as const;
  rig.exchange.faults.add(slow);
  const running = rig.run();
  await rig.clock.sleep(600);
  expect(rig.account.truth().positions.map(row => row.symbol)).toEqual(['ETHUSDT']);
  rig.account.open('BTCUSDT', '0.300');
  const answer = await running;
  expect(answer).toMatchObject({ headline: 'FLAT', positions_closed: 3, positions_failed: 0 });
  const auditLog = await rig.auditLog(answer.correlation_id);
  const closed = auditLog.filter(
    item => item.event_type === 'liquidation_position_closed' && item.symbol === 'BTCUSDT',
  );
  expect(closed.map(item => item.data.quantity)).toEqual(['0.5', '0.3']);
});

test('a close that ended before its cancel did is reported with its orders', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  rig.exchange.faults.add({
    on: { method: 'DELETE', path: '/fapi/v1/allOpenOrders' },
    times: 2,
    fault: { kind: 'hang-before' },
  });
  const answer = await rig.run();
  const auditLog = await rig.auditLog(answer.correlation_id);
  const [closed] = auditLog.filter(item => item.event_type === 'liquidation_position_closed');
  expect(closed?.data).toMatchObject({ quantity: '0.5', client_order_ids: [expect.stringMatching(/^fl-/)] });
});

test('a refused call that could not be recorded says so', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '0.500');
  const id = 'liq_20240229_120007_abc123';
  const first = await rig.run({ correlation_id: id });
  rig.stores.script.failNext('hang', { operation: 'append', times: 2 });
  const again = await rig.run({ correlation_id: id });
  expect(again).toEqual({
    ...first,
    headline: 'FLAT, REPLAY OF 12:00:07Z',
    replayed: true,
    warnings: [expect.objectContaining({ code: 'AUDIT_INCOMPLETE' })],
  });
});
