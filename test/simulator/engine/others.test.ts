import { describe, expect, it } from 'vitest';
import { stage } from '../stage.ts';

const SELL = { symbol: 'BTCUSDT', side: 'SELL', reduceOnly: 'true' };

describe('others who close a position', () => {
  it('leave fills under client ids that are not the client’s', async () => {
    const { account, call } = stage();
    account.open('BTCUSDT', '1', { entryPrice: '66000' });
    account.closeByOthers('BTCUSDT', { quantity: '0.4' });
    account.closeByOthers('BTCUSDT', { by: 'liquidation', price: '65000' });
    expect(account.truth().positions).toEqual([]);
    const { rows } = await call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' });
    expect(rows.map(({ qty, price, realizedPnl }) => [qty, price, realizedPnl])).toEqual([
      ['0.400', '67000.00', '400.00000000'],
      ['0.600', '65000.00', '-600.00000000'],
    ]);
    expect(account.truth().fills.map(({ clientOrderId }) => clientOrderId.replace(/\w{20}$/, ''))).toEqual([
      'web_',
      'autoclose-',
    ]);
  });

  it('take its closePosition stops along, and leave plain stops', () => {
    const { account } = stage();
    account.open('BTCUSDT', '1');
    const stop = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '60000' } as const;
    account.arm({ ...stop, closePosition: true });
    account.arm({ ...stop, quantity: '1' });
    account.closeByOthers('BTCUSDT', { quantity: '0.999' });
    expect(account.truth().conditionals).toHaveLength(2);
    account.closeByOthers('BTCUSDT');
    expect(account.truth().conditionals).toMatchObject([{ closePosition: false }]);
  });

  it('take them along also where the stage turns the position', () => {
    const { account } = stage();
    account.open('BTCUSDT', '1');
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '60000', closePosition: true });
    account.open('BTCUSDT', '-3');
    expect(account.truth()).toMatchObject({ positions: [{ amount: '-2' }], conditionals: [] });
  });

  it('in hedge mode take those of their side only', () => {
    const { account } = stage({}, { hedgeMode: true });
    account.open('BTCUSDT', '1');
    account.open('BTCUSDT', '-1');
    const stop = { symbol: 'BTCUSDT', type: 'STOP_MARKET', closePosition: true } as const;
    account.arm({ ...stop, side: 'SELL', triggerPrice: '60000', positionSide: 'LONG' });
    account.arm({ ...stop, side: 'BUY', triggerPrice: '75000', positionSide: 'SHORT' });
    expect(() => account.closeByOthers('BTCUSDT')).toThrow('BTCUSDT: both sides are open in account1');
    account.closeByOthers('BTCUSDT', { positionSide: 'SHORT' });
    expect(account.truth()).toMatchObject({
      positions: [{ positionSide: 'LONG', amount: '1' }],
      conditionals: [{ positionSide: 'LONG' }],
    });
  });

  it('do nothing where there is nothing', () => {
    const { account } = stage();
    account.closeByOthers('BTCUSDT');
    expect(account.moves).toEqual([]);
  });

  it('come between the plan and the order, which is then -2022', async () => {
    const { exchange, account, order } = stage({ unconfirmed: { oversizeReduceOnly: 'reject' } });
    account.open('BTCUSDT', '1');
    exchange.faults.add({
      on: { path: '/fapi/v1/order' },
      times: 2,
      fault: { kind: 'others-close', symbol: 'BTCUSDT', quantity: '0.3' },
    });
    expect((await order({ ...SELL, quantity: '1' })).code).toBe(-2022);
    expect((await order({ ...SELL, quantity: '0.7' })).code).toBe(-2022);
    expect((await order({ ...SELL, quantity: '0.4' })).status).toBe(200);
    expect(account.truth().positions).toEqual([]);
  });

  it('come while an order waits in the engine', async () => {
    const { exchange, account, order } = stage();
    account.open('BTCUSDT', '1');
    exchange.setEngineQueue({ waitMs: 2_000 });
    exchange.faults.add({ on: {}, fault: { kind: 'others-close', symbol: 'BTCUSDT' } });
    expect((await order({ ...SELL, quantity: '1' })).code).toBe(-2022);
  });

  it('come some time after a request', async () => {
    const { exchange, account, call, clock } = stage();
    account.open('BTCUSDT', '1');
    exchange.faults.add({ on: {}, fault: { kind: 'others-close', symbol: 'BTCUSDT', afterMs: 300 } });
    await call('GET', '/fapi/v3/positionRisk');
    clock.advance(299);
    expect(account.truth().positions).toHaveLength(1);
    clock.advance(1);
    expect(account.truth().positions).toEqual([]);
  });
});
