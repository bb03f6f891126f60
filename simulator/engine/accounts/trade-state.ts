/** A fill, as the history of trades has it. */

import type Big from 'big.js';
import type { PositionSide, Side } from '../orders/order-state.ts';

export interface TradeState {
  readonly tradeId: number;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly price: Big;
  readonly quantity: Big;
  readonly realizedPnl: Big;
  readonly commission: Big;
  readonly marginAsset: string;
  readonly maker: boolean;
  readonly atMs: number;
}
