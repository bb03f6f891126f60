/** Rows of an account as observations give them, with the fields that a test does not care about filled in. */

import type { ConditionalOrder, OpenOrder, Position, SymbolRules } from '../../lambda/core/exchange/model.ts';

export const position = (symbol: string, amount: string, rest: Partial<Position> = {}): Position => ({
  symbol,
  positionSide: 'BOTH',
  amount,
  entryPrice: '100',
  markPrice: '100',
  notional: '1000',
  unrealizedPnl: '0',
  marginAsset: 'USDT',
  updatedAtMs: 0,
  ...rest,
});

export const order = (symbol: string, rest: Partial<OpenOrder> = {}): OpenOrder => ({
  symbol,
  orderId: '1',
  clientOrderId: 'mine',
  side: 'BUY',
  positionSide: 'BOTH',
  quantity: '1',
  executedQuantity: '0',
  reduceOnly: false,
  ...rest,
});

export const conditional = (
  symbol: string,
  algoId: string,
  rest: Partial<ConditionalOrder> = {},
): ConditionalOrder => ({
  symbol,
  algoId,
  clientAlgoId: `c${algoId}`,
  side: 'SELL',
  positionSide: 'BOTH',
  type: 'STOP_MARKET',
  quantity: '1',
  triggerPrice: '90',
  reduceOnly: false,
  closePosition: false,
  ...rest,
});

export const rules = (symbol: string, rest: Partial<SymbolRules> = {}): SymbolRules => ({
  symbol,
  status: 'TRADING',
  marketStepSize: '0.001',
  marketMinQuantity: '0.001',
  marketMaxQuantity: '120',
  limitStepSize: '0.001',
  limitMinQuantity: '0.001',
  limitMaxQuantity: '1000',
  minNotional: '50',
  tickSize: '0.10',
  priceMultiplierUp: '1.05',
  priceMultiplierDown: '0.95',
  ...rest,
});
