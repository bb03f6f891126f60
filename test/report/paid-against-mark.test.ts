/** Worked by hand: what closes paid against the mark of the first read. */

import { expect, test } from 'vitest';
import { paidAgainstMark } from '../../bin/commands/report/cost.ts';
import type { AccountRead, IncidentClose, IncidentPosition } from '../../bin/incident/positions.ts';

const position = (symbol: string, amount: string, markPrice: string): IncidentPosition => ({
  ...{ symbol, positionSide: 'BOTH', amount, markPrice, notional: '', entryPrice: '', unrealizedPnl: '' },
  protectiveOrders: undefined,
});
const before = (...positions: readonly IncidentPosition[]): AccountRead => ({
  ...{ atMs: 0, verified: true, positions, orders: 0, conditionalOrders: 0 },
});
const close = (symbol: string, amount: string, quantity?: string, averagePrice?: string): IncidentClose => ({
  ...{ atMs: 0, writer: 'a1', attempt: 1, symbol, positionSide: 'BOTH', amount, quantity, averagePrice },
  ...{ realizedPnl: '0', pnlIsEstimate: false, commissions: {}, doubtful: false },
});

test('a long that is sold below the mark and a short that is bought above it have both paid', () => {
  const look = before(position('BTCUSDT', '0.5', '64000'), position('ETHUSDT', '-4', '3000'));
  const closes = [close('BTCUSDT', '0.5', '0.5', '63990'), close('ETHUSDT', '-4', '4', '3001.5')];
  // 0.5 × 10 + 4 × 1.5 = 11, of 32,000 + 12,000.
  expect(paidAgainstMark({ before: look, closes })).toEqual({ amount: '11', percent: '0.03' });
});

test('a better price than the mark counts below zero', () => {
  const closes = [close('BTCUSDT', '1', '1', '64064')];
  const paid = paidAgainstMark({ before: before(position('BTCUSDT', '1', '64000')), closes });
  expect(paid).toEqual({ amount: '-64', percent: '-0.10' });
});

test.each([
  ['no close', before(position('BTCUSDT', '1', '64000')), []],
  ['a close of which no fill is known', before(position('BTCUSDT', '1', '64000')), [close('BTCUSDT', '1')]],
  ['a position that the first read did not have', before(), [close('BTCUSDT', '1', '1', '64000')]],
  ['an audit log without a read', undefined, [close('BTCUSDT', '1', '1', '64000')]],
  ['a coin-margined contract', before(position('BTCUSD_PERP', '1', '64000')), [close('BTCUSD_PERP', '1', '1', '1')]],
  ['a price that is none', before(position('BTCUSDT', '1', 'x')), [close('BTCUSDT', '1', '1', '64000')]],
])('the price paid against the mark is not shown of %s', (_name, look, closes) => {
  expect(paidAgainstMark({ before: look, closes })).toBeUndefined();
});
