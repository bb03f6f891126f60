/** How to read and replace one symbol or target of the state. */

import type { Position, PositionSide } from '../../exchange/model.ts';
import { NOTHING_LEARNT } from '../close/learnt.ts';
import type { EngineState } from '../state.ts';
import { type CloseTarget, NO_CANCEL, NO_WORK, type SymbolWork } from './symbol-work.ts';

export const newSymbol = (symbol: string): SymbolWork => ({
  symbol,
  notionalUsd: 0,
  targets: [],
  orders: [],
  conditionals: [],
  cancelOrders: NO_CANCEL,
  cancelConditionals: NO_CANCEL,
  held: false,
  swept: false,
});

export const newTarget = (symbol: string, side: PositionSide, position: Position | undefined): CloseTarget => ({
  ...NO_WORK,
  ...{ symbol, side, position },
  batches: 0,
  sentWhole: false,
  triedAmount: undefined,
  triedAtMs: 0,
  fill: undefined,
  learnt: NOTHING_LEARNT,
  dust: undefined,
});

/** The state with one symbol replaced; an unknown symbol is added. */
export function withSymbol(state: EngineState, symbol: string, change: (own: SymbolWork) => SymbolWork): EngineState {
  const changed = change(state.symbols.get(symbol) ?? newSymbol(symbol));
  return { ...state, symbols: state.symbols.with(symbol, changed) };
}

/** The state with one target replaced, if it exists. */
export function withTarget(
  state: EngineState,
  symbol: string,
  side: PositionSide,
  change: (own: CloseTarget) => CloseTarget,
): EngineState {
  return withSymbol(state, symbol, own => ({
    ...own,
    targets: own.targets.map(target => (target.side === side ? change(target) : target)),
  }));
}

/** It was refused because of orders that block it. */
export const isAboutOrders = ({ failure }: CloseTarget): boolean =>
  failure?.reason === 'reduce-only-rejected' || failure?.reason === 'too-many-open';

/**
 * What became, since a close went out, of the orders that it was refused for.
 *
 *   cancelled  a list showed them, and their cancel was accepted: something moved
 *   perhaps    a cancel was accepted, and no list showed its orders: worth one more try at once
 *   stays      nothing was cancelled, or the close was refused for something else
 */
export function obstacleOf({ cancelOrders }: SymbolWork, target: CloseTarget): 'cancelled' | 'perhaps' | 'stays' {
  if (!isAboutOrders(target)) return 'stays';
  if ((cancelOrders.clearedAtMs ?? 0) > target.triedAtMs) return 'cancelled';
  return (cancelOrders.doneAtMs ?? 0) > target.triedAtMs && target.tries <= 1 ? 'perhaps' : 'stays';
}

export const targetOf = (state: EngineState, symbol: string, side: PositionSide): CloseTarget | undefined =>
  state.symbols.get(symbol)?.targets.find(target => target.side === side);
