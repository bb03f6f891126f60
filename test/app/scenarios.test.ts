/** The scenarios that must hold (spec: normal, disabled, timeout, partial, re-entry, replay, faults), against the simulator. */

import { describe, expect, test } from 'vitest';
import { FINAL_EVENT_TYPES } from '../../lambda/contract.ts';
import { verifyAuditLog } from '../../lambda/core/audit/verify-chain.ts';
import type { AuditItem } from '../../lambda/ports.ts';
import { KEY, type LiquidationRig, liquidationRig } from '../support/liquidation-rig.ts';
import { claimOf } from '../support/stored-records.ts';

const ORDER = '/fapi/v1/order';
const ID = 'liq_20240229_120007_abc123';

function twoPositionsAndOrders(rig: LiquidationRig): void {
  rig.account.open('BTCUSDT', '0.500');
  rig.account.open('ETHUSDT', '-4.000');
  rig.account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000' });
  rig.account.rest({
    symbol: 'ETHUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '4.000',
    price: '2000',
    reduceOnly: true,
  });
  rig.account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '50000', closePosition: true });
  rig.account.watch();
}

const NOTHING_LEFT = { positions: [], orders: [], conditionals: [] };
const types = (auditLog: readonly AuditItem[]): string[] => auditLog.map(item => item.event_type);
const finals = (auditLog: readonly AuditItem[]): string[] =>
  types(auditLog).filter(type => (FINAL_EVENT_TYPES as readonly string[]).includes(type));
const posted = (rig: LiquidationRig) => rig.exchange.journal.filter(entry => entry.method === 'POST');

describe('normal: a long, a short and resting orders', () => {
  test('end flat, with the right sides, a whole audit log and the realised profit', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const answer = await rig.run();

    expect(answer).toMatchObject({
      headline: 'FLAT',
      state: 'completed',
      success: true,
      positions_closed: 2,
      positions_failed: 0,
      orders_cancelled: 2,
      errors: [],
      warnings: [],
      remaining: { verified: true, positions: [], orders: 0 },
      pnl_is_estimate: false,
      attempt: 1,
    });
    expect(rig.account.truth()).toMatchObject(NOTHING_LEFT);
    expect(rig.account.violations).toEqual([]);
    const sides = posted(rig).map(({ params }) => [params.symbol, params.side, params.quantity, params.reduceOnly]);
    expect(sides).toEqual([
      ['BTCUSDT', 'SELL', '0.500', 'true'],
      ['ETHUSDT', 'BUY', '4.000', 'true'],
    ]);
    const realized = rig.account.truth().fills.map(fill => fill.realizedPnl);
    expect(realized).toHaveLength(2);
    expect(Number(answer.total_realized_pnl)).toBeCloseTo(
      realized.reduce((sum, one) => sum + Number(one), 0),
      6,
    );
  });

  test('a stop that ended with its position before its cancel arrived is no error in the audit log', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    rig.exchange.setListLag({ conditionalsMs: 300 });
    const answer = await rig.run();
    const auditLog = await rig.auditLog(answer.correlation_id);

    expect(rig.exchange.journal.filter(({ code }) => code === -2011).length).toBeGreaterThan(0);
    expect(answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(auditLog.filter(item => item.error !== undefined).map(item => [item.event_type, item.error])).toEqual([]);
  });

  test('the audit log is one chain under one correlation ID, and ends with exactly one final event', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const answer = await rig.run();
    const auditLog = await rig.auditLog(answer.correlation_id);

    expect(types(auditLog)[0]).toBe('liquidation_started');
    expect(types(auditLog)).toContain('liquidation_positions_queried');
    expect(types(auditLog).filter(type => type === 'liquidation_position_closed')).toHaveLength(2);
    expect(types(auditLog).filter(type => type === 'liquidation_orders_cancelled').length).toBeGreaterThanOrEqual(2);
    expect(finals(auditLog)).toEqual(['liquidation_completed']);
    const record = await rig.stores.lock.readRecord(answer.correlation_id ?? '', 1_000);
    expect(verifyAuditLog(auditLog, record?.seals ?? []).ok).toBe(true);
    const closed = auditLog.find(
      item => item.event_type === 'liquidation_position_closed' && item.symbol === 'BTCUSDT',
    );
    expect(closed?.data).toMatchObject({ quantity: '0.5', pnl_is_estimate: false });
    expect(closed?.data.average_price).toMatch(/^\d+(\.\d+)?$/);
  });

  test('three round trips to the last fill, and no store or secret between the read and the orders', async () => {
    const rig = liquidationRig({ rttMs: 100 });
    twoPositionsAndOrders(rig);
    const startedAtMs = rig.clock.nowMs();
    await rig.run();
    const lastFillAtMs = Math.max(...posted(rig).map(entry => entry.answeredAtMs ?? 0));
    expect(lastFillAtMs - startedAtMs).toBe(300);
    const [firstOrder] = posted(rig);
    const reads = rig.exchange.journal.filter(entry => entry.method === 'GET').slice(0, 3);
    const checkedAtMs = Math.max(...reads.map(entry => entry.answeredAtMs ?? 0));
    const between = [...rig.stores.script.calls.filter(call => call.operation !== 'append'), ...rig.secretReads].filter(
      call => call.atMs >= checkedAtMs && call.atMs < (firstOrder?.receivedAtMs ?? 0),
    );
    expect(between).toEqual([]);
  });
});

test('nothing to do is completed', async () => {
  const rig = liquidationRig();
  const answer = await rig.run();
  expect(answer).toMatchObject({ headline: 'FLAT', state: 'completed', positions_closed: 0, rounds: 2 });
  expect(finals(await rig.auditLog(answer.correlation_id))).toEqual(['liquidation_completed']);
});

describe('disabled', () => {
  const off = { emergencyLiquidation: false, closePositions: false, cancelOrders: false };
  test('calls nothing, answers skipped, and logs CRITICAL', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const answer = await rig.run({}, { liquidation: off });
    expect(answer).toMatchObject({ headline: 'SKIPPED BY CONFIGURATION', state: 'skipped', success: false });
    expect(rig.exchange.journal).toEqual([]);
    expect(rig.secretReads).toEqual([]);
    expect(
      rig.logs
        .filter(line => line.level === 'CRITICAL')
        .map(line => line.message)
        .join(),
    ).toMatch(/SECURITY WARNING.*HIGH-RISK/);
    expect(finals(await rig.auditLog(answer.correlation_id))).toEqual(['liquidation_skipped']);
  });

  test('a later call with the same ID, switched on again, liquidates', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    await rig.run({ correlation_id: ID }, { liquidation: off });
    const answer = await rig.run({ correlation_id: ID });
    expect(answer).toMatchObject({ state: 'completed', attempt: 2 });
  });
});

describe('timeout', () => {
  test('an exchange that takes ten seconds is answered for within the timeout of one', async () => {
    const rig = liquidationRig({ rttMs: 10_000 });
    twoPositionsAndOrders(rig);
    const startedAtMs = rig.clock.nowMs();
    const answer = await rig.run({}, { liquidation: { timeoutMs: 1_000 } });
    expect(rig.clock.nowMs() - startedAtMs).toBeLessThanOrEqual(1_000);
    expect(answer).toMatchObject({
      state: 'failed',
      headline: 'NOT FLAT, RETRYING UNTIL 14:00:07',
      remaining: { verified: false },
    });
    expect(answer.errors.map(error => error.code)).toContain('TIMEOUT');
    const auditLog = await rig.auditLog(answer.correlation_id);
    expect(types(auditLog)).toContain('liquidation_timeout');
    expect(finals(auditLog)).toEqual(['liquidation_failed']);
  });
});

describe('partial: three positions, one refuses', () => {
  test('closes two, names the third, and leaves its stop in place', async () => {
    const rig = liquidationRig();
    for (const symbol of ['BTCUSDT', 'ETHUSDT', 'SOLUSDT']) rig.account.open(symbol, '1');
    rig.account.arm({ symbol: 'SOLUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '10', closePosition: true });
    rig.account.arm({ symbol: 'SOLUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '900', quantity: '1' });
    rig.exchange.faults.add({
      on: { method: 'POST', path: ORDER, symbol: 'SOLUSDT' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'refuse', code: -2010, msg: 'NEW_ORDER_REJECTED' },
    });
    const answer = await rig.run();
    expect(answer).toMatchObject({ state: 'partial', positions_closed: 2, positions_failed: 1, success: false });
    expect(answer.remaining.positions).toMatchObject([{ symbol: 'SOLUSDT', amount: '1.00', protective_orders: 1 }]);
    expect(answer.errors[0]).toMatchObject({
      code: 'CLOSE_REFUSED',
      symbol: 'SOLUSDT',
      exchange_code: -2010,
      known: 'refused',
    });
    expect(rig.account.truth().conditionals.map(one => one.closePosition)).toEqual([true]);
    const auditLog = await rig.auditLog(answer.correlation_id);
    expect(types(auditLog).filter(type => type === 'liquidation_position_closed')).toHaveLength(2);
    expect(types(auditLog)).toContain('liquidation_position_close_failed');
    expect(finals(auditLog)).toEqual(['liquidation_partial']);
  });

  test('the number of tries is the first and max_retries more', async () => {
    const rig = liquidationRig();
    rig.account.open('SOLUSDT', '1');
    rig.exchange.faults.add({
      on: { method: 'POST', path: ORDER },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'refuse', code: -2010 },
    });
    const answer = await rig.run({}, { liquidation: { maxRetries: 2, retryDelayMs: 100 } });
    expect(posted(rig)).toHaveLength(3);
    expect(answer).toMatchObject({ state: 'failed', positions_closed: 0 });
    expect(answer.errors.map(error => error.code)).toContain('ATTEMPTS_EXHAUSTED');
  });
});

describe('the same correlation ID', () => {
  test('while one runs, the second answers at once and touches nothing', async () => {
    const rig = liquidationRig({ rttMs: 100 });
    twoPositionsAndOrders(rig);
    const first = rig.run({ correlation_id: ID });
    await rig.clock.sleep(50);
    const before = rig.clock.nowMs();
    const second = await rig.run({ correlation_id: ID });
    expect(rig.clock.nowMs() - before).toBeLessThan(50);
    expect(second).toMatchObject({ state: 'in_progress', success: false, replayed: false });
    expect(second.errors[0]).toMatchObject({ code: 'ALREADY_IN_PROGRESS' });
    expect(second.errors[0]?.message).toMatch(/^Liquidation already in progress/);
    expect(await first).toMatchObject({ state: 'completed' });
    expect(posted(rig)).toHaveLength(2);
  });

  test('the second waits for no secret, which a container of its own has yet to read', async () => {
    const rig = liquidationRig({ rttMs: 100 });
    rig.account.open('BTCUSDT', '0.500');
    const load = async () => {
      await rig.clock.sleep(2_500);
      return KEY;
    };
    const first = rig.run({ correlation_id: ID });
    await rig.clock.sleep(50);
    const before = rig.clock.nowMs();
    const second = await rig.run({ correlation_id: ID }, { world: { ...rig.world, secrets: { load } } });
    expect(rig.clock.nowMs() - before).toBeLessThan(50);
    expect(second.errors[0]).toMatchObject({ code: 'ALREADY_IN_PROGRESS' });
    await first;
    const asked = rig.exchange.journal.length;
    await rig.clock.sleep(5_000);
    expect(rig.exchange.journal).toHaveLength(asked);
  });

  test('after completion the stored answer comes back, and the exchange is not called', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const first = await rig.run({ correlation_id: ID });
    const asked = rig.exchange.journal.length;
    const second = await rig.run({ correlation_id: ID });
    expect(second).toEqual({ ...first, headline: 'FLAT, REPLAY OF 12:00:07Z', replayed: true });
    expect(rig.exchange.journal).toHaveLength(asked);
    const auditLog = await rig.auditLog(ID);
    expect(types(auditLog).at(-1)).toBe('liquidation_duplicate');
    const record = await rig.stores.lock.readRecord(ID, 1_000);
    expect(verifyAuditLog(auditLog, record?.seals ?? []).ok).toBe(true);
  });

  test('after a failure the next call tries again with the next token', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    rig.exchange.faults.add({ on: {}, times: Number.POSITIVE_INFINITY, fault: { kind: 'html-502' } });
    expect(await rig.run({ correlation_id: ID })).toMatchObject({ state: 'failed', attempt: 1 });
    rig.exchange.faults.clear();
    expect(await rig.run({ correlation_id: ID })).toMatchObject({ state: 'completed', attempt: 2 });
    expect(types(await rig.auditLog(ID))).toContain('liquidation_resumed');
  });

  test('a run that died is taken over once its lease is over, and finished', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const nowMs = rig.clock.nowMs();
    await rig.stores.lock.claim(claimOf(ID, { holder: 'dead', nowMs, leaseUntilMs: nowMs + 8_000 }), 1_000);
    expect(await rig.run({ correlation_id: ID })).toMatchObject({ state: 'in_progress' });
    await rig.clock.sleep(8_001);
    expect(await rig.run({ correlation_id: ID })).toMatchObject({ state: 'completed', attempt: 2 });
  });
});

test('two liquidations of one account under different IDs are harmless', async () => {
  const rig = liquidationRig({ rttMs: 40 });
  twoPositionsAndOrders(rig);
  const answers = await Promise.all([rig.run({ trigger: 'shutdown' }), rig.run({ trigger: 'watchdog' })]);
  expect(answers.map(answer => answer.state)).toEqual(['completed', 'completed']);
  expect(rig.account.truth()).toMatchObject(NOTHING_LEFT);
  expect(rig.account.violations).toEqual([]);
});

describe('what the exchange does wrong', () => {
  test('a rate limit, then success: completed', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    rig.exchange.faults.add({
      on: { method: 'POST', path: ORDER },
      times: 2,
      fault: { kind: 'limited-429', retryAfterSeconds: 1 },
    });
    expect(await rig.run()).toMatchObject({ state: 'completed', positions_closed: 2 });
  });

  test('a refused key is not tried again beyond the secret read once more', async () => {
    const rig = liquidationRig();
    rig.setSecret({ ...KEY, apiKey: 'x'.repeat(64) });
    const answer = await rig.run();
    expect(answer).toMatchObject({ state: 'failed' });
    expect(answer.errors[0]).toMatchObject({ code: 'KEY_REFUSED', known: 'refused' });
    expect(rig.secretReads.map(read => read.fresh)).toEqual([false, true]);
    // Each list once, and once more after the secret was read again.
    expect(rig.exchange.journal.filter(entry => entry.path.startsWith('/fapi/'))).toHaveLength(6);
  });

  test('a key that was rotated meanwhile is read again and used', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    rig.setSecret({ ...KEY, apiKey: 'x'.repeat(64) });
    const running = rig.run();
    await rig.clock.sleep(5);
    rig.setSecret(KEY);
    expect(await running).toMatchObject({ state: 'completed', positions_closed: 2 });
  });

  test('a secret that cannot be read fails with its reason, and nothing is called', async () => {
    const rig = liquidationRig();
    rig.setSecret(new Error('boom'));
    const answer = await rig.run();
    expect(answer).toMatchObject({ state: 'failed', headline: 'NOT FLAT, RETRYING UNTIL 14:00:07' });
    expect(answer.errors).toHaveLength(1);
    expect(rig.exchange.journal).toEqual([]);
    expect(finals(await rig.auditLog(answer.correlation_id))).toEqual(['liquidation_failed']);
  });

  test.each([
    ['location', { kind: 'geo-451' } as const, 'LOCATION_BLOCKED', 'refused'],
    ['firewall', { kind: 'html-403' } as const, 'FIREWALL_BLOCKED', 'refused'],
    ['ban', { kind: 'banned-418' } as const, 'IP_BANNED', 'throttled'],
  ])('a %s refusal ends the run at once', async (_name, fault, code, known) => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    rig.exchange.faults.add({ on: {}, times: Number.POSITIVE_INFINITY, fault });
    const answer = await rig.run();
    expect(answer.errors[0]).toMatchObject({ code, known });
    // Positions and both lists, and the wallet's host beside them.
    expect(rig.exchange.journal.length).toBeLessThanOrEqual(4);
  });

  test.each([-3_000, 5_000])('a clock %i ms off is corrected once', async clockSkewMs => {
    const rig = liquidationRig({ clockSkewMs });
    twoPositionsAndOrders(rig);
    expect(await rig.run()).toMatchObject({ state: 'completed', positions_closed: 2 });
    expect(rig.exchange.journal.filter(entry => entry.path === '/fapi/v1/time')).toHaveLength(1);
  });

  test('an order whose answer never comes is queried before anything is sent again', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.watch();
    rig.exchange.faults.add({ on: { method: 'POST', path: ORDER }, fault: { kind: 'hang-after' } });
    const answer = await rig.run();
    // The order is asked for by its name afterwards, so what it brought is known.
    expect(answer).toMatchObject({ state: 'completed', positions_closed: 1, pnl_is_estimate: false });
    expect(posted(rig)).toHaveLength(1);
    const closed = (await rig.auditLog(answer.correlation_id)).find(
      item => item.event_type === 'liquidation_position_closed',
    );
    expect(closed?.data.quantity).toBe('0.5');
  });

  test('a list of orders that hangs does not keep positions from being closed', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.exchange.faults.add({
      on: { path: '/fapi/v1/openAlgoOrders' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'hang-before' },
    });
    const answer = await rig.run();
    expect(rig.account.truth().positions).toEqual([]);
    expect(posted(rig)[0]?.receivedAtMs).toBeLessThan((rig.exchange.journal[0]?.receivedAtMs ?? 0) + 700);
    expect(answer.state).not.toBe('completed');
    expect(answer.errors.map(error => error.code)).toContain('NOT_VERIFIED');
  });

  test('one symbol whose order hangs holds up no other', async () => {
    const rig = liquidationRig();
    for (const symbol of ['BTCUSDT', 'ETHUSDT', 'SOLUSDT']) rig.account.open(symbol, '1');
    rig.exchange.faults.add({
      on: { method: 'POST', path: ORDER, symbol: 'BTCUSDT' },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'hang-before' },
    });
    rig.exchange.faults.add({
      on: { method: 'POST', path: ORDER, symbol: 'ETHUSDT' },
      fault: { kind: 'refuse', code: -2022 },
    });
    const answer = await rig.run();
    expect(answer).toMatchObject({ state: 'partial', positions_closed: 2, positions_failed: 1 });
    const eth = posted(rig).filter(entry => entry.params.symbol === 'ETHUSDT');
    expect(eth.at(-1)?.answeredAtMs ?? 0).toBeLessThan((posted(rig)[0]?.receivedAtMs ?? 0) + 1_000);
  });
});

describe('how positions are closed', () => {
  test('hedge mode: both sides of one symbol, without the reduce-only flag', async () => {
    const rig = liquidationRig({ hedgeMode: true });
    rig.account.open('BTCUSDT', '0.500', { positionSide: 'LONG' });
    rig.account.open('BTCUSDT', '-0.200', { positionSide: 'SHORT' });
    rig.account.watch();
    expect(await rig.run()).toMatchObject({ state: 'completed', positions_closed: 2 });
    expect(rig.account.violations).toEqual([]);
    expect(
      posted(rig).map(({ params }) => [params.side, params.positionSide, params.quantity, params.reduceOnly]),
    ).toEqual([
      ['SELL', 'LONG', '0.500', undefined],
      ['BUY', 'SHORT', '0.200', undefined],
    ]);
  });

  test('a position over the maximum of a market order is split', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '250.500');
    rig.account.watch();
    expect(await rig.run()).toMatchObject({ state: 'completed', positions_closed: 1 });
    expect(posted(rig).map(({ params }) => params.quantity)).toEqual(['250.500', '83.5', '83.5', '83.5']);
    expect(rig.account.violations).toEqual([]);
  });

  test.each(['TRADING_HALT', 'SETTLING', 'TRADING_CANCEL_ONLY'] as const)(
    'a symbol in %s is reported, and not tried again and again',
    async status => {
      const rig = liquidationRig();
      rig.account.open('BTCUSDT', '1');
      rig.account.open('SOLUSDT', '1');
      rig.exchange.setStatus('SOLUSDT', status);
      const answer = await rig.run();
      expect(answer).toMatchObject({ state: 'partial', positions_closed: 1, positions_failed: 1 });
      expect(answer.errors[0]).toMatchObject({ code: 'NOT_CLOSABLE', symbol: 'SOLUSDT' });
      expect(posted(rig).filter(entry => entry.params.symbol === 'SOLUSDT')).toHaveLength(1);
    },
  );

  test('an empty book is tried again, then with a limit order inside the band', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.watch();
    rig.exchange.faults.add({ on: { method: 'POST', path: ORDER }, times: 2, fault: { kind: 'refuse', code: -4131 } });
    expect(await rig.run({}, { liquidation: { retryDelayMs: 100 } })).toMatchObject({ state: 'completed' });
    expect(posted(rig).map(({ params }) => [params.type, params.timeInForce])).toEqual([
      ['MARKET', undefined],
      ['MARKET', undefined],
      ['LIMIT', 'IOC'],
    ]);
    expect(rig.account.violations).toEqual([]);
  });

  test('a part of the account: only the named symbols are touched', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const answer = await rig.run({ symbols: ['ETHUSDT'] });
    expect(answer).toMatchObject({ state: 'completed', headline: 'FLAT (ONLY ETHUSDT)', positions_closed: 1 });
    expect(rig.account.truth().positions.map(row => row.symbol)).toEqual(['BTCUSDT']);
    expect(rig.account.truth().orders).toHaveLength(1);
  });

  test('positions that lag behind the fills are not closed twice', async () => {
    const rig = liquidationRig({ positionLagMs: 300 });
    rig.account.open('BTCUSDT', '0.500');
    rig.account.open('ETHUSDT', '-4.000');
    rig.account.watch();
    expect(await rig.run()).toMatchObject({ state: 'completed', positions_closed: 2 });
    expect(posted(rig)).toHaveLength(2);
  });

  test('a stop entry is cancelled with the rest, so that nothing reopens the account', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.arm({ symbol: 'ETHUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '90000', quantity: '1' });
    expect(await rig.run()).toMatchObject({ state: 'completed', orders_cancelled: 1 });
    expect(rig.account.truth()).toMatchObject(NOTHING_LEFT);
  });
});

test('an order that fills while it is cancelled, and shows up late, is found by the proof', async () => {
  const rig = liquidationRig({ positionLagMs: 200 });
  rig.account.rest({ symbol: 'ADAUSDT', side: 'BUY', type: 'LIMIT', quantity: '200', price: '0.40' });
  rig.account.watch();
  rig.exchange.faults.add({ on: { method: 'DELETE' }, fault: { kind: 'fill-during-cancel' } });
  expect(await rig.run()).toMatchObject({ state: 'completed', positions_closed: 1 });
  expect(rig.account.truth()).toMatchObject(NOTHING_LEFT);
});

describe('the rate limits', () => {
  test('300 positions with orders finish without a single 429', async () => {
    const rig = liquidationRig();
    rig.exchange.addManySymbols(300);
    for (let n = 1; n <= 300; n += 1) {
      const symbol = `SYM${String(n).padStart(3, '0')}USDT`;
      rig.account.open(symbol, n % 2 === 0 ? '10' : '-10');
      rig.account.rest({ symbol, side: 'BUY', type: 'LIMIT', quantity: '10', price: '1' });
    }
    rig.account.watch();
    const answer = await rig.run({}, { liquidation: { timeoutMs: 30_000 } });
    expect(answer).toMatchObject({ state: 'completed', positions_closed: 300, orders_cancelled: 300 });
    expect(rig.exchange.journal.filter(entry => entry.status === 429 || entry.status === 418)).toEqual([]);
    expect(rig.account.violations).toEqual([]);
  });

  test('replies that come out of order leave no close waiting for room that is there', async () => {
    const rig = liquidationRig();
    rig.exchange.setLatency({ rttMs: 20, jitterMs: 10 });
    rig.exchange.addManySymbols(300);
    for (let n = 1; n <= 300; n += 1) rig.account.open(`SYM${String(n).padStart(3, '0')}USDT`, '10');
    const startedAtMs = rig.clock.nowMs();
    const answer = await rig.run({}, { liquidation: { timeoutMs: 30_000 } });
    const lastCloseAtMs = Math.max(...posted(rig).map(entry => entry.answeredAtMs ?? 0));
    expect(lastCloseAtMs - startedAtMs).toBeLessThan(400);
    expect(answer).toMatchObject({ state: 'completed', positions_closed: 300 });
    expect(rig.exchange.journal.filter(entry => entry.status === 429)).toEqual([]);
  });

  test('after a ban nothing more is sent, not even what was waiting for room', async () => {
    const rig = liquidationRig();
    rig.exchange.addManySymbols(300);
    for (let n = 1; n <= 300; n += 1) rig.account.open(`SYM${String(n).padStart(3, '0')}USDT`, '10');
    const on = { method: 'POST', path: ORDER } as const;
    rig.exchange.faults.add({ on, times: Number.POSITIVE_INFINITY, fault: { kind: 'banned-418' } });
    const answer = await rig.run({}, { liquidation: { timeoutMs: 30_000 } });
    expect(answer.errors[0]).toMatchObject({ code: 'IP_BANNED', known: 'throttled' });
    // 160 at most are on their way when the first of them comes back.
    expect(posted(rig).length).toBeLessThanOrEqual(160);
  });

  test('after a 429 nothing more is sent before the window is over, not even what was waiting for room', async () => {
    const rig = liquidationRig();
    rig.exchange.addManySymbols(300);
    for (let n = 1; n <= 300; n += 1) rig.account.open(`SYM${String(n).padStart(3, '0')}USDT`, '10');
    const on = { method: 'POST', path: ORDER } as const;
    rig.exchange.faults.add({ on, fault: { kind: 'limited-429', retryAfterSeconds: 3 } });
    const startedAtMs = rig.clock.nowMs();
    const answer = await rig.run({}, { liquidation: { timeoutMs: 30_000 } });
    expect(answer.headline).toBe('FLAT');
    expect(posted(rig).filter(entry => entry.receivedAtMs - startedAtMs < 3_000)).toHaveLength(160);
  });

  test('a bot that has used up the orders of these ten seconds delays the closes, and the address is not banned', async () => {
    const rig = liquidationRig();
    rig.exchange.addManySymbols(60);
    for (let n = 1; n <= 60; n += 1) rig.account.open(`SYM${String(n).padStart(3, '0')}USDT`, '10');
    // 20 of 300 are left to us when the first closes arrive.
    for (let n = 0; n < 280; n += 1) await trade(rig);
    const used = rig.exchange.journal.length;
    const answer = await rig.run({}, { liquidation: { timeoutMs: 15_000 } });
    expect(answer).toMatchObject({ state: 'completed', positions_closed: 60 });
    const ours = rig.exchange.journal.slice(used);
    expect(ours.some(entry => entry.status === 418)).toBe(false);
    // Those of the first burst that nothing had warned of; after it the budget is kept.
    expect(ours.filter(entry => entry.status === 429).length).toBeLessThanOrEqual(40);
    expect(rig.account.truth()).toMatchObject(NOTHING_LEFT);
  });
});

/** The broken bot, trading on: an order of its own that rests far away, at no cost of time. */
async function trade(rig: LiquidationRig): Promise<void> {
  const exchange = rig.world.openExchange(KEY);
  const order = { symbol: 'BTCUSDT', side: 'BUY', positionSide: 'BOTH', quantity: '0.010', reduceOnly: true } as const;
  rig.exchange.setLatency({ rttMs: 0 });
  const clientOrderId = `bot-${rig.exchange.journal.length}`;
  await exchange.send({ kind: 'close', order: { ...order, clientOrderId }, recvWindowMs: 5_000 }, { timeoutMs: 1_000 });
  rig.exchange.setLatency({ rttMs: 20 });
}

describe('a dry run', () => {
  test('says what would be done and touches nothing, not even the lock', async () => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const before = rig.account.truth();
    const answer = await rig.run({ dry_run: true, correlation_id: ID });
    expect(answer).toMatchObject({ headline: 'DRY RUN', state: 'skipped', success: true, dry_run: true });
    expect(
      answer.plan?.map(line => [
        line.symbol,
        line.cancel_orders,
        line.cancel_protective_after_close,
        line.closes[0]?.side,
      ]),
    ).toEqual([
      ['BTCUSDT', 1, 1, 'SELL'],
      ['ETHUSDT', 1, 0, 'BUY'],
    ]);
    expect(rig.account.truth()).toEqual(before);
    expect(rig.exchange.journal.every(entry => entry.method === 'GET')).toBe(true);
    expect(await rig.run({ correlation_id: ID })).toMatchObject({ state: 'completed', attempt: 1 });
  });
});

describe('when the stores fail', () => {
  test.each(['refuse', 'hang', 'lose-answer'] as const)(
    'DynamoDB that says "%s" to everything does not stop the liquidation',
    async fault => {
      const rig = liquidationRig();
      twoPositionsAndOrders(rig);
      rig.stores.script.failAll(fault);
      const startedAtMs = rig.clock.nowMs();
      const answer = await rig.run();
      expect(rig.clock.nowMs() - startedAtMs).toBeLessThanOrEqual(5_000);
      expect(answer).toMatchObject({ state: 'completed', headline: 'FLAT' });
      expect(answer.warnings.map(warning => warning.code)).toContain('LOCK_UNAVAILABLE');
      expect(answer.warnings.map(warning => warning.code)).toContain('AUDIT_INCOMPLETE');
      expect(rig.account.truth()).toMatchObject(NOTHING_LEFT);
    },
  );

  test('the first order waits for "started" to be durable, or known not to be', async () => {
    const rig = liquidationRig({ rttMs: 1 });
    twoPositionsAndOrders(rig);
    rig.stores.script.takeMs(60);
    await rig.run();
    const [started] = rig.stores.script.calls.filter(call => call.operation === 'append');
    expect(posted(rig)[0]?.receivedAtMs).toBeGreaterThanOrEqual((started?.atMs ?? Number.POSITIVE_INFINITY) + 60);
  });

  test('a result that could not be stored is named in the answer', async () => {
    const rig = liquidationRig();
    rig.stores.script.failNext('refuse', { operation: 'conclude' });
    const answer = await rig.run();
    expect(answer).toMatchObject({ state: 'completed' });
    expect(answer.warnings.map(warning => warning.code)).toEqual(['RESULT_NOT_STORED']);
  });
});

describe('events that are not ours', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['the console sample', { key1: 'value1', key2: 'value2', key3: 'value3' }],
    ['a list', [{ trigger: 'manual' }]],
    ['a text', 'x'.repeat(100_000)],
    ['an unknown trigger', { trigger: 'because' }],
    ['an unknown key', { trigger: 'manual', dryrun: true }],
    ['a text for a boolean', { trigger: 'manual', dry_run: 'true' }],
    ['an unknown bot', { trigger: 'manual', bot_id: 'nobody' }],
  ])('%s: refused, nothing done', async (_name, rawEvent) => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const answer = await rig.run({}, { rawEvent });
    expect(answer).toMatchObject({ headline: 'REFUSED, NOTHING DONE', state: 'failed', success: false });
    expect(answer.errors[0]?.code).toBe('EVENT_INVALID');
    expect(rig.exchange.journal).toEqual([]);
    expect(rig.stores.script.calls).toEqual([]);
  });
});

test('a broken configuration still protects a bot whose name it does not know', async () => {
  const rig = liquidationRig();
  twoPositionsAndOrders(rig);
  expect(await rig.run({ bot_id: 'alpha' }, { isFallback: true })).toMatchObject({ state: 'completed' });
  expect(rig.secretReads[0]?.name).toBe('flatline/alpha');
});

test.each(['locks', 'audit', 'secrets', 'openExchange', 'clock'] as const)(
  'an unexpected exception in %s is an answer, never thrown',
  async part => {
    const rig = liquidationRig();
    twoPositionsAndOrders(rig);
    const explode = (): never => {
      throw new TypeError('unexpected');
    };
    const broken = part === 'clock' ? { ...rig.world.clock, sleep: explode } : new Proxy({}, { get: () => explode });
    Object.assign(rig.world, { [part]: part === 'openExchange' ? explode : broken });
    const answer = await rig.run();
    expect(['completed', 'failed', 'partial']).toContain(answer.state);
  },
);

test('exchange rules that do not arrive delay no close', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSDT', '250.500');
  rig.account.open('ETHUSDT', '4.000');
  rig.exchange.faults.add({
    on: { path: '/fapi/v1/exchangeInfo' },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'hang-before' },
  });
  rig.exchange.faults.add({
    on: { method: 'POST', path: ORDER, symbol: 'ETHUSDT' },
    fault: { kind: 'refuse', code: -2022 },
  });
  const answer = await rig.run({}, { liquidation: { retryDelayMs: 100 } });
  // Without rules the too large order is halved, and halved again.
  expect(answer).toMatchObject({ state: 'completed', positions_closed: 2 });
  const eth = posted(rig).filter(entry => entry.params.symbol === 'ETHUSDT');
  expect(eth.at(-1)?.answeredAtMs ?? 0).toBeLessThan((posted(rig)[0]?.receivedAtMs ?? 0) + 1_000);
});

test('every request at the exchange is in the audit log, with its path, latency, status and code', async () => {
  const rig = liquidationRig({ clockSkewMs: -3_000 });
  twoPositionsAndOrders(rig);
  rig.account.open('BTCUSDC', '90');
  const answer = await rig.run();
  const auditLog = await rig.auditLog(answer.correlation_id);
  const recorded = auditLog.flatMap(({ data }) => [data.requests ?? [], data.other_requests ?? []].flat()) as {
    path: string;
  }[];
  const tally = (paths: readonly string[]) => paths.toSorted().join('\n');
  expect(tally(recorded.map(request => request.path))).toBe(tally(rig.exchange.journal.map(entry => entry.path)));
  expect(auditLog.at(-1)?.data.requests_made).toBe(rig.exchange.journal.length);
  for (const request of recorded) {
    expect(request).toMatchObject({
      method: expect.any(String),
      latency_ms: expect.any(Number),
      status: expect.any(Number),
    });
  }
});

test('a flat account does not keep its caller waiting for figures', async () => {
  const rig = liquidationRig();
  twoPositionsAndOrders(rig);
  rig.exchange.faults.add({
    on: { path: '/fapi/v1/userTrades' },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: 'hang-before' },
  });
  const startedAtMs = rig.clock.nowMs();
  const answer = await rig.run({}, { liquidation: { timeoutMs: 30_000 } });
  expect(answer).toMatchObject({ state: 'completed', pnl_is_estimate: true });
  expect(rig.clock.nowMs() - startedAtMs).toBeLessThan(2_500);
});

test('the verdict is the first thing in the answer, whatever the answer', async () => {
  const rig = liquidationRig();
  const answers = [
    await rig.run(),
    await rig.run({ dry_run: true }),
    await rig.run({}, { rawEvent: {} }),
    await rig.run({ correlation_id: ID }),
    await rig.run({ correlation_id: ID }),
  ];
  for (const answer of answers) expect(Object.keys(answer).slice(0, 3)).toEqual(['headline', 'state', 'success']);
});

test('every log line of a request carries the correlation ID', async () => {
  const rig = liquidationRig();
  const answer = await rig.run();
  const lines = rig.logs.filter(line => line.message.startsWith('Exchange request'));
  expect(lines.length).toBeGreaterThan(0);
  expect(new Set(lines.map(line => line.fields.correlation_id))).toEqual(new Set([answer.correlation_id]));
});

test('a refusal that ends the run waits for requests in flight before the audit log is sealed', async () => {
  const rig = liquidationRig({ rttMs: 31 });
  rig.account.open('BTCUSDT', '0.500');
  rig.account.open('ETHUSDT', '-4.000');
  rig.exchange.faults.add({ on: { method: 'POST', path: ORDER, symbol: 'BTCUSDT' }, fault: { kind: 'html-403' } });
  rig.exchange.faults.add({
    on: { method: 'POST', path: ORDER, symbol: 'ETHUSDT' },
    fault: { kind: 'delay', ms: 700, when: 'after' },
  });
  const answer = await rig.run();
  await rig.clock.sleep(5_000);
  const auditLog = await rig.auditLog(answer.correlation_id);
  const record = await rig.stores.lock.readRecord(answer.correlation_id ?? '', 1_000);
  expect(verifyAuditLog(auditLog, record?.seals ?? [])).toMatchObject({ ok: true, sealed: true });
  expect(finals(auditLog)).toHaveLength(1);
  expect(FINAL_EVENT_TYPES).toContain(auditLog.at(-1)?.event_type);
});
