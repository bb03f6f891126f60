import { describe, expect, it } from 'vitest';
import { stage } from '../stage.ts';

// BTCUSDT: step 0.001, market maximum 120, limit maximum 1000, notional 50, mark 67000, band 5 %, tick 0.1.

describe('the quantity of a market order', () => {
  it.each([
    ['0.001', undefined],
    ['0.0010', undefined],
    ['120', undefined],
    ['0', -4003],
    ['0.000', -4003],
    ['120.001', -4005],
    ['1000', -4005],
    ['0.0001', -1111],
    ['0.1000000001', -1111],
    ['1e-3', -1100],
    ['-1', -1100],
    ['1,5', -1100],
    ['undefined', -1100],
    ['', -1102],
  ])('%s', async (quantity, code) => {
    const { account, order } = stage();
    account.open('BTCUSDT', '200');
    const reply = await order({ symbol: 'BTCUSDT', side: 'SELL', quantity, reduceOnly: 'true' });
    expect(reply.code).toBe(code);
  });

  it.each([
    ['1.000', undefined],
    ['1.005', undefined],
    ['1.001', -4023],
    ['0.999', -4004],
  ])('%s, where the step is coarser than the precision', async (quantity, code) => {
    const { exchange, account, order } = stage();
    exchange.addSymbol({
      symbol: 'ODDUSDT',
      markPrice: '100',
      stepSize: '0.005',
      minQuantity: '1',
      quantityPrecision: 3,
    });
    account.open('ODDUSDT', '10');
    expect((await order({ symbol: 'ODDUSDT', side: 'SELL', quantity, reduceOnly: 'true' })).code).toBe(code);
  });
});

describe('the largest market order, where MARKET_LOT_SIZE allows more than LOT_SIZE', () => {
  it.each([
    [true, -4005],
    [false, undefined],
  ])('is bound by both: %s', async (marketOrdersObeyLotSize, code) => {
    const { exchange, account, order } = stage({ unconfirmed: { marketOrdersObeyLotSize } });
    exchange.addSymbol({ symbol: 'ODDUSDT', markPrice: '10', limitMaxQuantity: '100', marketMaxQuantity: '150' });
    account.open('ODDUSDT', '200');
    const close = { symbol: 'ODDUSDT', side: 'SELL', reduceOnly: 'true' };
    expect((await order({ ...close, quantity: '100.1' })).code).toBe(code);
    expect((await order({ ...close, quantity: '99' })).status).toBe(200);
  });
});

describe('zeros at the end of a quantity', () => {
  it.each([
    [false, '0.50000000', undefined],
    [true, '0.50000000', -1111],
    [true, '0.5000', -1111],
    [true, '0.500', undefined],
    [true, '0.5', undefined],
    [true, '1', undefined],
  ])('count as digits (%s): %s', async (trailingZerosCount, quantity, code) => {
    const { account, order } = stage({ unconfirmed: { trailingZerosCount } });
    account.open('BTCUSDT', '1');
    expect((await order({ symbol: 'BTCUSDT', side: 'SELL', quantity, reduceOnly: 'true' })).code).toBe(code);
  });

  it('are what a position may be shown with', async () => {
    const { exchange, account, positions } = stage();
    exchange.changeSymbol('BTCUSDT', { amountDigits: 8 });
    account.open('BTCUSDT', '0.5');
    account.open('ETHUSDT', '0.00075');
    expect((await positions()).map(({ positionAmt }) => positionAmt)).toEqual(['0.50000000', '0.00075']);
  });
});

describe('a limit order', () => {
  const LIMIT = { symbol: 'BTCUSDT', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };

  it.each([
    ['BUY', '70350.0', undefined],
    ['BUY', '70350.1', -4016],
    ['BUY', '30000', undefined],
    ['SELL', '63650.0', undefined],
    ['SELL', '63649.9', -4024],
    ['SELL', '90000', undefined],
    ['BUY', '66000.05', -4014],
    ['BUY', '66000.001', -1111],
    ['BUY', '0', -4001],
  ])('%s at %s', async (side, price, code) => {
    const { order } = stage();
    expect((await order({ ...LIMIT, side, price })).code).toBe(code);
  });

  it('may be larger than a market order', async () => {
    const { order } = stage();
    const at = { ...LIMIT, side: 'BUY', price: '60000' };
    expect((await order({ ...at, quantity: '1000' })).status).toBe(200);
    expect((await order({ ...at, quantity: '1000.001' })).code).toBe(-4005);
  });

  it.each(['price', 'quantity', 'timeInForce'])('needs its %s', async name => {
    const { order } = stage();
    const { [name]: _, ...rest } = { ...LIMIT, side: 'BUY', price: '60000' } as Record<string, string>;
    const reply = await order(rest);
    expect([reply.code, reply.msg]).toEqual([
      -1102,
      `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
    ]);
  });

  it('rests two hundred times in a symbol and no more', async () => {
    const { account, order } = stage();
    for (let count = 0; count < 200; count += 1) {
      account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '50000' });
    }
    expect((await order({ ...LIMIT, side: 'BUY', price: '60000' })).code).toBe(-2025);
  });
});

describe('the minimum notional', () => {
  // 0.0007 BTC would be dust; the smallest step, 0.001, is 67 USDT and passes. ETHUSDT: 20 USDT at 3300.
  it.each([
    ['0.006', -4164],
    ['0.007', undefined],
  ])('of 20 USDT holds for %s ETH', async (quantity, code) => {
    const { order } = stage();
    expect((await order({ symbol: 'ETHUSDT', side: 'BUY', quantity })).code).toBe(code);
  });

  it('does not hold for reduceOnly', async () => {
    const { account, order } = stage();
    account.open('ETHUSDT', '0.001');
    expect((await order({ symbol: 'ETHUSDT', side: 'SELL', quantity: '0.001', reduceOnly: 'true' })).status).toBe(200);
    expect(account.truth().positions).toEqual([]);
  });

  it.each([
    [true, undefined],
    [false, -4164],
  ])('in hedge mode closes are exempt: %s', async (hedgeClosesExemptFromMinNotional, code) => {
    const { account, order } = stage({ unconfirmed: { hedgeClosesExemptFromMinNotional } }, { hedgeMode: true });
    account.open('ETHUSDT', '0.001');
    const close = { symbol: 'ETHUSDT', side: 'SELL', positionSide: 'LONG', quantity: '0.001' };
    expect((await order(close)).code).toBe(code);
  });

  it('holds in hedge mode for openings, whatever the switch says', async () => {
    const { order } = stage({}, { hedgeMode: true });
    expect((await order({ symbol: 'ETHUSDT', side: 'BUY', positionSide: 'LONG', quantity: '0.006' })).code).toBe(-4164);
  });
});
