/**
 * What one symbol, one side or one order is refused says nothing about the others: they are closed as on a good day, and
 * the answer names the refused one with its own reason. (Inputs A2, A5, A16 of the worst day.)
 */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import type { DocumentedRules } from '../../simulator/engine/symbols/symbols.ts';
import { closesOf, codesOf, dayOf, expectSound, flatAfterMs } from '../support/bad-day.ts';
import type { LiquidationRig } from '../support/liquidation-rig.ts';

const ORDER = { method: 'POST', path: '/fapi/v1/order' } as const;

describe('one symbol of six is refused (A2)', () => {
  const HELD = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'ADAUSDT', 'XRPUSDT', 'BNBUSDT'] as const;
  /** BTCUSDT needs five orders of at most 120 each. */
  const sixPositions = ({ account }: LiquidationRig): void => {
    account.open('BTCUSDT', '500.004');
    account.open('ETHUSDT', '-12.5');
    account.open('SOLUSDT', '830.25');
    account.open('ADAUSDT', '-52000');
    account.open('XRPUSDT', '9100.5');
    account.open('BNBUSDT', '14.77');
  };

  test.each<readonly [refused: (typeof HELD)[number], says: string, Fault, code: string]>([
    ['ADAUSDT', '-4402', { kind: 'refuse', code: -4402 }, 'SYMBOL_RESTRICTED'],
    ['BTCUSDT', '-4402, although it needs chunks', { kind: 'refuse', code: -4402 }, 'SYMBOL_RESTRICTED'],
    ['BNBUSDT', '-4403', { kind: 'refuse', code: -4403 }, 'SYMBOL_RESTRICTED'],
    ['XRPUSDT', '-4411', { kind: 'refuse', code: -4411 }, 'SYMBOL_RESTRICTED'],
    ['ETHUSDT', '-1022', { kind: 'refuse', code: -1022 }, 'KEY_REFUSED'],
    ['SOLUSDT', '-2014', { kind: 'refuse', code: -2014 }, 'KEY_REFUSED'],
    ['XRPUSDT', '-2015 with status 401', { kind: 'key-refused', status: 401, code: -2015 }, 'KEY_REFUSED'],
    ['SOLUSDT', 'a 403 page of the firewall', { kind: 'html-403' }, 'FIREWALL_BLOCKED'],
    ['BTCUSDT', 'a 403 page, although it needs chunks', { kind: 'html-403' }, 'FIREWALL_BLOCKED'],
    ['ADAUSDT', '-4192', { kind: 'refuse', code: -4192 }, 'ACCOUNT_BLOCKED'],
    ['ETHUSDT', '-4109', { kind: 'refuse', code: -4109 }, 'ACCOUNT_BLOCKED'],
    ['XRPUSDT', '-2027', { kind: 'refuse', code: -2027 }, 'CLOSE_REFUSED'],
    ['BNBUSDT', '-1130', { kind: 'refuse', code: -1130 }, 'CLOSE_REFUSED'],
    ['ETHUSDT', 'a code that nobody knows', { kind: 'refuse', code: -9876 }, 'UNFORESEEN'],
    ['SOLUSDT', 'a status that nobody knows', { kind: 'http', status: 422, code: 7, msg: 'No.' }, 'UNFORESEEN'],
  ])('the other five are flat at once while %s is refused with %s', async (refused, _, fault, code) => {
    const others = HELD.filter(symbol => symbol !== refused);
    const good = await dayOf({}, sixPositions);
    const bad = await dayOf({}, sixPositions, ({ exchange }) =>
      exchange.faults.add({ on: { ...ORDER, symbol: refused }, times: ALWAYS, fault }),
    );

    expect(flatAfterMs(good)).toBeDefined();
    expect(flatAfterMs(bad, ...others)).toBeLessThanOrEqual((flatAfterMs(good, ...others) ?? 0) * 1.2);
    expect(bad.answer.state).toBe('partial');
    expect(bad.answer.positions_closed).toBe(5);
    expect(bad.answer.positions_failed).toBe(1);
    expect(bad.answer.remaining).toMatchObject({ verified: true, positions: [{ symbol: refused }] });
    // One error, of that symbol, with the exchange's own words.
    const said = 'code' in fault ? { exchange_code: fault.code } : { http_status: 403 };
    expect(bad.answer.errors.filter(one => one.symbol !== undefined)).toEqual([
      expect.objectContaining({ code, symbol: refused, ...said }),
    ]);
    expectSound(bad);
  });

  test('a symbol that is refused for a while is closed once it is not, and nothing is left of it', async () => {
    const bad = await dayOf({}, sixPositions, ({ exchange }) =>
      exchange.faults.add({ on: { ...ORDER, symbol: 'SOLUSDT' }, times: 2, fault: { kind: 'html-403' } }),
    );
    expect(bad.answer.headline).toBe('FLAT');
    expectSound(bad);
  });

  test('a refused position keeps its stop, and the stop is reported as protecting it', async () => {
    const bad = await dayOf(
      {},
      rig => {
        sixPositions(rig);
        rig.account.arm({
          symbol: 'XRPUSDT',
          side: 'SELL',
          type: 'STOP_MARKET',
          triggerPrice: '0.5',
          closePosition: true,
        });
        rig.account.rest({ symbol: 'XRPUSDT', side: 'BUY', type: 'LIMIT', quantity: '100', price: '0.53' });
      },
      ({ exchange }) =>
        exchange.faults.add({
          on: { ...ORDER, symbol: 'XRPUSDT' },
          times: ALWAYS,
          fault: { kind: 'refuse', code: -4402 },
        }),
    );
    expect(bad.answer.remaining.positions).toMatchObject([{ symbol: 'XRPUSDT', protective_orders: 1 }]);
    expect(bad.rig.account.truth()).toMatchObject({ orders: [], conditionals: [{ symbol: 'XRPUSDT' }] });
    expectSound(bad);
  });
});

describe('each side of a hedged symbol has its own tries and its own learned limits (A5)', () => {
  const DUST = { unconfirmed: { hedgeClosesExemptFromMinNotional: false }, hedgeMode: true } as const;

  test.each<{ symbol: string; dust: string; dustSide: 'LONG' | 'SHORT'; large: string; orders: number }>([
    // ETHUSDT: at most 2000 an order, at least 20 USDT.
    { symbol: 'ETHUSDT', dust: '0.002', dustSide: 'LONG', large: '-4500.003', orders: 3 },
    { symbol: 'ETHUSDT', dust: '-0.005', dustSide: 'SHORT', large: '6000.001', orders: 4 },
    // SOLUSDT: at most 80000 an order, at least 5 USDT.
    { symbol: 'SOLUSDT', dust: '0.03', dustSide: 'LONG', large: '-160000.01', orders: 3 },
  ])(
    '$large $symbol is closed in chunks beside $dust that is below the least notional',
    async ({ symbol, dust, dustSide, large, orders }) => {
      const day = await dayOf(DUST, ({ account }) => {
        account.open(symbol, dust);
        account.open(symbol, large);
      });
      const { positions } = day.rig.account.truth();
      expect(positions).toEqual([{ symbol, positionSide: dustSide, amount: dust }]);
      expect(
        closesOf(day).filter(({ params, status }) => params.positionSide !== dustSide && status === 200).length,
      ).toBeGreaterThanOrEqual(orders);
      expect(day.answer).toMatchObject({ state: 'partial', positions_closed: 1, positions_failed: 1 });
      expect(codesOf(day, symbol)).toEqual(['DUST']);
      expect(day.answer.remaining.positions).toMatchObject([{ symbol, position_side: dustSide, amount: dust }]);
      expectSound(day);
    },
  );

  test.each([
    { side: 'LONG', code: -4131, other: 'SHORT' },
    { side: 'SHORT', code: -2022, other: 'LONG' },
    { side: 'LONG', code: -1111, other: 'SHORT' },
    { side: 'SHORT', code: -4005, other: 'LONG' },
  ] as const)(
    '$other of a symbol is closed by one order while $side is refused with $code',
    async ({ side, code, other }) => {
      const good = await dayOf({ hedgeMode: true }, bothSides);
      const bad = await dayOf({ hedgeMode: true }, bothSides, ({ exchange }) =>
        exchange.faults.add({
          on: { ...ORDER, symbol: 'ETHUSDT', positionSide: side },
          times: ALWAYS,
          fault: { kind: 'refuse', code },
        }),
      );
      const closedAt = (day: typeof good): number | undefined =>
        day.rig.account.moves.find(move => move.positionSide === other && move.effect === 'closed')?.atMs;
      expect(closedAt(bad)).toBe(closedAt(good));
      expect(closesOf(bad).filter(({ params }) => params.positionSide === other)).toHaveLength(1);
      expect(bad.rig.account.truth().positions).toMatchObject([{ symbol: 'ETHUSDT', positionSide: side }]);
      expectSound(bad);
    },
  );

  const bothSides = ({ account }: LiquidationRig): void => {
    account.open('ETHUSDT', '8.125');
    account.open('ETHUSDT', '-3.5');
  };
});

describe("a document with a step of 0 in one symbol's rules (A16)", () => {
  test.each<{ says: string; symbol: string; documented: DocumentedRules; thin: boolean }>([
    { says: 'tickSize 0 and an empty book', symbol: 'ADAUSDT', documented: { tickSize: '0' }, thin: true },
    { says: 'stepSize 0', symbol: 'ADAUSDT', documented: { stepSize: '0', marketStepSize: '0' }, thin: false },
    {
      says: 'tickSize 0.00000000 and stepSize 0',
      symbol: 'DOGEUSDT',
      documented: { tickSize: '0.00000000', stepSize: '0' },
      thin: true,
    },
    {
      says: 'no filters of price and lot',
      symbol: 'XRPUSDT',
      documented: { without: ['PRICE_FILTER', 'LOT_SIZE', 'MARKET_LOT_SIZE', 'PERCENT_PRICE'] },
      thin: true,
    },
    {
      says: 'steps that are no numbers',
      symbol: 'SOLUSDT',
      documented: { tickSize: 'none', stepSize: '', marketMaxQuantity: '' },
      thin: false,
    },
  ])('$says of $symbol does not keep the others from being closed', async ({ symbol, documented, thin }) => {
    const day = await dayOf({}, ({ account, exchange }) => {
      account.open('BTCUSDT', '360.5');
      account.open('BNBUSDT', '-20.5');
      account.open(symbol, '120000');
      exchange.changeSymbol(symbol, { documented, marketMaxQuantity: '50000' });
      // BNBUSDT needs a limit order inside the band, BTCUSDT chunks: both need the document.
      exchange.setBook('BNBUSDT', { asks: [{ distance: '0.051', quantity: 'all' }] });
      exchange.changeSymbol('BNBUSDT', { marketTakeBound: '0.01', multiplierUp: '1.1' });
      if (thin) exchange.setBook(symbol, { bids: [] });
    });
    expect(flatAfterMs(day, 'BTCUSDT', 'BNBUSDT')).toBeLessThan(1_500);
    if (thin) {
      expect(day.rig.account.truth().positions).toMatchObject([{ symbol }]);
      expect(codesOf(day, symbol)).toEqual(['THIN_BOOK']);
    } else {
      expect(day.answer.headline).toBe('FLAT');
    }
    expectSound(day);
  });
});
