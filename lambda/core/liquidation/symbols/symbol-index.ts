/** All symbols, in shelves with a summary, so that the cost of a decision hardly grows with the number of symbols. */

import { reducesOnly } from '../cancel/can-open.ts';
import { ShelvedMap } from '../shelved-map.ts';
import { PATIENCE_MIN_MS } from '../timing.ts';
import {
  type CloseTarget,
  hasPosition,
  type SymbolWork,
  uncancelledConditionals,
  uncancelledOrders,
  type Work,
} from './symbol-work.ts';

interface SymbolsSummary {
  /** A close may go out now, or after a wait. */
  readonly mayClose: boolean;
  /** A cancel may go out, of listed orders or of orders that no list shows. */
  readonly mayCancel: boolean;
  /** A symbol may be swept: its position is gone, and its conditional orders were not cancelled since. */
  readonly maySweep: boolean;
  /** The earliest instant from which a cancel in flight counts as silent; Infinity if none is in flight. */
  readonly cancelsSilentFromMs: number;
  /** A position is left that could still be closed in this attempt. */
  readonly isOpen: boolean;
  /** Orders are left that could still be cancelled in this attempt. */
  readonly isListed: boolean;
  /** The newest close to be verified, the oldest in flight. */
  readonly toVerifySinceMs: number | undefined;
  readonly inFlightSinceMs: number | undefined;
  /** A close goes out with this decision or the next. */
  readonly isIdle: boolean;
  /** A waiting or exhausted close was refused as reduce-only: the position may be gone, and the list lag. */
  readonly mayBeGone: boolean;
  /** When rows of a list were last cancelled; 0 for never. */
  readonly cancelledAtMs: { readonly orders: number; readonly conditionals: number };
}

const IS_OVER: ReadonlySet<Work['stage']['kind']> = new Set(['waiting', 'exhausted']);

export type Symbols = ShelvedMap<SymbolWork, SymbolsSummary>;

function summarize(symbols: readonly SymbolWork[]): SymbolsSummary {
  let toVerifySinceMs: number | undefined;
  let inFlightSinceMs: number | undefined;
  let mayClose = false;
  let isIdle = false;
  let mayBeGone = false;
  const cancelledAtMs = { orders: 0, conditionals: 0 };
  for (const { targets, cancelOrders, cancelConditionals } of symbols) {
    for (const { stage, position, failure } of targets) {
      // Positions that no read shows any more are left to the reads of the proof.
      if (position === undefined) continue;
      if (stage.kind === 'to-verify') toVerifySinceMs = Math.max(toVerifySinceMs ?? 0, stage.sinceMs);
      else if (stage.kind === 'in-flight') inFlightSinceMs = Math.min(inFlightSinceMs ?? stage.sinceMs, stage.sinceMs);
      else if (stage.kind === 'idle') isIdle = true;
      mayBeGone ||= IS_OVER.has(stage.kind) && failure?.reason === 'reduce-only-rejected';
      mayClose ||= stage.kind === 'idle' || stage.kind === 'waiting';
    }
    for (const atMs of cancelOrders.accepted.values()) cancelledAtMs.orders = Math.max(cancelledAtMs.orders, atMs);
    for (const atMs of cancelConditionals.accepted.values())
      cancelledAtMs.conditionals = Math.max(cancelledAtMs.conditionals, atMs);
  }
  return {
    ...{ mayClose, isIdle, mayBeGone, toVerifySinceMs, inFlightSinceMs, cancelledAtMs },
    mayCancel: symbols.some(mayCancel),
    maySweep: symbols.some(maySweep),
    cancelsSilentFromMs: Math.min(
      ...symbols.map(own => Math.min(silentFromMs(own.cancelOrders), silentFromMs(own.cancelConditionals))),
    ),
    isOpen: symbols.some(own => own.targets.some(isOpen)),
    isListed: symbols.some(isListed),
  };
}

function mayCancel(own: SymbolWork): boolean {
  const { cancelOrders, cancelConditionals } = own;
  if (!isInFlight(cancelOrders) && (cancelOrders.forgotten || uncancelledOrders(own).length > 0)) return true;
  if (isInFlight(cancelConditionals)) return false;
  const isHeldNow = hasPosition(own);
  return cancelConditionals.forgotten || uncancelledConditionals(own).some(row => !isHeldNow || !reducesOnly(row));
}

const maySweep = (own: SymbolWork): boolean =>
  own.held && !own.swept && !isInFlight(own.cancelConditionals) && !hasPosition(own);

const isInFlight = ({ stage }: Work): boolean => stage.kind === 'in-flight';

const silentFromMs = ({ stage, tries }: Work): number =>
  stage.kind === 'in-flight' ? stage.sinceMs + PATIENCE_MIN_MS * 2 ** tries : Number.POSITIVE_INFINITY;

/** A full fill that only waits for its read does not delay the reads of the proof. */
function isOpen({ position, stage, sentWhole }: CloseTarget): boolean {
  if (position === undefined || stage.kind === 'exhausted') return false;
  return !(stage.kind === 'to-verify' && !stage.failed && sentWhole);
}

function isListed(own: SymbolWork): boolean {
  if (uncancelledOrders(own).length > 0 && own.cancelOrders.stage.kind !== 'exhausted') return true;
  // Stops of an open position stay.
  if (hasPosition(own)) return false;
  return uncancelledConditionals(own).length > 0 && own.cancelConditionals.stage.kind !== 'exhausted';
}

export const NO_SYMBOLS: Symbols = ShelvedMap.empty(summarize);
