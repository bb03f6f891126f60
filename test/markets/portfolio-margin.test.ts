/** Portfolio margin, from the configuration to the answer: UM and CM behind one host, with limits and lists of their own. */

import { describe, expect, test } from 'vitest';
import type { Settings } from '../../lambda/core/config/settings.ts';
import { liquidated } from '../support/bad-day.ts';
import { type LiquidationRig, liquidationRig, type RigOptions } from '../support/liquidation-rig.ts';

const exchangeOf = (markets: Settings['exchange']['markets']) => ({
  exchange: { account: 'portfolio_margin', markets } as const,
});

const rigWith = (options: RigOptions = {}): LiquidationRig => liquidationRig({ portfolioMargin: true, ...options });

describe('a portfolio margin account', () => {
  test.each([{ hedgeMode: false }, { hedgeMode: true }])(
    'goes flat on both sides, with its orders of all kinds (%o)',
    async ({ hedgeMode }) => {
      const rig = rigWith({ hedgeMode });
      rig.account.open('BTCUSDT', '1.5');
      rig.account.open('BTCUSD_PERP', '-250');
      rig.account.rest({ symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '2', price: '3000' });
      rig.account.rest({ symbol: 'ETHUSD_PERP', side: 'BUY', type: 'LIMIT', quantity: '20', price: '3000' });
      const stop = { type: 'STOP_MARKET', side: 'SELL', triggerPrice: '60000' } as const;
      rig.account.arm({ ...stop, symbol: 'BTCUSDT', closePosition: true });
      rig.account.arm({ ...stop, symbol: 'BTCUSDT', quantity: '0.5', older: true });
      rig.account.arm({ ...stop, symbol: 'BTCUSD_PERP', side: 'BUY', triggerPrice: '70000', quantity: '100' });
      const { answer } = await liquidated(rig, {}, exchangeOf(['usdm', 'coinm']));
      expect(answer).toMatchObject({
        headline: 'FLAT (PORTFOLIO MARGIN UM, PORTFOLIO MARGIN CM)',
        state: 'completed',
        positions_closed: 2,
        errors: [],
        warnings: [],
      });
      expect(Object.keys(answer.realized_pnl).sort()).toEqual(['BTC', 'USDT']);
      expect(answer.pnl_is_estimate).toBe(false);
      expect(rig.account.truth()).toMatchObject({ positions: [], orders: [], conditionals: [] });
      expect(rig.account.violations).toEqual([]);
      const asked = new Set(rig.exchange.journal.filter(one => one.executed).map(one => one.path.split('/')[1]));
      expect([...asked].sort()).toEqual(['papi', 'sapi']);
    },
  );

  test('of which only UM is asked for says what its CM side holds', async () => {
    const rig = rigWith();
    rig.account.open('ETHUSDT', '2');
    rig.account.open('BTCUSD_PERP', '12');
    const { answer } = await liquidated(rig, {}, exchangeOf(['usdm']));
    expect(answer).toMatchObject({
      headline: 'FLAT (ONLY PORTFOLIO MARGIN UM)',
      warnings: [{ code: 'MARKET_NOT_COVERED' }],
    });
  });

  test.each([{ olderUmConditionals: true }, { olderUmConditionals: false }])(
    'is proven flat whether or not its older list of conditional orders still answers ($olderUmConditionals)',
    async unconfirmed => {
      const rig = rigWith({ unconfirmed });
      rig.account.open('BTCUSDT', '1.5');
      rig.account.arm({
        symbol: 'BTCUSDT',
        side: 'SELL',
        type: 'STOP_MARKET',
        triggerPrice: '60000',
        closePosition: true,
      });
      const { answer } = await liquidated(rig, {}, exchangeOf(['usdm']));
      expect(answer).toMatchObject({ headline: 'FLAT (PORTFOLIO MARGIN UM)', errors: [] });
      expect(rig.account.truth()).toMatchObject({ positions: [], conditionals: [] });
    },
  );

  test('takes no client order ID of more than 32 characters', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSDT', '1.5');
    await liquidated(rig, {}, exchangeOf(['usdm']));
    const [close] = rig.exchange.journal.filter(({ method }) => method === 'POST');
    expect(close?.params.newClientOrderId).toMatch(/^fl-[0-9a-f]{29}$/);
  });

  test('beyond 300 orders in ten seconds goes flat without one refusal', async () => {
    const rig = rigWith({ limits: { refusalsBeforeBan: 1 } });
    rig.exchange.addManySymbols(100);
    for (let at = 1; at <= 100; at += 1) rig.account.open(`SYM${String(at).padStart(3, '0')}USDT`, '40');
    const { answer } = await liquidated(rig, {}, exchangeOf(['usdm', 'coinm']));
    expect(answer).toMatchObject({ state: 'completed', positions_closed: 100 });
    expect(rig.exchange.journal.filter(({ status }) => status === 429)).toEqual([]);
  });
});

describe('a key of the other kind of account', () => {
  const failedChecks = async (rig: LiquidationRig, changes: Parameters<LiquidationRig['preflight']>[0]) => {
    const { checks } = await rig.preflight(changes);
    return checks.filter(({ status }) => status === 'failed');
  };

  test('is named by preflight with its remedy, where the file says futures', async () => {
    const failed = await failedChecks(rigWith(), {});
    expect(failed.map(({ name }) => name)).toContain('key and account');
    for (const { detail, heading } of failed) {
      expect(detail).toContain('account = portfolio_margin');
      expect(heading).toBe('The account is of another kind');
    }
  });

  test('is named by preflight where the wallet does not send its permissions', async () => {
    const rig = rigWith();
    rig.exchange.faults.add({ on: { host: 'wallet' }, times: 1_000, fault: { kind: 'html-403' } });
    const failed = await failedChecks(rig, {});
    expect(failed).toMatchObject([
      { name: 'key and account', detail: expect.stringContaining('account = portfolio_margin') },
      {},
    ]);
  });

  test('is named the other way round', async () => {
    const failed = await failedChecks(liquidationRig(), exchangeOf(['usdm', 'coinm']));
    expect(failed.length).toBeGreaterThan(1);
    for (const { detail } of failed) expect(detail).toContain('account = futures');
  });

  test('is liquidated through the API that accepts it, with a warning', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSDT', '1.5');
    rig.account.open('BTCUSD_PERP', '-250');
    const { answer } = await liquidated(rig, {}, { exchange: { markets: ['usdm', 'coinm'] } });
    expect(answer).toMatchObject({
      headline: 'FLAT (PORTFOLIO MARGIN UM, PORTFOLIO MARGIN CM)',
      warnings: [{ code: 'WRONG_ACCOUNT', message: expect.stringContaining('account = portfolio_margin') }],
    });
    expect(rig.account.truth().positions).toEqual([]);
  });

  test.each(['503-unavailable', 'gone-404'] as const)(
    'is liquidated where one API refuses the key and the other one fails (%s)',
    async kind => {
      const rig = rigWith();
      rig.account.open('BTCUSDT', '0.5');
      rig.account.open('BTCUSD_PERP', '25');
      for (const page of ['positionRisk', 'account', 'openOrders', 'openAlgoOrders'])
        rig.exchange.faults.add({
          ...{ on: { path: `/dapi/v1/${page}` }, times: Number.POSITIVE_INFINITY },
          fault: { kind },
        });
      const { answer } = await liquidated(rig, {}, { exchange: { markets: ['usdm', 'coinm'] } });
      expect(answer.warnings).toContainEqual(expect.objectContaining({ code: 'WRONG_ACCOUNT' }));
      expect(rig.account.truth().positions).toEqual([]);
    },
  );

  test('that no API takes is a refused key, and nothing else', async () => {
    const rig = rigWith();
    rig.account.open('BTCUSDT', '1.5');
    rig.account.refuseKey({ status: 401, code: -2015 });
    const { answer } = await liquidated(rig);
    expect(answer).toMatchObject({ state: 'failed', errors: [{ code: 'KEY_REFUSED' }, {}] });
  });
});

describe('spot margin orders of a portfolio margin account', () => {
  const withMargin = (rows: number) => {
    const rig = liquidationRig({ portfolioMargin: true });
    rig.account.open('BTCUSDT', '0.5');
    const add = Array.from({ length: rows }, (_, index) => ({
      symbol: index === 0 ? 'BTCUSDT' : 'ETHUSDT',
      orderId: index,
    }));
    rig.exchange.faults.add({
      ...{ on: { path: '/papi/v1/margin/openOrders' }, times: Number.POSITIVE_INFINITY },
      fault: { kind: 'change-rows', add },
    });
    return rig;
  };

  test('are a warning, and left alone', async () => {
    const rig = withMargin(3);
    const { answer } = await liquidated(rig, {}, exchangeOf(['usdm', 'coinm']));
    expect(answer).toMatchObject({
      state: 'completed',
      warnings: [
        { code: 'MARGIN_ORDERS_OPEN', message: expect.stringContaining('3 spot margin orders (BTCUSDT, ETHUSDT)') },
      ],
    });
    expect(answer.markets).toHaveLength(2);
    expect(rig.exchange.journal.filter(({ path, method }) => path.includes('/margin/') && method !== 'GET')).toEqual(
      [],
    );
  });

  test('are reported by preflight', async () => {
    const { checks } = await withMargin(1).preflight(exchangeOf(['usdm', 'coinm']));
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'spot margin orders',
        status: 'warning',
        detail: expect.stringContaining('BTCUSDT'),
      }),
    );
  });

  test.each([
    ['none are there', [], 'change-rows'],
    ['they cannot be read', undefined, 'gone-404'],
    ['they cannot be read in time', undefined, 'hang-before'],
  ] as const)('are not reported where %s', async (_why, _rows, kind) => {
    const rig = liquidationRig({ portfolioMargin: true });
    rig.account.open('BTCUSDT', '0.5');
    rig.exchange.faults.add({
      on: { path: '/papi/v1/margin/openOrders' },
      fault: { kind },
      times: Number.POSITIVE_INFINITY,
    });
    const { answer } = await liquidated(rig, {}, exchangeOf(['usdm', 'coinm']));
    expect(answer).toMatchObject({ state: 'completed', warnings: [] });
  });
});

test('a portfolio margin account goes flat in one call although the queue of its orders is full for a while (-5041)', async () => {
  const rig = rigWith();
  rig.account.open('BTCUSDT', '0.5');
  rig.account.open('BTCUSD_PERP', '25');
  for (const path of ['/papi/v1/um/order', '/papi/v1/cm/order'])
    rig.exchange.faults.add({
      ...{ on: { method: 'POST', path }, times: 4 },
      fault: { kind: 'http', status: 400, body: '{"code":-5041,"msg":"Too many requests are queued."}' },
    });
  const { answer } = await liquidated(rig, {}, exchangeOf(['usdm', 'coinm']));
  expect(answer).toMatchObject({ state: 'completed', errors: [] });
});

test('a portfolio margin account closes by a limit order where its CM side refuses market orders with the number of COIN-M (-4113)', async () => {
  const refused = { status: 400, headers: { get: () => undefined }, body: '{"code":-4113,"msg":"no"}' };
  const answered = {
    abandon: () => undefined,
    wasSent: () => true,
    wasAnswered: () => true,
    idleMsBefore: () => undefined,
  };
  const rig = rigWith({
    network: wire => request =>
      /^\/papi\/v1\/cm\/order\?.*type=MARKET/.test(request.target)
        ? { answer: Promise.resolve(refused), ...answered }
        : wire(request),
  });
  rig.account.open('BTCUSD_PERP', '25');
  const { answer } = await liquidated(rig, {}, exchangeOf(['coinm']));
  expect(answer).toMatchObject({ state: 'completed', errors: [] });
  expect(rig.account.truth().positions).toEqual([]);
});
