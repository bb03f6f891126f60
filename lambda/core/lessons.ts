/**
 * What a run remembers of each symbol between rounds: how often it was tried, when it may be tried again, what was
 * learnt from refusals. Pure: each event gives a new memory.
 */

import { halved, isMore } from './amount.ts';
import type { Failure } from './failure.ts';
import type { ExchangeRules, Position, PositionSide, Receipt, SymbolRules } from './model.ts';
import type { Step } from './next-step.ts';
import type { Lesson } from './plan.ts';

export interface Memory {
  /** Rounds in which something was sent for the symbol: part of each order's name. */
  readonly tries?: number;
  /** Rounds in which something was sent for the symbol and did not suffice. */
  readonly failures: number;
  readonly notBeforeMs: number;
  readonly maxQuantity?: string;
  readonly useLimit?: boolean;
  /** The last reason why it did not work. */
  readonly lastFailure?: Failure;
  /** No more closes: why. */
  readonly setAside?: Failure;
  readonly wantsRules?: boolean;
  /** Our last fill of each position side. */
  readonly fills?: Partial<Readonly<Record<PositionSide, Fill>>>;
}

interface Fill {
  /** By the exchange's clock. */
  readonly updatedAtMs: number;
  /** By ours, when we learnt of it. */
  readonly knownAtMs: number;
}

export const NOTHING_LEARNT: Memory = { failures: 0, notBeforeMs: 0 };

/** What the planner needs of a memory. */
export function lessonOf(memory: Memory, rules: ExchangeRules | undefined, symbol: string): Lesson {
  const own = rules?.symbols.get(symbol);
  return {
    ...(own ? { rules: own } : {}),
    ...(memory.maxQuantity === undefined ? {} : { maxQuantity: memory.maxQuantity }),
    ...(memory.useLimit ? { useLimit: true } : {}),
    ...(memory.setAside ? { doNotClose: true } : {}),
  };
}

/** After a close was refused or its outcome is unknown. `tried` is the quantity that was sent. */
export function learnFromFailure(memory: Memory, failure: Failure, step: Step, tried: string): Memory {
  const next = { ...memory, lastFailure: failure };
  if (step === 'set-aside') return { ...next, setAside: failure };
  if (step !== 'consult-rules') return next;
  const learnt = { ...next, wantsRules: true };
  switch (failure.reason) {
    case 'too-large': {
      const half = halved(tried);
      return isMore(half, '0') ? { ...learnt, maxQuantity: half } : { ...next, setAside: failure };
    }
    case 'too-small':
      return { ...next, setAside: failure };
    case 'thin-book':
      // Intermittent on retry (Binance, -4131): the limit order comes after a second refusal.
      return memory.lastFailure?.reason === 'thin-book' ? { ...learnt, useLimit: true } : learnt;
    default:
      return learnt;
  }
}

/** The exchange's rules were read: a symbol that is not trading is set aside, whatever code the order was refused with. */
export function learnFromRules(memory: Memory, rules: SymbolRules | undefined): Memory {
  const { wantsRules: _, ...rest } = memory;
  if (rules === undefined || rules.status === 'TRADING' || rest.lastFailure === undefined) return rest;
  const message = `${rules.symbol} is ${rules.status}: the exchange takes no order for it (${rest.lastFailure.message})`;
  return { ...rest, setAside: { ...rest.lastFailure, reason: 'not-closable', message } };
}

export function learnFromFill(memory: Memory, side: PositionSide, receipt: Receipt, knownAtMs: number): Memory {
  return { ...memory, fills: { ...memory.fills, [side]: { updatedAtMs: receipt.updatedAtMs, knownAtMs } } };
}

/** How long a row older than our own fill is taken for lag. Then it is believed: closing again can only reduce. */
const LAG_MAX_MS = 1_500;

/** Positions over REST may lag behind fills: a row last changed before our fill is not news. */
export function isStale(memory: Memory, position: Position, nowMs: number): boolean {
  const fill = memory.fills?.[position.positionSide];
  if (fill === undefined || nowMs - fill.knownAtMs > LAG_MAX_MS) return false;
  return position.updatedAtMs < fill.updatedAtMs;
}
