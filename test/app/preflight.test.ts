import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../lambda/core/invocation/error-codes.ts';
import { KEY, type LiquidationRig, liquidationRig, type RigOptions } from '../support/liquidation-rig.ts';

const CHECKS = [
  'configuration',
  'secret',
  'exchange and clock',
  'key and account',
  "key's permissions",
  'positions and orders',
  'test order',
  'other markets',
  'egress address',
  'DynamoDB',
];

const statusOf = async (rig: LiquidationRig) => {
  const answer = await rig.preflight();
  return { answer, status: Object.fromEntries(answer.checks.map(check => [check.name, check.status])) };
};
const FOREVER = Number.POSITIVE_INFINITY;

describe('preflight', () => {
  test.each<[string, RigOptions]>([
    ['one-way', {}],
    ['hedge', { hedgeMode: true }],
    ['where order/test checks the position', { unconfirmed: { orderTestChecksPosition: true } }],
  ])('of a healthy account (%s) is ready, tries everything and touches nothing', async (_name, options) => {
    const rig = liquidationRig(options);
    rig.account.open('ETHUSDT', '4.000');
    rig.account.rest({
      symbol: 'ETHUSDT',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '1',
      price: '2000',
      ...(options.hedgeMode ? { positionSide: 'LONG' } : {}),
    });
    const before = rig.account.truth();
    const { answer, status } = await statusOf(rig);
    expect(Object.keys(status)).toEqual(CHECKS);
    expect(answer.ready).toBe(true);
    expect(answer.plan).toMatchObject([
      { symbol: 'ETHUSDT', cancel_orders: 1, closes: [{ side: 'SELL', quantity: '4.000' }] },
    ]);
    expect(answer.checks.every(check => Number.isFinite(check.duration_ms))).toBe(true);
    expect(rig.account.truth()).toEqual(before);
    expect(rig.exchange.journal.filter(entry => entry.method !== 'GET').map(entry => entry.path)).toEqual([
      '/fapi/v1/order/test',
    ]);
    expect(rig.metrics.some(metric => metric.name === 'PreflightPassed')).toBe(true);
    const auditLog = await rig.auditLog(answer.correlation_id);
    expect(auditLog.map(item => item.event_type)).toEqual(['preflight_passed']);
  });

  test.each([
    [-2022, 'a closing order is accepted; there is nothing to reduce'],
    [-4164, 'a closing order is accepted; this one is too small to be executed'],
    [-4131, 'a closing order is accepted; the book of BTCUSDT is empty at the moment'],
    [-1008, 'a closing order is accepted; the exchange is overloaded at the moment'],
    [-2010, 'a closing order is read and judged; this one could not be executed now'],
    [-4408, 'a closing order is read and judged; this one could not be executed now'],
    [-2019, 'a closing order is read and judged; this one could not be executed now'],
  ])(
    'a test order refused as this one order, and not for the right to trade (%i), shows that a real one would pass',
    async (code, detail) => {
      const rig = liquidationRig({ hedgeMode: true });
      rig.exchange.faults.add({ on: { path: '/fapi/v1/order/test' }, times: FOREVER, fault: { kind: 'refuse', code } });
      const answer = await rig.preflight();
      expect(answer.ready).toBe(true);
      expect(answer.checks.find(check => check.name === 'test order')).toMatchObject({ status: 'ok', detail });
    },
  );

  test.each([
    [
      'the environment',
      { disabledByEnvironment: true },
      'EMERGENCY_LIQUIDATION_DISABLED',
      'Liquidation is switched off',
    ],
    [
      'the configuration',
      { liquidation: { emergencyLiquidation: false, closePositions: false, cancelOrders: false } },
      'emergency_liquidation = false',
      'Liquidation is switched off',
    ],
    ['a configuration that cannot be used', { isFallback: true }, 'safe defaults', 'Configuration error'],
  ])('is not ready when protection depends on %s, although all else is well', async (_what, changes, says, heading) => {
    const rig = liquidationRig();
    const answer = await rig.preflight(changes);
    expect(answer).toMatchObject({ headline: 'NOT READY', ready: false });
    const wrong = answer.checks.filter(check => check.status === 'failed');
    expect(wrong).toMatchObject([{ name: 'configuration', detail: expect.stringContaining(says), heading }]);
    expect(rig.metrics.some(metric => metric.name === 'PreflightFailed')).toBe(true);
  });

  test.each<[string, (rig: LiquidationRig) => void, string, string]>([
    ['a secret that cannot be read', rig => rig.setSecret(new Error('no such secret')), 'secret', 'failed'],
    [
      'a forbidden location',
      rig => rig.exchange.faults.add({ on: {}, times: FOREVER, fault: { kind: 'geo-451' } }),
      'exchange and clock',
      'failed',
    ],
    [
      'an exchange that is silent',
      rig => rig.exchange.faults.add({ on: {}, times: FOREVER, fault: { kind: 'hang-before' } }),
      'exchange and clock',
      'failed',
    ],
    [
      'a key that may not trade',
      rig =>
        rig.exchange.faults.add({
          on: { path: '/fapi/v1/accountConfig' },
          times: FOREVER,
          fault: { kind: 'refuse', code: -2015 },
        }),
      'key and account',
      'failed',
    ],
    [
      'lists that cannot be read',
      rig =>
        rig.exchange.faults.add({
          on: { path: '/fapi/v1/openAlgoOrders' },
          times: FOREVER,
          fault: { kind: 'html-502' },
        }),
      'positions and orders',
      'failed',
    ],
    [
      'a refused test order',
      rig =>
        rig.exchange.faults.add({
          on: { path: '/fapi/v1/order/test' },
          times: FOREVER,
          fault: { kind: 'refuse', code: -1102 },
        }),
      'test order',
      'failed',
    ],
    ['a table that cannot be written', rig => rig.stores.script.failAll('refuse'), 'DynamoDB', 'failed'],
    [
      'a wallet host that does not answer',
      rig =>
        rig.exchange.faults.add({
          on: { path: '/sapi/v1/account/apiRestrictions' },
          times: FOREVER,
          fault: { kind: 'html-502' },
        }),
      "key's permissions",
      'skipped',
    ],
  ])('%s is found', async (_name, addFaults, check, expected) => {
    const rig = liquidationRig();
    addFaults(rig);
    const { answer, status } = await statusOf(rig);
    expect(status[check]).toBe(expected);
    expect(answer.ready).toBe(expected !== 'failed');
    expect(answer.headline).toBe(expected === 'failed' ? 'NOT READY' : answer.headline);
    const headings = new Set<string>(Object.values(ERROR_CODES).map(code => code.heading));
    for (const { heading } of answer.checks) if (heading !== undefined) expect(headings).toContain(heading);
    expect(rig.account.truth()).toMatchObject({ positions: [], orders: [] });
  });

  test.each(['/fapi/v1/time', '/fapi/v1/accountConfig', '/fapi/v1/order/test', '/sapi/v1/account/apiRestrictions'])(
    'repeats a request that gets no answer, and is ready (%s)',
    async path => {
      const rig = liquidationRig();
      rig.exchange.faults.add({ on: { path }, fault: { kind: 'hang-before' } });
      const answer = await rig.preflight();
      expect(answer.ready).toBe(true);
      expect(rig.exchange.journal.filter(entry => entry.path === path)).toHaveLength(2);
    },
  );

  test('repeats no request without an answer while the exchange has requested a wait', async () => {
    const rig = liquidationRig();
    const config = { path: '/fapi/v1/accountConfig' };
    rig.exchange.faults.add({ on: config, fault: { kind: 'hang-before' } });
    const wait = { kind: 'limited-429', retryAfterSeconds: 30 } as const;
    rig.exchange.faults.add({ on: { path: '/fapi/v1/openOrders' }, times: FOREVER, fault: wait });
    expect((await rig.preflight()).ready).toBe(false);
    expect(rig.exchange.journal.filter(entry => entry.path === config.path)).toHaveLength(1);
  });

  test.each<[string, RigOptions, object, string]>([
    ['may withdraw', {}, { canWithdraw: true, ipRestricted: true }, 'warning'],
    ['is not restricted to an address', {}, { ipRestricted: false }, 'warning'],
    ['is as it should be', {}, { ipRestricted: true, canWithdraw: false }, 'ok'],
  ])('a key that %s', async (_name, options, spec, expected) => {
    const rig = liquidationRig(options);
    const key = { apiKey: 'a1'.repeat(32), apiSecret: 'b2'.repeat(32) };
    rig.exchange.addAccount({ ...key, ...spec });
    rig.setSecret({ ...key, kind: 'hmac' });
    const { answer, status } = await statusOf(rig);
    expect(status["key's permissions"]).toBe(expected);
    expect(answer.headline).toBe(expected === 'ok' ? 'READY' : 'READY, WITH WARNINGS');
  });

  test('judges the key that is stored now, not one that was replaced a moment ago', async () => {
    const rig = liquidationRig();
    await rig.preflight();
    expect(rig.secretReads).toMatchObject([{ fresh: true }]);
  });

  const lastOf = async (rig: LiquidationRig) =>
    (await rig.stores.lock.runs.lastPreflights(['default'], 1_000)).get('default');

  test('leaves how it ended where the next read finds it, until the next one', async () => {
    const rig = liquidationRig();
    rig.setSecret(new Error('no such secret'));
    const first = await rig.preflight();
    expect(await lastOf(rig)).toEqual({
      botId: 'default',
      correlationId: first.correlation_id,
      headline: 'NOT READY',
      failedChecks: ['secret'],
      finishedAtMs: Date.parse(first.finished_at),
    });
    rig.setSecret(KEY);
    const second = await rig.preflight();
    expect(await lastOf(rig)).toMatchObject({
      correlationId: second.correlation_id,
      headline: second.headline,
      failedChecks: [],
    });
    expect(await rig.stores.lock.runs.recent({ limit: 9, quietChecks: true }, 1_000)).toEqual([]);
    expect(await rig.stores.lock.unfinished.due(rig.clock.nowMs() + 1e9, 9, 1_000)).toEqual([]);
  });

  test.each(['refuse', 'hang'] as const)('is as ready as before if the result cannot be stored (%s)', async fault => {
    const rig = liquidationRig();
    rig.stores.script.failNext(fault, { operation: 'notePreflight' });
    const { answer, status } = await statusOf(rig);
    expect(answer).toMatchObject({ ready: true, headline: 'READY, WITH WARNINGS' });
    expect(status.DynamoDB).toBe('warning');
    expect(rig.metrics.map(({ name }) => name)).toContain('PreflightPassed');
    expect(await lastOf(rig)).toBeUndefined();
  });

  test('reports that the audit log could not be written', async () => {
    const rig = liquidationRig();
    rig.stores.script.failNext('refuse', { operation: 'append', times: 100 });
    expect(await rig.preflight()).toMatchObject({ headline: 'NOT READY' });
    expect(await lastOf(rig)).toMatchObject({ headline: 'NOT READY', failedChecks: ['DynamoDB'] });
  });

  test('a clock that is off is a warning: it is corrected', async () => {
    const { status, answer } = await statusOf(liquidationRig({ clockSkewMs: 700 }));
    expect(status['exchange and clock']).toBe('warning');
    expect(answer.ready).toBe(true);
  });
});
