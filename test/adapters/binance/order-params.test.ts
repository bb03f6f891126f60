import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderParams } from '../../../lambda/adapters/binance/order-params.ts';
import type { CloseOrder } from '../../../lambda/core/model.ts';

const CLOSE: CloseOrder = {
  symbol: 'BTCUSDT',
  side: 'SELL',
  positionSide: 'BOTH',
  quantity: '1.000',
  reduceOnly: true,
  clientOrderId: 'fl-1',
};

describe('orderParams', () => {
  it('closes in one-way mode with a reduce-only market order', () => {
    expect(orderParams(CLOSE)).toEqual({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: '1.000',
      reduceOnly: 'true',
      newClientOrderId: 'fl-1',
      newOrderRespType: 'RESULT',
    });
  });

  it('closes in hedge mode by position side, without the flag', () => {
    expect(orderParams({ ...CLOSE, side: 'BUY', positionSide: 'SHORT', reduceOnly: false })).toEqual({
      symbol: 'BTCUSDT',
      side: 'BUY',
      positionSide: 'SHORT',
      type: 'MARKET',
      quantity: '1.000',
      newClientOrderId: 'fl-1',
      newOrderRespType: 'RESULT',
    });
  });

  it('with a price is a limit order that fills at once or not at all', () => {
    expect(orderParams({ ...CLOSE, price: '63650.10' })).toEqual({
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'IOC',
      quantity: '1.000',
      price: '63650.10',
      reduceOnly: 'true',
      newClientOrderId: 'fl-1',
      newOrderRespType: 'RESULT',
    });
  });

  it('for every order, names only what is a string and never closePosition', async () => {
    const orders = fc.record(
      {
        symbol: fc.string(),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        positionSide: fc.constantFrom('BOTH' as const, 'LONG' as const, 'SHORT' as const),
        quantity: fc.string(),
        reduceOnly: fc.boolean(),
        price: fc.string(),
        clientOrderId: fc.string(),
      },
      { requiredKeys: ['symbol', 'side', 'positionSide', 'quantity', 'reduceOnly', 'clientOrderId'] },
    );
    await fc.assert(
      fc.property(orders, order => {
        const sent = orderParams(order);
        expect(Object.values(sent).every(value => typeof value === 'string')).toBe(true);
        expect(sent).not.toHaveProperty('closePosition');
      }),
    );
  });
});
