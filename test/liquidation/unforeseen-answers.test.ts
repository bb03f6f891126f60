/**
 * Accounts and answers that nobody had thought of before: each kept a position open that could have been closed, or for
 * longer than needed.
 */

import { describe, expect, test } from 'vitest';
import type { Fault } from '../../simulator/engine/rules/fault.ts';
import { ALWAYS } from '../../simulator/engine/rules/fault-script.ts';
import { closesOf, codesOf, dayOf, expectSound } from '../support/bad-day.ts';
import type { LiquidationRig } from '../support/liquidation-rig.ts';

const POSITIONS = '/fapi/v3/positionRisk';
const ORDER = { method: 'POST', path: '/fapi/v1/order' } as const;

const twoPositions = ({ account }: LiquidationRig): void => {
  account.open('BTCUSDT', '1.5');
  account.open('ETHUSDT', '-20');
};

describe('market orders with a coarser grid than limit orders', () => {
  test.each<{ says: string; amount: string; hedgeMode: boolean; closes: number }>([
    { says: 'less than the smallest market order', amount: '0.5', hedgeMode: false, closes: 2 },
    { says: 'a short of less than that', amount: '-0.7', hedgeMode: true, closes: 2 },
    { says: 'a rest between the steps of market orders', amount: '2.5', hedgeMode: false, closes: 4 },
  ])('$says is closed by a limit order', async ({ amount, hedgeMode, closes }) => {
    const day = await dayOf({ hedgeMode }, rig => {
      twoPositions(rig);
      rig.exchange.addSymbol({
        ...{ symbol: 'QUSDT', markPrice: '1000', quantityPrecision: 1 },
        ...{ stepSize: '0.1', marketStepSize: '1', marketMinQuantity: '1' },
      });
      rig.account.open('QUSDT', amount);
    });
    expect(day.answer).toMatchObject({ headline: 'FLAT', errors: [] });
    expect(closesOf(day, 'QUSDT').length).toBeLessThanOrEqual(closes);
    expectSound(day);
  });
});

test('a close that is refused as too small is sent again where the worth of the position is not known', async () => {
  const day = await dayOf({}, twoPositions, ({ exchange }) => {
    exchange.faults.add({
      on: { path: POSITIONS },
      times: ALWAYS,
      fault: { kind: 'change-rows', drop: ['notional', 'markPrice'] },
    });
    exchange.faults.add({ on: { ...ORDER, symbol: 'BTCUSDT' }, times: 2, fault: { kind: 'refuse', code: -4164 } });
  });
  expect(day.answer.headline).toBe('FLAT');
  expectSound(day);
});

describe('a gateway that guesses when it will be up again', () => {
  const later = (status: number, after: string): Fault => ({
    ...{ kind: 'http', status, msg: 'Service Unavailable' },
    headers: { 'retry-after': after },
  });
  test.each<{ says: string; on: Readonly<Record<string, string>>; fault: Fault }>([
    { says: '503 to the positions', on: { path: POSITIONS }, fault: later(503, '3600') },
    { says: '502 to a close', on: { ...ORDER, symbol: 'BTCUSDT' }, fault: later(502, '120') },
    { says: '403 to a close', on: { ...ORDER, symbol: 'ETHUSDT' }, fault: later(403, '900') },
  ])('$says with a long Retry-After: it is asked again in a second', async ({ on, fault }) => {
    const day = await dayOf({}, twoPositions, ({ exchange }) => exchange.faults.add({ on, fault }));
    expect(day.answer.headline).toBe('FLAT');
    expect(day.answeredAfterMs).toBeLessThan(3_500);
    expectSound(day);
  });
});

test('a used weight beyond the limit, in an answer that refuses nothing for it, holds nothing up', async () => {
  const headers = { 'x-mbx-used-weight-1m': '999999' };
  const day = await dayOf({}, twoPositions, ({ exchange }) =>
    exchange.faults.add({
      on: { path: POSITIONS },
      fault: { kind: 'http', status: 503, msg: 'Service Unavailable', headers },
    }),
  );
  expect(day.answer.headline).toBe('FLAT');
  expect(codesOf(day)).not.toContain('TIMEOUT');
  expectSound(day);
});
