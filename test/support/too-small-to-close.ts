/**
 * Rests for which the simulated exchange accepts no order: in hedge mode a thin book may fill an order down to less than the
 * smallest notional (-4164), and not because of flatline's orders. A rest that an order of flatline's own size left
 * is not among them.
 */

import type { LiquidationRig } from './liquidation-rig.ts';

/** Whether everything that is still open was left by orders that the book filled in part. */
export function isLeftByThinBooks({ account, exchange }: LiquidationRig): boolean {
  const { positions } = account.truth();
  return positions.every(({ symbol, positionSide }) => {
    const orders = exchange.journal.filter(
      ({ method, params }) =>
        method === 'POST' && params.symbol === symbol && (params.positionSide ?? 'BOTH') === positionSide,
    );
    const lastTaken = orders.findLast(one => one.executed);
    return positionSide !== 'BOTH' && orders.at(-1)?.code === -4164 && /partial-fill/.test(lastTaken?.fault ?? '');
  });
}
