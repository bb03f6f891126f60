import { describe, expect, it } from 'vitest';
import type { SymbolStatus } from '../../../simulator/engine/symbols/symbols.ts';
import { stage } from '../stage.ts';

const STATUSES: readonly (readonly [SymbolStatus, number | undefined, number | undefined])[] = [
  // status, code of a close, code of an opening
  ['TRADING', undefined, undefined],
  ['TRADING_CANCEL_ONLY', -4141, -4140],
  ['TRADING_HALT', -4141, -4140],
  ['PENDING_TRADING', -4141, -4140],
  ['PRE_SETTLE', -4141, -4140],
  ['SETTLING', -4141, -4140],
  ['PRE_DELIVERING', -4141, -4140],
  ['DELIVERING', -4141, -4140],
  ['DELIVERED', -4141, -4140],
  ['CLOSE', -4141, -4140],
];

describe('a symbol that is', () => {
  it.each(STATUSES)('%s answers a close with %s and an opening with %s', async (status, close, opening) => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '2');
    exchange.setStatus('BTCUSDT', status);
    const sell = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1' };
    expect((await order({ ...sell, reduceOnly: 'true' })).code).toBe(close);
    expect((await order(sell)).code).toBe(opening);
  });

  it.each(STATUSES)('%s lets its orders be cancelled', async status => {
    const { exchange, account, call } = stage();
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' });
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', triggerPrice: '60000' });
    exchange.setStatus('BTCUSDT', status);
    await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    await call('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' });
    expect(account.truth()).toMatchObject({ orders: [], conditionals: [] });
  });

  it('halted keeps its orders where the switch says so', async () => {
    const { exchange, account, call } = stage({ unconfirmed: { haltBlocksCancels: true } });
    account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '1', price: '60000' });
    exchange.setStatus('BTCUSDT', 'TRADING_HALT');
    expect((await call('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })).code).toBe(-4141);
    expect(account.truth().orders).toHaveLength(1);
  });

  it.each([
    [true, undefined],
    [false, -4141],
  ])('settling takes closes: %s', async (settlingAcceptsCloses, code) => {
    const { exchange, account, order } = stage({ unconfirmed: { settlingAcceptsCloses } });
    account.open('BTCUSDT', '1');
    exchange.setStatus('BTCUSDT', 'SETTLING');
    expect((await order({ symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' })).code).toBe(code);
  });
});

describe('an account that', () => {
  const close = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' };
  const opening = { symbol: 'BTCUSDT', side: 'BUY', quantity: '1' };

  it('may not trade is refused each order', async () => {
    const { account, order } = stage({}, { canTrade: false });
    account.open('BTCUSDT', '1');
    expect((await order(opening)).code).toBe(-4088);
    expect((await order(close)).code).toBe(-4088);
  });
});
