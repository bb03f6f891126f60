/** What others do to a position of the account, for scenarios and scripted faults (close-by-others.ts). */

import type { PositionSide } from '../orders/order-state.ts';

export interface OthersClose {
  /** Needed in hedge mode when both sides are open. */
  readonly positionSide?: PositionSide;
  /** Default all of it; never more than there is. */
  readonly quantity?: string;
  /** Default the mark price. */
  readonly price?: string;
  /** Default the owner's own screen. The exchange's client ids begin with `autoclose-`. */
  readonly by?: 'owner' | 'liquidation';
}
