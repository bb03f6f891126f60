/** Quantities that only a limit order can close: LOT_SIZE may be finer than MARKET_LOT_SIZE. */

import { isMore, magnitude } from '../../exchange/amount.ts';
import type { Position, SymbolRules } from '../../exchange/model.ts';
import type { CloseTarget } from '../symbols/symbol-work.ts';
import type { Learnt } from './learnt.ts';

/** `target`; if it was refused as too small and the rules allow a limit order for it, with that. */
export function byLimit(target: CloseTarget, rules: SymbolRules | undefined, atMs: number): CloseTarget {
  const { row, learnt, stage, failure } = target;
  const isOver = stage.kind === 'exhausted' || stage.kind === 'waiting';
  if (row === undefined || !isOver || failure?.reason !== 'too-small') return target;
  const next = learnLimitForm(row, learnt, rules, atMs);
  return next === undefined ? target : { ...target, learnt: next, stage: { kind: 'idle' } };
}

/** Undefined if a limit order was tried before, can have no price, or has the same bounds as a market order. */
export function learnLimitForm(
  { amount }: Position,
  learnt: Learnt,
  rules: SymbolRules | undefined,
  atMs: number,
): Learnt | undefined {
  if (rules?.tickSize === undefined || learnt.useLimit !== undefined) return undefined;
  const quantity = magnitude(amount);
  const least = rules.limitMinQuantity ?? rules.limitStepSize;
  if (least === undefined || isMore(least, quantity)) return undefined;
  const { marketMinQuantity = '0', marketStepSize = '0', limitStepSize = marketStepSize } = rules;
  const isLess = isMore(marketMinQuantity, quantity) || isMore(marketStepSize, limitStepSize);
  return isLess ? { ...learnt, useLimit: true, atMs } : undefined;
}
