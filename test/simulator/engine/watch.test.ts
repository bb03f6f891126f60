import { describe, expect, it } from 'vitest';
import { isForbidden } from '../../../simulator/engine/accounts/position-move.ts';
import { NOON_MS, stage } from '../stage.ts';

const SELL = { symbol: 'BTCUSDT', side: 'SELL', quantity: '1', newClientOrderId: 'mine' };

describe('the watch', () => {
  it.each([
    ['opened', undefined, 'opened the position, from 0 to -1'],
    ['enlarged', '-0.5', 'enlarged the position, from -0.5 to -1.5'],
    ['flipped', '0.5', 'flipped the position, from 0.5 to -0.5'],
  ])('says which order %s a position', async (_name, amount, words) => {
    const { account, order } = stage();
    if (amount !== undefined) account.open('BTCUSDT', amount);
    account.watch();
    await order(SELL);
    expect(account.violations).toEqual([`POST /fapi/v1/order 8886774000 (client id mine): SELL BTCUSDT BOTH ${words}`]);
  });

  it.each([
    ['closes', '1'],
    ['reduces', '3'],
  ])('is silent about an order that only %s', async (_name, amount) => {
    const { account, order } = stage();
    account.open('BTCUSDT', amount);
    account.watch();
    await order(SELL);
    expect(account.violations).toEqual([]);
  });

  it('checks the orders after its start, not the set-up and earlier ones', async () => {
    const { exchange, account, order } = stage();
    await order({ ...SELL, type: 'LIMIT', timeInForce: 'GTC', price: '68000' });
    account.watch();
    account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', price: '68000' });
    account.arm({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '5', triggerPrice: '68000' });
    exchange.setMark('BTCUSDT', '68000');
    expect(account.truth().fills).toHaveLength(3);
    expect(account.violations).toEqual([]);
  });

  it('follows a conditional order of the wire to what it became', async () => {
    const { exchange, account, call } = stage();
    account.watch();
    await call('POST', '/fapi/v1/algoOrder', {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '68000',
    });
    exchange.setMark('BTCUSDT', '68000');
    expect(account.violations).toHaveLength(1);
    expect(account.violations[0]).toMatch(
      /^POST \/fapi\/v1\/algoOrder, triggered as order 8886774000 .* opened the position/,
    );
  });
});

describe('the record of moves', () => {
  it('has every change of a position, with its maker and its effect', async () => {
    const { exchange, account, clock, order } = stage();
    account.open('BTCUSDT', '1');
    await order({ ...SELL, quantity: '0.4', reduceOnly: 'true' });
    clock.advance(10);
    account.closeByOthers('BTCUSDT', { quantity: '0.1' });
    account.arm({ symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '2', triggerPrice: '66000' });
    exchange.setMark('BTCUSDT', '66000');
    expect(
      account.moves.map(({ atMs, origin, overTheWire, before, after, effect }) => [
        atMs - NOON_MS,
        origin,
        overTheWire,
        before,
        after,
        effect,
      ]),
    ).toEqual([
      [0, 'stage', false, '0', '1', 'opened'],
      [0, 'POST /fapi/v1/order', true, '1', '0.6', 'reduced'],
      [10, 'others', false, '0.6', '0.5', 'reduced'],
      [10, 'set-up, triggered as order', false, '0.5', '-1.5', 'flipped'],
    ]);
  });

  it('lists what a client opened, enlarged or flipped, for each position side', async () => {
    const { account, order } = stage({}, { hedgeMode: true });
    account.open('BTCUSDT', '1');
    const market = { symbol: 'BTCUSDT', quantity: '0.5' };
    await order({ ...market, side: 'SELL', positionSide: 'LONG' });
    await order({ ...market, side: 'SELL', positionSide: 'SHORT' });
    await order({ ...market, side: 'BUY', positionSide: 'LONG' });
    expect(account.moves.filter(({ overTheWire, effect }) => overTheWire && isForbidden(effect))).toMatchObject([
      { positionSide: 'SHORT', effect: 'opened', before: '0', after: '-0.5' },
      { positionSide: 'LONG', effect: 'enlarged', before: '0.5', after: '1' },
    ]);
  });

  it('has the positions at any instant', async () => {
    const { account, clock, order } = stage({ positionLagMs: 500 });
    account.open('BTCUSDT', '1');
    account.open('ETHUSDT', '-2');
    clock.advance(100);
    await order({ ...SELL, reduceOnly: 'true' });
    const at = (ms: number) => account.positionsAt(NOON_MS + ms).map(({ symbol, amount }) => `${symbol} ${amount}`);
    expect(at(-1)).toEqual([]);
    expect(at(99)).toEqual(['BTCUSDT 1', 'ETHUSDT -2']);
    expect(at(100)).toEqual(['ETHUSDT -2']);
  });
});
