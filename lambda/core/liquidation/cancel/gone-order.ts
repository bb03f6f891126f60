/** The state of an order that could open a position and is no longer listed, and a summary of many. */

import { ShelvedMap } from '../shelved-map.ts';
import type { Work } from '../symbols/symbol-work.ts';

export interface GoneOrder {
  readonly symbol: string;
  readonly id: string;
  readonly kind: 'order' | 'conditional';
  readonly vanishedAtMs: number;
  readonly work: Work;
  readonly outcome:
    | 'unknown'
    /** Gone without a fill. */
    | 'cancelled'
    /** It filled at `filledAtMs` (exchange's time), as was learnt at `knownAtMs`. */
    | { readonly filledAtMs: number; readonly knownAtMs: number }
    /** The exchange does not report it: only time can decide. */
    | 'unanswered';
}

/** No production figure is known for how long positions lag behind fills; on the test network it was seconds at times. */
export const LAG_MS = 1_500;

/** When a read would explain it by its age; undefined if that does not decide. */
function explainedAtMs({ outcome, vanishedAtMs }: GoneOrder): number | undefined {
  if (outcome === 'unanswered') return vanishedAtMs + 2 * LAG_MS;
  return typeof outcome === 'object' ? outcome.knownAtMs + LAG_MS : undefined;
}

interface EntriesSummary {
  /** One must still be queried. */
  readonly isUnknown: boolean;
  /** All are gone without a fill. */
  readonly isSettled: boolean;
  /** When a read would explain the last of those that only age explains. */
  readonly explainedAtMs: number;
}

export type GoneOrders = ShelvedMap<GoneOrder, EntriesSummary>;

export const NO_ENTRIES: GoneOrders = ShelvedMap.empty(entries => ({
  isUnknown: entries.some(({ outcome }) => outcome === 'unknown'),
  isSettled: entries.every(({ outcome }) => outcome === 'cancelled'),
  explainedAtMs: Math.max(0, ...entries.map(entry => explainedAtMs(entry) ?? 0)),
}));
