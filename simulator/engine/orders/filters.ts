/**
 * What a symbol allows: its status, and the filters of exchangeInfo for quantity, price and notional. Decimal arithmetic
 * only: a quantity that is one float rounding off its step is refused, as at the exchange.
 */

import Big from 'big.js';
import { refusalOf } from '../rules/refusal.ts';
import type { UnconfirmedRules } from '../rules/unconfirmed.ts';
import { decimals, isOnStep, type SymbolState } from '../symbols/symbols.ts';
import { closesByForm, type OrderForm } from './order-state.ts';

/**
 * LOT_SIZE for limit orders, MARKET_LOT_SIZE for market orders, or the smaller of both maxima as the switch says.
 * `digits` are the decimals as they were sent: trailing zeros may count (-1111).
 */
export function checkQuantity(
  symbol: SymbolState,
  type: 'LIMIT' | 'MARKET',
  quantity: Big,
  rules: UnconfirmedRules,
  digits = 0,
): void {
  if (quantity.lte(0)) throw refusalOf(-4003);
  const sent = rules.trailingZerosCount ? digits : 0;
  if (Math.max(sent, decimals(quantity.toFixed())) > symbol.quantityPrecision) throw refusalOf(-1111);
  if (quantity.gt(largest(symbol, type, rules))) throw refusalOf(-4005);
  const least = type === 'MARKET' ? symbol.marketMinQuantity : symbol.minQuantity;
  if (quantity.lt(least)) throw refusalOf(-4004);
  const step = type === 'MARKET' ? symbol.marketStepSize : symbol.stepSize;
  if (!isOnStep(quantity.minus(least), step)) throw refusalOf(-4023);
}

function largest(symbol: SymbolState, type: 'LIMIT' | 'MARKET', rules: UnconfirmedRules): Big {
  const limit = new Big(symbol.limitMaxQuantity);
  if (type === 'LIMIT') return limit;
  const market = new Big(symbol.marketMaxQuantity);
  return rules.marketOrdersObeyLotSize && limit.lt(market) ? limit : market;
}

/** PRICE_FILTER's tick, and PERCENT_PRICE around the mark: buys not above the band, sells not below it. */
export function checkPrice(symbol: SymbolState, side: 'BUY' | 'SELL', price: Big): void {
  if (price.lte(0)) throw refusalOf(-4001);
  if (decimals(price.toFixed()) > symbol.pricePrecision) throw refusalOf(-1111);
  if (!isOnStep(price, symbol.tickSize)) throw refusalOf(-4014);
  const highest = symbol.mark.times(symbol.multiplierUp);
  const lowest = symbol.mark.times(symbol.multiplierDown);
  if (side === 'BUY' && price.gt(highest)) {
    throw refusalOf(-4016, `Limit price can't be higher than ${highest.toFixed(symbol.pricePrecision)}.`);
  }
  if (side === 'SELL' && price.lt(lowest)) {
    throw refusalOf(-4024, `Limit price can't be lower than ${lowest.toFixed(symbol.pricePrecision)}.`);
  }
}

/** MIN_NOTIONAL; reduceOnly orders are exempt by the words of -4164, hedge closes by a switch. */
export function checkNotional(
  symbol: SymbolState,
  order: OrderForm,
  quantity: Big,
  price: Big,
  rules: UnconfirmedRules,
): void {
  const exempt = order.reduceOnly || (closesByForm(order) && rules.hedgeClosesExemptFromMinNotional);
  if (exempt || new Big(symbol.minNotional).eq(0) || quantity.times(price).gte(new Big(symbol.minNotional))) return;
  throw refusalOf(
    -4164,
    `Order's notional must be no smaller than ${symbol.minNotional} (unless you choose reduce only).`,
  );
}

/**
 * No code is documented for each status; a close on a symbol that does not trade is answered -4141 and an opening -4140,
 * whose sentences fit ("Error Codes").
 */
export function checkMayTrade(symbol: SymbolState, order: OrderForm, rules: UnconfirmedRules): void {
  const closes = closesByForm(order);
  if (symbol.status === 'TRADING') return;
  if (symbol.status === 'SETTLING' && closes && rules.settlingAcceptsCloses) return;
  throw refusalOf(closes ? -4141 : -4140);
}

/** Cancels pass in every status (TRADING_CANCEL_ONLY is named for it); in a halt there is a switch. */
export function checkMayCancel(symbol: SymbolState, rules: UnconfirmedRules): void {
  if (symbol.status === 'TRADING_HALT' && rules.haltBlocksCancels) throw refusalOf(-4141);
}
