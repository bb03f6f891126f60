/** The account of every cell: a long, a short, a symbol with entries only, a symbol with orders only. */

import type { LiquidationRig } from '../support/liquidation-rig.ts';

/** It makes every kind of request necessary: protective and opening orders of both kinds, with and without a position. */
export function fillAccount({ account }: LiquidationRig, hedgeMode: boolean): void {
  const long = hedgeMode ? ({ positionSide: 'LONG' } as const) : {};
  const short = hedgeMode ? ({ positionSide: 'SHORT' } as const) : {};
  const reduceOnly = hedgeMode ? {} : { reduceOnly: true };

  // A position with a stop that must stay until it is closed, beside entries that must go first.
  account.open('BTCUSDT', '0.500');
  if (hedgeMode) account.open('BTCUSDT', '-0.200');
  account.rest({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '50000', ...long });
  account.rest({
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'LIMIT',
    quantity: '0.500',
    price: '80000',
    ...reduceOnly,
    ...long,
  });
  account.arm({
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'STOP_MARKET',
    triggerPrice: '50000',
    closePosition: true,
    ...long,
  });
  account.arm({
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'STOP_MARKET',
    triggerPrice: '75000',
    quantity: '0.100',
    ...long,
  });
  // A short with its stop and its take-profit.
  account.open('ETHUSDT', '-4.000');
  account.rest({
    symbol: 'ETHUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '4.000',
    price: '2000',
    ...reduceOnly,
    ...short,
  });
  account.arm({
    symbol: 'ETHUSDT',
    side: 'BUY',
    type: 'STOP_MARKET',
    triggerPrice: '4500',
    closePosition: true,
    ...short,
  });
  // Opening orders only.
  account.open('SOLUSDT', '40');
  account.arm({ symbol: 'SOLUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '200', quantity: '5', ...long });
  // Orders without a position.
  account.rest({ symbol: 'ADAUSDT', side: 'BUY', type: 'LIMIT', quantity: '1000', price: '0.3', ...long });
  account.arm({ symbol: 'ADAUSDT', side: 'BUY', type: 'STOP_MARKET', triggerPrice: '0.6', quantity: '1000', ...long });
}
