/** What changes in an account, for its user data streams (tell.ts). */

import type { ConditionalState } from '../orders/conditional-state.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { PositionState } from './positions.ts';
import type { TradeState } from './trade-state.ts';

export type AccountChange = { readonly atMs: number } & (
  | { readonly kind: 'order'; readonly order: OrderState; readonly trade: TradeState | undefined }
  | { readonly kind: 'conditional'; readonly conditional: ConditionalState }
  /** The wallet of `asset` changed with it; undefined: none did. */
  | { readonly kind: 'position'; readonly position: PositionState; readonly asset: string | undefined }
  | { readonly kind: 'listen key expired'; readonly listenKey: string }
);
