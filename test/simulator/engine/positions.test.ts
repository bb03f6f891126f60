import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { move, positionOf } from '../../../simulator/engine/accounts/positions.ts';
import { stage } from '../stage.ts';

describe('a position', () => {
  // before (amount at entry), fill (amount at price) → amount, entry, realised PnL
  it.each([
    ['opens', [], ['2', '100'], '2', '100', '0'],
    ['averages up', [['1', '100']], ['3', '200'], '4', '175', '0'],
    ['closes a long with a profit', [['2', '100']], ['-2', '130'], '0', '0', '60'],
    ['closes a long with a loss', [['2', '100']], ['-2', '90'], '0', '0', '-20'],
    ['closes a short with a profit', [['-2', '100']], ['2', '90'], '0', '0', '20'],
    ['is reduced and keeps its entry', [['2', '100']], ['-0.5', '140'], '1.5', '100', '20'],
    ['flips, and the rest enters at the new price', [['1', '100']], ['-3', '110'], '-2', '110', '10'],
  ] as const)('%s', (_name, before, [delta, price], amount, entry, pnl) => {
    const position = positionOf({ positions: new Map() }, 'BTCUSDT', 'BOTH');
    for (const [openDelta, openPrice] of before) move(position, new Big(openDelta), new Big(openPrice), 0, 0);
    const realized = move(position, new Big(delta), new Big(price), 0, 0);
    expect([position.amount.toFixed(), position.entryPrice.toFixed(), realized.toFixed()]).toEqual([
      amount,
      entry,
      pnl,
    ]);
  });

  it('for every row of fills that ends flat, realises exactly what was paid and received', () => {
    const fills = fc.array(
      fc.record({ amount: fc.integer({ min: -50, max: 50 }), price: fc.integer({ min: 1, max: 500 }) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 500 }), (rows, lastPrice) => {
        const total = rows.reduce((sum, { amount }) => sum + amount, 0);
        const all = [...rows, { amount: -total, price: lastPrice }];
        const position = positionOf({ positions: new Map() }, 'BTCUSDT', 'BOTH');
        const realized = all.reduce(
          (sum, { amount, price }) => sum.plus(move(position, new Big(amount), new Big(price), 0, 0)),
          new Big(0),
        );
        const cash = all.reduce((sum, { amount, price }) => sum - amount * price, 0);
        expect(position.amount.toFixed()).toBe('0');
        expect(Number(realized.round(6).toFixed())).toBe(cash);
      }),
    );
  });
});

describe('positionRisk', () => {
  it('shows a fill only after the lag, while the order lists show it at once', async () => {
    const { account, clock, order, positions, openOrders } = stage({ positionLagMs: 400 });
    account.open('BTCUSDT', '1');
    expect(await positions()).toHaveLength(1);
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.4', reduceOnly: 'true' });
    clock.advance(200);
    await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.6', reduceOnly: 'true' });
    expect((await positions())[0]?.positionAmt).toBe('1.000');
    clock.advance(200);
    expect((await positions())[0]?.positionAmt).toBe('0.600');
    expect(await openOrders()).toEqual([]);
    clock.advance(199);
    expect((await positions())[0]?.positionAmt).toBe('0.600');
    clock.advance(1);
    expect(await positions()).toEqual([]);
  });

  it('v3 has a zero row for a symbol that has only an order, v2 has every symbol', async () => {
    const { account, call, positions } = stage();
    account.rest({ symbol: 'ETHUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '3000' });
    expect(await positions()).toMatchObject([{ symbol: 'ETHUSDT', positionAmt: '0.000', notional: '0' }]);
    const all = (await call('GET', '/fapi/v2/positionRisk')).rows;
    expect(all).toHaveLength(700);
    expect(all.map(({ symbol }) => symbol)).toContain('测试USDT');
  });

  it.each([
    [false, []],
    [true, ['BTCUSDT']],
  ])('lists a symbol with nothing but a conditional order: %s', async (conditionalsMakePositionRows, symbols) => {
    const { account, positions } = stage({ unconfirmed: { conditionalsMakePositionRows } });
    account.arm({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '1', triggerPrice: '70000' });
    expect((await positions()).map(({ symbol }) => symbol)).toEqual(symbols);
  });

  it('in hedge mode has a row per side, the empty one too, and shorts are negative', async () => {
    const { account, positions } = stage({}, { hedgeMode: true });
    account.open('ETHUSDT', '-1.5', { entryPrice: '3400' });
    expect(await positions()).toMatchObject([
      { symbol: 'ETHUSDT', positionSide: 'LONG', positionAmt: '0.000' },
      {
        symbol: 'ETHUSDT',
        positionSide: 'SHORT',
        positionAmt: '-1.500',
        entryPrice: '3400',
        notional: '-4950.00000000',
        unRealizedProfit: '150.00000000',
      },
    ]);
  });

  it('can be asked for one symbol, and refuses one it does not know', async () => {
    const { account, call } = stage();
    account.open('BTCUSDT', '1');
    account.open('ETHUSDT', '1');
    expect((await call('GET', '/fapi/v3/positionRisk', { symbol: 'ETHUSDT' })).rows).toHaveLength(1);
    expect((await call('GET', '/fapi/v3/positionRisk', { symbol: 'undefined' })).code).toBe(-1121);
  });
});

describe('userTrades', () => {
  it('have price, PnL by average entry and commission of 0.05 % in the margin asset', async () => {
    const { account, call, order } = stage();
    account.open('BTCUSDC', '2', { entryPrice: '60000' });
    const placed = await order({ symbol: 'BTCUSDC', side: 'SELL', quantity: '2', reduceOnly: 'true' });
    const orderId = String(placed.rows[0]?.orderId);
    const { rows } = await call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDC', orderId });
    expect(rows).toMatchObject([
      {
        price: '67010.0',
        qty: '2.000',
        quoteQty: '134020.00000000',
        realizedPnl: '14020.00000000',
        commission: '67.01000000',
        commissionAsset: 'USDC',
        side: 'SELL',
        positionSide: 'BOTH',
      },
    ]);
    expect((await call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).rows).toEqual([]);
  });

  it('write the commission with the sign of the switch', async () => {
    const { call, order } = stage({ unconfirmed: { commissionSign: 'negative' } });
    await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '1' });
    expect((await call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).rows[0]?.commission).toBe('-33.50000000');
  });

  it('of the last week only, unless asked otherwise, and no more than the limit', async () => {
    const { call, clock, order } = stage();
    for (let count = 0; count < 3; count += 1) await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01' });
    const startTime = String(clock.nowMs());
    const ids = async (params = {}) =>
      (await call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT', ...params })).rows.map(({ id }) => id);
    expect(await ids()).toEqual([698_760, 698_761, 698_762]);
    expect(await ids({ limit: '1' })).toEqual([698_762]);
    expect(await ids({ fromId: '698761', limit: '1' })).toEqual([698_761]);
    clock.advance(7 * 24 * 3600 * 1000 + 1);
    expect(await ids()).toEqual([]);
    expect(await ids({ startTime, endTime: startTime })).toHaveLength(3);
  });
});
