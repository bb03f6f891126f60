import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stage } from '../stage.ts';

const SELL = { symbol: 'BTCUSDT', side: 'SELL', reduceOnly: 'true' };

describe('a reduce-only market order', () => {
  it.each([
    ['no position', undefined, -2022],
    ['a position on its own side', '-1', -2022],
    ['a position to reduce', '1', undefined],
  ])('with %s', async (_name, amount, code) => {
    const { account, order } = stage();
    if (amount !== undefined) account.open('BTCUSDT', amount);
    expect((await order({ ...SELL, quantity: '1' })).code).toBe(code);
  });

  it('larger than the position is trimmed to it, and the reply says so', async () => {
    const { account, order } = stage();
    account.open('BTCUSDT', '0.4');
    const reply = await order({ ...SELL, quantity: '1', newOrderRespType: 'RESULT' });
    expect(reply.rows[0]).toMatchObject({ origQty: '0.400', executedQty: '0.400', status: 'FILLED' });
    expect(account.truth().positions).toEqual([]);
  });

  it('larger than the position is rejected, if the switch says so', async () => {
    const { account, order } = stage({ unconfirmed: { oversizeReduceOnly: 'reject' } });
    account.open('BTCUSDT', '0.4');
    expect((await order({ ...SELL, quantity: '1' })).code).toBe(-2022);
    expect(account.truth().positions[0]?.amount).toBe('0.4');
  });
});

describe('a resting reduce-only order', () => {
  it.each([
    ['the whole position', '1', '1', -4118],
    ['part of it, and the close wants the whole', '0.3', '1', -4118],
    ['part of it, and the close wants the rest', '0.3', '0.7', undefined],
    ['part of it, and the close wants a step more than the rest', '0.3', '0.701', -4118],
  ])('reserves %s', async (_name, resting, quantity, code) => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    account.rest({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      quantity: resting,
      price: '70000',
      reduceOnly: true,
    });
    expect((await order({ ...SELL, quantity })).code).toBe(code);
  });

  it.each([
    ['by-mode', false, -4118],
    ['by-mode', true, -2022],
    [-2022, false, -2022],
    [-4118, true, -4118],
  ] as const)(
    'answers by the code of %s, in hedge mode: %s, until it is cancelled',
    async (reservedCode, hedgeMode, code) => {
      const { account, order, call } = stage({ unconfirmed: { reservedCode } }, { hedgeMode });
      account.open('BTCUSDT', '1');
      account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', price: '70000', reduceOnly: true });
      const form = hedgeMode ? { positionSide: 'LONG' } : { reduceOnly: 'true' };
      const close = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', ...form };
      expect((await order(close)).code).toBe(code);
      await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
      expect((await order(close)).status).toBe(200);
    },
  );

  it.each([
    ['all-same-side', -4118],
    ['reduce-only', undefined],
  ] as const)('and a plain one of the same side refuse a full close, read as %s', async (reservedBy, code) => {
    const { account, order } = stage({ unconfirmed: { reservedBy } });
    account.open('BTCUSDT', '1');
    account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '0.2', price: '70000' });
    expect((await order({ ...SELL, quantity: '1' })).code).toBe(code);
  });

  it('that a client placed as an entry refuses the close of a later position as well', async () => {
    const { account, order, call } = stage();
    await order({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '5', price: '68000' });
    account.open('BTCUSDT', '1');
    expect((await order({ ...SELL, quantity: '0.001' })).code).toBe(-4118);
    await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    expect((await order({ ...SELL, quantity: '1' })).status).toBe(200);
  });

  it('on the other side reserves nothing', async () => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' });
    expect((await order({ ...SELL, quantity: '1' })).status).toBe(200);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('outlives its position: %s', async (reduceOnlyOrdersOutlivePosition, left) => {
    const { account, order } = stage({ unconfirmed: { reduceOnlyOrdersOutlivePosition } });
    account.open('BTCUSDT', '1');
    account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '0.3', price: '70000', reduceOnly: true });
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1' });
    expect(account.truth().orders).toHaveLength(left);
  });

  it('that is reached when nothing is left to reduce expires instead of opening', async () => {
    const { exchange, account } = stage();
    account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', price: '70000', reduceOnly: true });
    exchange.setMark('BTCUSDT', '70000');
    expect(account.truth()).toMatchObject({ positions: [], orders: [], fills: [] });
  });
});

describe('a hedge close', () => {
  const CLOSE_SHORT = { symbol: 'ETHUSDT', side: 'BUY', positionSide: 'SHORT' };

  it.each([
    ['1', undefined],
    ['1.001', -2022],
  ])('of %s ETH of one short', async (quantity, code) => {
    const { account, order } = stage({}, { hedgeMode: true });
    account.open('ETHUSDT', '-1');
    expect((await order({ ...CLOSE_SHORT, quantity })).code).toBe(code);
  });

  it('without a position is -2022 although reduceOnly was not set', async () => {
    const { account, order } = stage({}, { hedgeMode: true });
    account.open('ETHUSDT', '1');
    expect((await order({ ...CLOSE_SHORT, quantity: '1' })).code).toBe(-2022);
  });

  it('is blocked by a resting close of the same side', async () => {
    const { account, order } = stage({}, { hedgeMode: true });
    account.open('ETHUSDT', '-1');
    account.rest({ symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '3000' });
    expect((await order({ ...CLOSE_SHORT, quantity: '1' })).code).toBe(-2022);
  });
});

describe('a plain market order in one-way mode', () => {
  it.each([
    ['opens where there was nothing', undefined, '-1'],
    ['flips a smaller position', '0.4', '-0.6'],
    ['enlarges a position of its own side', '-1', '-2'],
  ])('%s: an order without the flag can open a position', async (_name, amount, left) => {
    const { account, order } = stage();
    if (amount !== undefined) account.open('BTCUSDT', amount);
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1' });
    expect(account.truth().positions).toEqual([{ symbol: 'BTCUSDT', positionSide: 'BOTH', amount: left }]);
  });
});

it('for every row of reduce-only orders, no position is ever opened, enlarged or flipped', async () => {
  const thousandths = fc.integer({ min: 1, max: 3000 }).map(units => (units / 1000).toFixed(3));
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(thousandths, fc.boolean()),
      fc.array(fc.record({ quantity: thousandths, side: fc.constantFrom('BUY', 'SELL') }), { maxLength: 8 }),
      async ([amount, short], orders) => {
        const { account, order } = stage();
        account.open('BTCUSDT', short ? `-${amount}` : amount);
        account.watch();
        let left = Number(amount);
        for (const ask of orders) {
          await order({ symbol: 'BTCUSDT', reduceOnly: 'true', ...ask });
          const now = Math.abs(Number(account.truth().positions[0]?.amount ?? '0'));
          expect(now).toBeLessThanOrEqual(left);
          left = now;
        }
        expect(account.violations).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});
