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

  it('about to be delisted takes closes only', async () => {
    const { exchange, account, order } = stage();
    exchange.addSymbol({ symbol: 'OLDUSDT', markPrice: '2', closingOnly: true });
    account.open('OLDUSDT', '100');
    const sell = { symbol: 'OLDUSDT', side: 'SELL', quantity: '50' };
    expect((await order(sell)).code).toBe(-4140);
    expect((await order({ ...sell, reduceOnly: 'true' })).status).toBe(200);
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

  it.each([
    [true, -4141],
    [false, undefined],
  ])('a share outside its session refuses orders: %s', async (noTradingSessionRefuses, code) => {
    const { exchange, account, order } = stage({ unconfirmed: { noTradingSessionRefuses } });
    exchange.addSymbol({
      symbol: 'SHAREUSDT',
      markPrice: '200',
      contractType: 'TRADIFI_PERPETUAL',
      session: 'NO_TRADING',
    });
    account.open('SHAREUSDT', '1');
    expect((await order({ symbol: 'SHAREUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' })).code).toBe(code);
  });
});

describe('an account that', () => {
  const close = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', reduceOnly: 'true' };
  const opening = { symbol: 'BTCUSDT', side: 'BUY', quantity: '1' };

  it.each([
    ['may not trade', { canTrade: false }, {}, -4088, -4088],
    ['is in its cooling-off period', { coolingOff: true }, {}, -4192, -4192],
    ['cools off, but may close', { coolingOff: true }, { coolingOffBlocksCloses: false }, undefined, -4192],
  ] as const)('%s', async (_name, spec, unconfirmed, closeCode, openingCode) => {
    const { account, order } = stage({ unconfirmed }, spec);
    account.open('BTCUSDT', '1');
    expect((await order(opening)).code).toBe(openingCode);
    expect((await order(close)).code).toBe(closeCode);
  });
});
