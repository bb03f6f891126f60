/**
 * When a conditional order triggers ("New Algo Order"): a stop when the price moves against the position, a take-profit when
 * it moves with it, a trailing stop when it turns by callbackRate after its best.
 */

import type Big from 'big.js';
import type { ExchangeConditional } from './conditional-state.ts';

export function isTriggered(conditional: ExchangeConditional, mark: Big): boolean {
  switch (conditional.type) {
    case 'STOP':
    case 'STOP_MARKET':
      return conditional.side === 'BUY' ? mark.gte(conditional.triggerPrice) : mark.lte(conditional.triggerPrice);
    case 'TAKE_PROFIT':
    case 'TAKE_PROFIT_MARKET':
      return conditional.side === 'BUY' ? mark.lte(conditional.triggerPrice) : mark.gte(conditional.triggerPrice);
    case 'TRAILING_STOP_MARKET':
      return hasTurned(conditional, mark);
  }
}

/** Notes a new mark price for trailing stops: their activation and their best price so far. True: it is activated now. */
export function trail(conditional: ExchangeConditional, mark: Big): boolean {
  if (conditional.type !== 'TRAILING_STOP_MARKET') return false;
  const { activatePrice, extreme, side } = conditional;
  const better = (a: Big, b: Big): boolean => (side === 'SELL' ? a.gte(b) : a.lte(b));
  if (extreme === undefined) {
    if (activatePrice !== undefined && !better(mark, activatePrice)) return false;
    conditional.extreme = mark;
    return true;
  }
  if (better(mark, extreme)) conditional.extreme = mark;
  return false;
}

function hasTurned({ extreme, callbackRate, side }: ExchangeConditional, mark: Big): boolean {
  if (extreme === undefined || callbackRate === undefined) return false;
  const callback = callbackRate.div(100).times(side === 'SELL' ? -1 : 1);
  const turn = extreme.times(callback.plus(1));
  return side === 'SELL' ? mark.lte(turn) : mark.gte(turn);
}
