/**
 * How much one order may close is what the exchange takes, not what a document says: refused sizes are halved at once,
 * refused digits dropped, and what was learnt is kept. (Inputs A6 and A8.)
 */

import Big from 'big.js';
import { describe, expect, test } from 'vitest';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import type { DocumentedRules } from '../../simulator/engine/symbols/symbols.ts';
import {
  closesOf,
  codesOf,
  type Day,
  dayOf,
  expectSound,
  flatAfterMs,
  liquidated,
  playInvocations,
} from '../support/bad-day.ts';
import { liquidationRig } from '../support/liquidation-rig.ts';

/** No order is as large as one that was refused before it was sent, and few are refused at all. */
function expectLearnedLimits(day: Day, symbol: string): void {
  const orders = closesOf(day, symbol);
  const refused = orders.filter(({ code }) => code === -4005);
  for (const { answeredAtMs = Number.POSITIVE_INFINITY, params } of refused) {
    const later = orders.filter(one => one.receivedAtMs > answeredAtMs);
    expect(later.filter(one => new Big(one.params.quantity ?? '0').gte(params.quantity ?? '0'))).toEqual([]);
  }
}

describe('the largest quantity of one order (A6)', () => {
  test.each<{
    says: string;
    symbol: string;
    amount: string;
    taken: string;
    documented: DocumentedRules;
    hedgeMode?: true;
  }>([
    {
      says: 'the document says 120, 60 are taken',
      symbol: 'BTCUSDT',
      amount: '500.004',
      taken: '60',
      documented: { marketMaxQuantity: '120' },
    },
    {
      says: 'the document says 2000, 500 are taken',
      symbol: 'ETHUSDT',
      amount: '-4500.003',
      taken: '500',
      documented: { marketMaxQuantity: '2000' },
    },
    {
      says: 'the document says nothing, an eighth is taken',
      symbol: 'SOLUSDT',
      amount: '8000',
      taken: '1000',
      documented: { without: ['MARKET_LOT_SIZE', 'LOT_SIZE'] },
    },
    {
      says: 'the document says nothing, a twentieth is taken',
      symbol: 'BNBUSDT',
      amount: '-410.55',
      taken: '20',
      documented: { without: ['MARKET_LOT_SIZE', 'LOT_SIZE'] },
    },
    {
      says: 'the symbol is not listed, a third is taken',
      symbol: 'LTCUSDT',
      amount: '999.999',
      taken: '333',
      documented: { unlisted: true },
    },
    {
      says: 'the document says 0, a half is taken',
      symbol: 'XRPUSDT',
      amount: '-20000',
      taken: '10000',
      documented: { marketMaxQuantity: '0' },
    },
    {
      says: 'the lot filter is below the market filter',
      symbol: 'DOGEUSDT',
      amount: '900000',
      taken: '200000',
      documented: { marketMaxQuantity: '5000000', limitMaxQuantity: '200000' },
    },
    {
      says: 'a hedged short, the document says 5000, 7 are taken',
      symbol: 'LTCUSDT',
      amount: '-100',
      taken: '7',
      documented: {},
      hedgeMode: true,
    },
  ])('$says: closed without a further try', async ({ symbol, amount, taken, documented, hedgeMode = false }) => {
    const day = await dayOf(
      { hedgeMode },
      ({ account, exchange }) => {
        account.open(symbol, amount);
        exchange.changeSymbol(symbol, {
          marketMaxQuantity: taken,
          documented: { marketMaxQuantity: '5000', ...documented },
        });
      },
      undefined,
      { liquidation: { maxRetries: 0, timeoutMs: 10_000 } },
    );
    expect(day.answer.headline).toBe('FLAT');
    expectLearnedLimits(day, symbol);
    expect(closesOf(day, symbol).filter(({ code }) => code === -4005).length).toBeLessThanOrEqual(8);
    expect(flatAfterMs(day)).toBeLessThan(1_500);
    expectSound(day);
  });

  test('sizes are learned although the rules cannot be read', async () => {
    const day = await dayOf({}, ({ account, exchange }) => {
      account.open('BTCUSDT', '500.004');
      exchange.changeSymbol('BTCUSDT', { marketMaxQuantity: '60' });
      exchange.faults.add({ on: { path: '/fapi/v1/exchangeInfo' }, times: ALWAYS, fault: { kind: 'gone-404' } });
    });
    expect(day.answer.headline).toBe('FLAT');
    expectLearnedLimits(day, 'BTCUSDT');
    expectSound(day);
  });

  test.each([
    { symbol: 'BTCUSDT', amount: '500.004', taken: '30' },
    { symbol: 'ETHUSDT', amount: '-4500.003', taken: '250' },
    { symbol: 'SOLUSDT', amount: '100000', taken: '6000' },
  ])('the next attempt begins with the size of $symbol that this one learned', async ({ symbol, amount, taken }) => {
    const rig = liquidationRig({ rttMs: 100 });
    rig.account.open(symbol, amount);
    rig.exchange.changeSymbol(symbol, {
      marketMaxQuantity: taken,
      documented: { without: ['MARKET_LOT_SIZE', 'LOT_SIZE'] },
    });
    // After the lessons nothing passes until the first attempt is over.
    rig.exchange.faults.add({ on: { method: 'POST' }, afterMs: 800, forMs: 1_000, fault: { kind: '503-unavailable' } });
    rig.exchange.setBook(symbol, {
      bids: [{ distance: '0', quantity: '1' }],
      asks: [{ distance: '0', quantity: '1' }],
    });
    const first = await liquidated(rig, {}, { liquidation: { timeoutMs: 1_500 } });
    expect(first.answer.state).not.toBe('completed');
    expectLearnedLimits(first, symbol);
    const refusals = closesOf(first, symbol).filter(({ code }) => code === -4005).length;
    rig.exchange.setBook(symbol, {});
    await playInvocations(rig);
    expect(rig.account.truth().positions).toEqual([]);
    // Both attempts together: no size twice, and the second learns at most what the first had no time for.
    expectLearnedLimits(first, symbol);
    expect(refusals).toBeGreaterThanOrEqual(2);
    expect(closesOf(first, symbol).filter(({ code }) => code === -4005).length).toBeLessThanOrEqual(refusals + 1);
    expect(rig.account.violations).toEqual([]);
  });
});

describe('the digits that a quantity may have (A8)', () => {
  test.each<{ symbol: string; amount: string; amountDigits: number; written: string; sent: string }>([
    { symbol: 'XRPUSDT', amount: '0.5', amountDigits: 8, written: '0.50000000', sent: '0.5' },
    { symbol: 'ADAUSDT', amount: '-1500', amountDigits: 1, written: '1500.0', sent: '1500' },
    { symbol: 'ETHUSDT', amount: '12.34', amountDigits: 8, written: '12.34000000', sent: '12.34' },
  ])(
    '-1111 for $written: the same amount goes out with fewer digits',
    async ({ symbol, amount, amountDigits, written, sent }) => {
      const day = await dayOf(
        { unconfirmed: { trailingZerosCount: true } },
        ({ account, exchange }) => {
          account.open(symbol, amount);
          exchange.changeSymbol(symbol, {
            amountDigits,
            ...(symbol === 'ETHUSDT' ? { quantityPrecision: 2, stepSize: '0.01' } : {}),
          });
        },
        undefined,
        { liquidation: { maxRetries: 0 } },
      );
      expect(closesOf(day).map(({ params, code }) => [params.quantity, code])).toEqual([
        [written, -1111],
        [sent, undefined],
      ]);
      expect(day.answer.headline).toBe('FLAT');
      expect(flatAfterMs(day)).toBeLessThan(500);
      expectSound(day);
    },
  );

  test.each<{ symbol: string; amount: string; digits: number; rest: string; hedgeMode: boolean }>([
    { symbol: 'ETHUSDT', amount: '7.123456', digits: 6, rest: '0.000456', hedgeMode: false },
    { symbol: 'BTCUSDT', amount: '-0.5005', digits: 4, rest: '-0.0005', hedgeMode: true },
    { symbol: 'ADAUSDT', amount: '812.5', digits: 2, rest: '0.5', hedgeMode: false },
    { symbol: 'ETHUSDT', amount: '0.0004', digits: 4, rest: '0.0004', hedgeMode: false },
    { symbol: 'BTCUSDT', amount: '-0.0005', digits: 4, rest: '-0.0005', hedgeMode: true },
  ])(
    '$amount $symbol is closed down to $rest, which is reported as dust',
    async ({ symbol, amount, digits, rest, hedgeMode }) => {
      const day = await dayOf({ hedgeMode }, ({ account, exchange }) => {
        account.open(symbol, amount);
        exchange.changeSymbol(symbol, { amountDigits: digits });
      });
      expect(day.rig.account.truth().positions).toMatchObject([{ symbol, amount: rest }]);
      expect(codesOf(day, symbol)).toEqual(['DUST']);
      expect(day.answer.state).not.toBe('completed');
      expectSound(day);
    },
  );
});

describe('a position that is no multiple of its step, which is more than one whole unit,', () => {
  const rigOf = (amount: string) => {
    const rig = liquidationRig();
    rig.exchange.addSymbol({ symbol: 'TENUSDT', markPrice: '2', stepSize: '10' });
    rig.account.open('TENUSDT', amount);
    rig.account.open('BTCUSDT', '1.5');
    return rig;
  };

  test.each([
    ['127', '7'],
    ['-31', '-1'],
    ['7', '7'],
  ])('is closed as far as its step goes: %s leaves %s', async (amount, rest) => {
    const rig = rigOf(amount);
    const { answer } = await liquidated(rig);
    expect(rig.account.truth().positions).toEqual([{ symbol: 'TENUSDT', positionSide: 'BOTH', amount: rest }]);
    expect(answer.headline).toContain('NOT FLAT');
    expect(answer.errors).toContainEqual(expect.objectContaining({ symbol: 'TENUSDT' }));
    expect(rig.account.violations).toEqual([]);
  });
});
