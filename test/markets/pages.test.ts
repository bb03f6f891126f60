/** Lists that the exchange shows on two pages: one that fails or hangs holds up nothing that the other one shows. */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/exchange.ts';
import { liquidated } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig, type RunChanges } from '../support/liquidation-rig.ts';

const COINM: RunChanges = { exchange: { markets: ['coinm'] } };
const PORTFOLIO: RunChanges = { exchange: { account: 'portfolio_margin', markets: ['usdm', 'coinm'] } };

const ALWAYS = Number.POSITIVE_INFINITY;
const HANGS: Fault = { kind: 'hang-before' };
const FAILS: Fault = { kind: 'http', status: 500, code: -1000, msg: 'unknown' };

const addFaults = (rig: LiquidationRig, path: string, fault: Fault, times = ALWAYS): void =>
  rig.exchange.faults.add({ on: { method: 'GET', path }, fault, times });

describe.each([
  ['/dapi/v1/account', COINM, false],
  ['/dapi/v1/positionRisk', COINM, false],
  ['/papi/v1/cm/account', PORTFOLIO, true],
  ['/papi/v1/cm/positionRisk', PORTFOLIO, true],
] as const)('where %s', (path, changes, portfolioMargin) => {
  test.each([
    ['hangs', HANGS],
    ['fails', FAILS],
  ])(
    '%s, the position on the other page is closed at once, and counted, and there is no FLAT',
    async (_name, fault) => {
      const rig = liquidationRig({ portfolioMargin });
      rig.account.open('BTCUSD_PERP', '25');
      addFaults(rig, path, fault);
      const day = await liquidated(rig, {}, changes);
      expect(rig.account.truth().positions).toEqual([]);
      const [closed] = rig.account.moves;
      expect((closed?.atMs ?? Number.NaN) - day.startedAtMs).toBeLessThan(200);
      expect(day.answer).toMatchObject({ state: 'partial', positions_closed: 1, positions_failed: 0 });
      expect(day.answer.errors.map(({ message }) => message).join()).toContain('one of the two pages of positions');
      expect(rig.account.violations).toEqual([]);
    },
  );

  test('fails three times, it is read again, and the account is flat', async () => {
    const rig = liquidationRig({ portfolioMargin });
    rig.account.open('BTCUSD_PERP', '25');
    addFaults(rig, path, FAILS, 3);
    const { answer } = await liquidated(rig, {}, changes);
    expect(answer).toMatchObject({ state: 'completed', positions_closed: 1 });
  });

  test('takes 700 ms each time, the close does not, and the account is flat', async () => {
    const rig = liquidationRig({ portfolioMargin });
    rig.account.open('BTCUSD_PERP', '25');
    addFaults(rig, path, { kind: 'delay', ms: 700 });
    const day = await liquidated(rig, {}, changes);
    expect((rig.account.moves[0]?.atMs ?? Number.NaN) - day.startedAtMs).toBeLessThan(200);
    expect(day.answer).toMatchObject({ state: 'completed', positions_closed: 1 });
  });
});

describe('an entry on one page of the conditional orders', () => {
  test('is cancelled while the other page of COIN-M hangs', async () => {
    const rig = liquidationRig();
    const entry = {
      symbol: 'BTCUSD_PERP',
      side: 'BUY',
      type: 'STOP_MARKET',
      triggerPrice: '90000',
      quantity: '5',
    } as const;
    rig.account.arm({ ...entry, older: true });
    addFaults(rig, '/dapi/v1/openAlgoOrders', HANGS);
    const { answer } = await liquidated(rig, {}, COINM);
    expect(rig.account.truth().conditionals).toEqual([]);
    expect(answer.success).toBe(false);
  });

  test('is cancelled while the older list of portfolio margin hangs', async () => {
    const rig = liquidationRig({ portfolioMargin: true });
    rig.account.arm({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '90000', quantity: '1' });
    addFaults(rig, '/papi/v1/um/conditional/openOrders', HANGS);
    const { answer } = await liquidated(rig, {}, PORTFOLIO);
    expect(rig.account.truth().conditionals).toEqual([]);
    expect(answer.success).toBe(false);
  });
});

test('a list that was never read is not reported as empty', async () => {
  const rig = liquidationRig({ portfolioMargin: true });
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '5');
  for (const market of ['um', 'cm'])
    for (const page of ['positionRisk', 'account', 'openOrders', 'algo/openAlgoOrders', 'conditional/openOrders'])
      addFaults(rig, `/papi/v1/${market}/${page}`, { kind: 'gone-404' });
  const { answer } = await liquidated(rig, {}, PORTFOLIO);
  expect(answer.success).toBe(false);
  expect(answer.markets).toMatchObject([
    { market: 'usdm', flat: false, positions: null, orders: null },
    { market: 'coinm', flat: false, positions: null, orders: null },
  ]);
});

describe.each([
  ['/dapi/v1/positionRisk', COINM, false],
  ['/papi/v1/cm/positionRisk', PORTFOLIO, true],
] as const)('a position that is on the account page, where %s', (path, changes, portfolioMargin) => {
  const bent = (fault: Fault, times = ALWAYS) => {
    const rig = liquidationRig({ portfolioMargin });
    rig.account.open('BTCUSD_PERP', '25');
    addFaults(rig, path, fault, times);
    return rig;
  };
  const where = { symbol: 'BTCUSD_PERP' };

  test('shows none, from before it was opened, is closed', async () => {
    const rig = bent({ kind: 'change-rows', where, set: { positionAmt: '0', updateTime: 0 } }, 3);
    const { answer } = await liquidated(rig, {}, changes);
    expect(answer).toMatchObject({ state: 'completed', positions_closed: 1 });
    expect(rig.account.truth().positions).toEqual([]);
    expect(rig.account.violations).toEqual([]);
  });

  test('has a row that cannot be read, is closed, and FLAT is not reported while that lasts', async () => {
    const rig = bent({ kind: 'change-rows', where, set: { positionAmt: 'many' } });
    const { answer } = await liquidated(rig, {}, changes);
    expect(rig.account.truth().positions).toEqual([]);
    expect(answer.success).toBe(false);
    expect(rig.account.violations).toEqual([]);
  });
});

test('an account page that is behind orders nothing again', async () => {
  const rig = liquidationRig();
  rig.account.open('BTCUSD_PERP', '25');
  const before = rig.clock.nowMs() - 60_000;
  const set = { positionAmt: '25', updateTime: before };
  addFaults(rig, '/dapi/v1/account', { kind: 'change-rows', where: { symbol: 'BTCUSD_PERP' }, set }, 3);
  const { answer } = await liquidated(rig, {}, COINM);
  expect(answer).toMatchObject({ state: 'completed', positions_closed: 1 });
  expect(rig.exchange.journal.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test.each(['/dapi/v1/account', '/dapi/v1/positionRisk', '/dapi/v1/openAlgoOrders'])(
  'a preflight and a dry run wait for %s as for any other page',
  async path => {
    const rig = liquidationRig();
    rig.account.open('BTCUSD_PERP', '25');
    addFaults(rig, path, { kind: 'delay', ms: 400 });
    expect(await rig.preflight(COINM)).toMatchObject({ ready: true });
    addFaults(rig, path, HANGS, 1);
    expect(await rig.run({ dry_run: true }, COINM)).toMatchObject({ state: 'skipped', success: true });
  },
);
