/**
 * Books that are empty near the mark (-4131): limit orders inside the price band close the position, also where the band
 * is narrower than documented, or no document can be read.
 */

import { describe, expect, test } from 'vitest';
import type { Fault, RowFault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { closesOf, dayOf, expectSound, flatAfterMs } from '../support/bad-day.ts';

const RULES = { path: '/fapi/v1/exchangeInfo' } as const;

describe('a band that is narrower than documented', () => {
  test.each([
    { says: 'a short, 2 % of 5', amount: '-8.125', band: { multiplierUp: '1.02' }, said: { multiplierUp: '1.05' } },
    { says: 'a short, 1 % of 15', amount: '-8.125', band: { multiplierUp: '1.01' }, said: { multiplierUp: '1.15' } },
    { says: 'a long, 3 % of 10', amount: '8.125', band: { multiplierDown: '0.97' }, said: { multiplierDown: '0.90' } },
  ])('$says: the price moves nearer to the mark at once, and no try is used up', async ({ amount, band, said }) => {
    const day = await dayOf({}, ({ account, exchange }) => {
      account.open('ETHUSDT', amount);
      exchange.changeSymbol('ETHUSDT', { ...band, marketTakeBound: '0.001', documented: said });
      const level = [{ distance: '0.004', quantity: 'all' as const }];
      exchange.setBook('ETHUSDT', { asks: level, bids: level });
    });
    expect(day.answer.headline).toBe('FLAT');
    expect(flatAfterMs(day)).toBeLessThan(2_500);
    const limits = closesOf(day).filter(({ params }) => params.type === 'LIMIT');
    expect(limits.length).toBeGreaterThan(1);
    expect(limits.length).toBeLessThanOrEqual(5);
    expect(closesOf(day).filter(({ params }) => params.type === 'MARKET')).toHaveLength(2);
    expectSound(day);
  });
});

describe('no document has the band and the tick', () => {
  test.each<{ says: string; fault: Fault }>([
    { says: 'is a server error', fault: { kind: 'http', status: 500, body: '' } },
    { says: 'is silent', fault: { kind: 'hang-before' } },
    { says: 'is gone', fault: { kind: 'gone-404' } },
  ])('exchangeInfo $says: a price near the mark is tried', async ({ fault }) => {
    const day = await dayOf({}, ({ account, exchange }) => {
      for (const symbol of ['ETHUSDT', 'DOGEUSDT', 'BTCUSDT']) {
        account.open(symbol, symbol === 'ETHUSDT' ? '-8' : '8');
        exchange.changeSymbol(symbol, { marketTakeBound: '0.001' });
        const level = [{ distance: '0.008', quantity: 'all' as const }];
        exchange.setBook(symbol, { asks: level, bids: level });
      }
      exchange.faults.add({ on: RULES, times: ALWAYS, fault });
    });
    expect(day.answer.headline).toBe('FLAT');
    expectSound(day);
  });

  test.each([
    { says: 'a long', amount: '9', markPrice: '101.5', tickSize: '0.5' },
    { says: 'a short', amount: '-9', markPrice: '1234', tickSize: '10' },
  ])('$says whose tick is coarser than a guessed price: fewer digits of it are tried', async bad => {
    const day = await dayOf({}, ({ account, exchange }) => {
      const { amount, markPrice, tickSize } = bad;
      exchange.addSymbol({ symbol: 'QUSDT', markPrice, tickSize, stepSize: '1', marketTakeBound: '0.001' });
      const level = [{ distance: '0.002', quantity: 'all' as const }];
      exchange.setBook('QUSDT', { asks: level, bids: level });
      account.open('QUSDT', amount);
      exchange.faults.add({ on: RULES, times: ALWAYS, fault: { kind: 'gone-404' } });
    });
    expect(day.answer.headline).toBe('FLAT');
    expectSound(day);
  });
});

test.each<{ says: string; amount: string; rows: RowFault }>([
  { says: '0', amount: '8.125', rows: { set: { markPrice: '0.00000000' } } },
  { says: 'missing', amount: '-8.125', rows: { drop: ['markPrice'] } },
  { says: 'missing, and so is the notional', amount: '8.125', rows: { drop: ['markPrice', 'notional'] } },
])('where the mark price is $says, the rest of the row gives the price of a limit order', async ({ amount, rows }) => {
  const day = await dayOf({}, ({ account, exchange }) => {
    account.open('ETHUSDT', amount);
    exchange.changeSymbol('ETHUSDT', { marketTakeBound: '0.001' });
    const level = [{ distance: '0.008', quantity: 'all' as const }];
    exchange.setBook('ETHUSDT', { asks: level, bids: level });
    for (const path of ['/fapi/v3/positionRisk', '/fapi/v2/positionRisk'])
      exchange.faults.add({ on: { path }, times: ALWAYS, fault: { kind: 'change-rows', ...rows } });
  });
  expect(day.answer.headline).toBe('FLAT');
  expect(flatAfterMs(day)).toBeLessThan(2_500);
  expectSound(day);
});
