/** How others close a position of the account (close-by-others.ts), for scenarios and scripted faults. */

import type { PositionSide } from '../orders/order-state.ts';

export interface OthersClose {
  /** Needed in hedge mode when both sides are open. */
  readonly positionSide?: PositionSide;
  /** Default all of it; never more than there is. */
  readonly quantity?: string;
  /** Default the mark price. */
  readonly price?: string;
  /** Default: the owner. The client IDs of the exchange's liquidation begin with `autoclose-`. */
  readonly by?: 'owner' | 'liquidation';
}
