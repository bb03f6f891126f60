import { describe, expect, it } from 'vitest';
import { stage } from '../stage.ts';

const CLOSE = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true', newOrderRespType: 'RESULT' };
const IOC = { ...CLOSE, type: 'LIMIT', timeInForce: 'IOC' };

describe('a market order', () => {
  it('fills at the mark price of a deep book', async () => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    await order(CLOSE);
    expect(account.truth().fills).toMatchObject([{ side: 'SELL', quantity: '1', price: '67000' }]);
  });

  it('eats a thin book level by level, and what is left expires', async () => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '1');
    exchange.setBook('BTCUSDT', {
      bids: [
        { distance: '0.001', quantity: '0.3' },
        { distance: '0.01', quantity: '0.2' },
        { distance: '0.06', quantity: 'all' },
      ],
    });
    const { rows } = await order(CLOSE);
    // 67000 × 0.999 and × 0.99; the third level lies beyond the take bound of 5 %.
    expect(account.truth().fills.map(({ price, quantity }) => [price, quantity])).toEqual([
      ['66933', '0.3'],
      ['66330', '0.2'],
    ]);
    expect(rows[0]).toMatchObject({ status: 'EXPIRED', origQty: '1.000', executedQty: '0.500' });
    expect(account.truth().positions).toEqual([{ symbol: 'BTCUSDT', positionSide: 'BOTH', amount: '0.5' }]);
  });

  it.each([
    ['nobody', []],
    ['only somebody beyond the take bound', [{ distance: '0.0501', quantity: 'all' }]],
  ])('with %s is -4131', async (_name, bids) => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '1');
    exchange.setBook('BTCUSDT', { bids });
    const reply = await order(CLOSE);
    expect([reply.status, reply.code]).toEqual([400, -4131]);
    expect(account.truth().fills).toEqual([]);
  });

  it('on the other side does not care', async () => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '-1');
    exchange.setBook('BTCUSDT', { bids: [] });
    expect((await order({ ...CLOSE, side: 'BUY' })).rows[0]?.status).toBe('FILLED');
  });

  it('finds what an earlier one ate again once it has come back', async () => {
    const { exchange, account, clock, order } = stage();
    account.open('BTCUSDT', '1');
    exchange.setBook('BTCUSDT', { bids: [{ distance: '0', quantity: '0.4' }], refillMs: 1000 });
    expect((await order(CLOSE)).rows[0]?.executedQty).toBe('0.400');
    clock.advance(999);
    expect((await order({ ...CLOSE, quantity: '0.6' })).code).toBe(-4131);
    clock.advance(1);
    expect((await order({ ...CLOSE, quantity: '0.6' })).rows[0]?.executedQty).toBe('0.400');
  });
});

describe('a limit IOC', () => {
  it('fills what a market order could not reach, as far as it is deep', async () => {
    const { exchange, account, order } = stage();
    account.open('TSLAUSDT', '10');
    // The take bound of the share is 2 %, its price band 5 %.
    exchange.setBook('TSLAUSDT', { bids: [{ distance: '0.03', quantity: '4' }] });
    const close = { ...CLOSE, symbol: 'TSLAUSDT', quantity: '10' };
    expect((await order(close)).code).toBe(-4131);
    const { rows } = await order({ ...IOC, ...close, type: 'LIMIT', timeInForce: 'IOC', price: '400' });
    expect(rows[0]).toMatchObject({ status: 'EXPIRED', executedQty: '4.00' });
    expect(account.truth().fills).toMatchObject([{ price: '407.4', quantity: '4' }]);
  });

  it('without a counterpart expires empty, without an error', async () => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    const { status, rows } = await order({ ...IOC, price: '68000' });
    expect(status).toBe(200);
    expect(rows[0]).toMatchObject({ status: 'EXPIRED', executedQty: '0.000' });
  });
});

describe('a limit order', () => {
  const BUY = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', newOrderRespType: 'RESULT' };

  it('rests below the mark and fills at its own price when the mark comes down', async () => {
    const { exchange, account, order } = stage();
    expect((await order({ ...BUY, timeInForce: 'GTC', price: '66000' })).rows[0]?.status).toBe('NEW');
    exchange.setMark('BTCUSDT', '66000.1');
    expect(account.truth().fills).toEqual([]);
    exchange.setMark('BTCUSDT', '65000');
    expect(account.truth().fills).toMatchObject([{ price: '66000', quantity: '1' }]);
  });

  it('that crosses fills what is there and rests with the remainder', async () => {
    const { exchange, account, order } = stage();
    exchange.setBook('BTCUSDT', { asks: [{ distance: '0', quantity: '0.25' }] });
    expect((await order({ ...BUY, timeInForce: 'GTC', price: '67000' })).rows[0]).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQty: '0.250',
    });
    expect(account.truth().orders).toMatchObject([{ quantity: '1', executed: '0.25' }]);
  });

  it.each([
    ['FOK in a book too thin', 'FOK', '67000', -5021],
    ['FOK that fits', 'FOK', '67100', undefined],
    ['GTX that would take', 'GTX', '67000', -5022],
    ['GTX that rests', 'GTX', '66000', undefined],
    ['with a made-up time in force', 'FOREVER', '66000', -1115],
  ])('%s', async (_name, timeInForce, price, code) => {
    const { exchange, order } = stage();
    exchange.setBook('BTCUSDT', {
      asks: [
        { distance: '0', quantity: '0.25' },
        { distance: '0.001', quantity: '0.75' },
      ],
    });
    expect((await order({ ...BUY, timeInForce, price })).code).toBe(code);
  });
});

describe('the reply to a placement', () => {
  it('is an ACK by default: NEW and unfilled, although the order has filled', async () => {
    const { account, order } = stage();
    account.open('BTCUSDT', '1');
    const { rows } = await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' });
    expect(rows[0]).toMatchObject({ status: 'NEW', executedQty: '0.000', cumQty: '0.000', origQty: '1.000' });
    expect(account.truth().positions).toEqual([]);
  });

  it.each([
    ['since the integration, ACK', {}, 'ACK', false],
    ['since the integration, RESULT', {}, 'RESULT', false],
    ['RESULT where the switch keeps it', { unconfirmed: { resultKeepsAveragePrice: true } }, 'RESULT', true],
    ['before the integration', { omitAveragePrice: false }, 'ACK', true],
  ] as const)('has avgPrice and cumQuote: %s', async (_name, options, newOrderRespType, has) => {
    const { order } = stage(options);
    const { rows } = await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '1', newOrderRespType });
    expect(Object.keys(rows[0] ?? {}).includes('avgPrice')).toBe(has);
    expect(Object.keys(rows[0] ?? {}).includes('cumQuote')).toBe(has);
  });

  it('never hides the average price from GET order', async () => {
    const { call, order } = stage();
    await order({ symbol: 'BTCUSDT', side: 'BUY', quantity: '2', newClientOrderId: 'mine' });
    const { rows } = await call('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'mine' });
    expect(rows[0]).toMatchObject({ status: 'FILLED', avgPrice: '67000.00', cumQuote: '134000.00000' });
  });
});
