/**
 * POST /fapi/v1/countdownCancelAll: cancels a symbol's orders unless it is armed again in time; 0 disarms. Whether it
 * covers conditional orders is nowhere said, hence a switch.
 */

import { cancelAllConditionals, cancelAllOrders } from '../../engine/orders/cancel.ts';
import { symbolOf } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';

export const countdownCancelAll: Endpoint = {
  method: 'POST',
  path: '/fapi/v1/countdownCancelAll',
  security: 'signed',
  weight: 10,
  answer: ({ world, account, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    params.required('countdownTime');
    const countdownMs = params.integer('countdownTime') ?? 0;
    const dueAtMs = world.clock.nowMs() + countdownMs;
    account.countdowns.delete(symbol);
    if (countdownMs > 0) {
      account.countdowns.set(symbol, dueAtMs);
      world.schedule.at(dueAtMs, () => {
        // A later call has armed it anew, or disarmed it.
        if (account.countdowns.get(symbol) !== dueAtMs) return;
        cancelAllOrders(world, account, symbol);
        if (world.rules.countdownCoversConditionals) cancelAllConditionals(world, account, symbol);
      });
    }
    return { symbol, countdownTime: String(countdownMs) };
  },
};
