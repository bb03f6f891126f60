import { describe, expect, it } from 'vitest';
import { stage } from '../stage.ts';

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

  it('looks at what was ordered after it began, not at set-up orders and earlier ones', async () => {
    const { venue, account, order } = stage();
    await order({ ...SELL, type: 'LIMIT', timeInForce: 'GTC', price: '68000' });
    account.watch();
    account.rest({ symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', quantity: '1', price: '68000' });
    account.arm({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '5', triggerPrice: '68000' });
    venue.setMark('BTCUSDT', '68000');
    expect(account.truth().fills).toHaveLength(3);
    expect(account.violations).toEqual([]);
  });

  it('follows a conditional order of the wire to what it became', async () => {
    const { venue, account, call } = stage();
    account.watch();
    await call('POST', '/fapi/v1/algoOrder', {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'STOP_MARKET',
      quantity: '1',
      triggerPrice: '68000',
    });
    venue.setMark('BTCUSDT', '68000');
    expect(account.violations).toHaveLength(1);
    expect(account.violations[0]).toMatch(
      /^POST \/fapi\/v1\/algoOrder, triggered as order 8886774000 .* opened the position/,
    );
  });
});
