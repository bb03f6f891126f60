/** A TWAP or VP order of the wallet's host, with the child orders that it has placed (twap.ts). */

import Big from 'big.js';
import type { ExchangeOrder, HeldSide, OrderSide } from './order-state.ts';

export interface TwapState {
  readonly algoId: string;
  readonly clientAlgoId: string;
  readonly type: 'TWAP' | 'VP';
  readonly symbol: string;
  readonly side: OrderSide;
  readonly positionSide: HeldSide;
  readonly total: Big;
  readonly child: Big;
  readonly everyMs: number;
  readonly startedAtMs: number;
  readonly children: ExchangeOrder[];
  status: 'WORKING' | 'FINISHED' | 'CANCELLED';
  endedAtMs: number | undefined;
}

export const executedOf = (twap: TwapState): Big =>
  twap.children.reduce((sum, { executed }) => sum.plus(executed), new Big(0));

export const quoteOf = (twap: TwapState): Big => twap.children.reduce((sum, { quote }) => sum.plus(quote), new Big(0));
