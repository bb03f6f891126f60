/** How much of a position goes out at once where digits that it needs were refused. */

import { expect, test } from 'vitest';
import type { PositionSide } from '../../../lambda/core/exchange/model.ts';
import { partToClose } from '../../../lambda/core/liquidation/close/part-to-close.ts';
import { position } from '../../support/rows.ts';

interface Case {
  readonly says: string;
  readonly amount: string;
  readonly side?: PositionSide;
  readonly digits?: number;
  readonly step?: string;
  readonly minNotional?: string;
  readonly quantity: string;
  readonly chunksOf: string;
  readonly dust?: string;
}

/** The mark is 150. */
test.each<Case>([
  { says: 'nothing was refused', amount: '-775.010', quantity: '775.010', chunksOf: '0.001' },
  { says: 'a documented step that fits', amount: '775.01', step: '0.01', quantity: '775.01', chunksOf: '0.01' },
  { says: 'a documented step that does not fit', amount: '775.01', step: '10', quantity: '775.01', chunksOf: '0.01' },
  { says: 'refused zeros', amount: '336.00', digits: 1, quantity: '336.00', chunksOf: '1' },
  { says: 'refused digits that are needed', amount: '775.01', digits: 1, quantity: '775', chunksOf: '0.1' },
  { says: 'nothing is left without them', amount: '0.05', digits: 1, quantity: '0.05', chunksOf: '0.01' },
  {
    says: 'the document agrees: the rest is dust',
    ...{ amount: '7.123456', digits: 5, step: '0.001' },
    ...{ quantity: '7.123', chunksOf: '0.001', dust: '0.000456' },
  },
  {
    says: 'the document agrees, and more digits were refused than it says',
    ...{ amount: '7.123456', digits: 1, step: '0.001' },
    ...{ quantity: '7.1', chunksOf: '0.1', dust: '0.023456' },
  },
  {
    says: 'the document agrees with a step that is larger than the position',
    ...{ amount: '7.5', digits: 0, step: '10' },
    ...{ quantity: '7', chunksOf: '1', dust: '0.5' },
  },
  {
    says: 'nothing but dust',
    ...{ amount: '0.0005', digits: 3, step: '0.001', side: 'SHORT' },
    ...{ quantity: '0', chunksOf: '0.001', dust: '0.0005' },
  },
  // Twice 5 at 150 is 0.0667.
  {
    says: 'a hedged rest is large enough to be closed by itself',
    ...{ amount: '775.01', side: 'LONG', digits: 1, minNotional: '5' },
    ...{ quantity: '774.9', chunksOf: '0.1' },
  },
  {
    says: 'a hedged position that is too small for two orders goes out whole',
    ...{ amount: '-0.1100', side: 'SHORT', digits: 1, minNotional: '5' },
    ...{ quantity: '0.11', chunksOf: '0.01' },
  },
  // Twice 100 at 150 is 1.3333.
  {
    says: 'a hedged rest where the smallest notional is not known',
    ...{ amount: '775.01', side: 'LONG', digits: 1 },
    ...{ quantity: '773.6', chunksOf: '0.1' },
  },
])(
  '$says: $quantity of $amount',
  ({ amount, side = 'BOTH', digits, step, minNotional, quantity, chunksOf, dust = '0' }) => {
    const row = { ...position('SOLUSDT', amount), positionSide: side, markPrice: '150' };
    const learnt = digits === undefined ? {} : { digits };
    expect(partToClose(row, learnt, { step, minNotional })).toEqual({ quantity, step: chunksOf, dust });
  },
);

test('a hedged position without a price goes out whole', () => {
  const row = { ...position('SOLUSDT', '775.01'), positionSide: 'LONG', markPrice: '0' } as const;
  expect(partToClose(row, { digits: 1 }, { step: undefined, minNotional: '5' }).quantity).toBe('775.01');
});
