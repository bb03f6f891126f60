/**
 * Exchange Information: the filters that bound a close order, and the account's rate limits. About 1 MB and 900
 * symbols, so it is read by hand, in a few milliseconds. Each filter of each symbol is read by itself: what is missing,
 * unreadable or "0" (symbols that do not trade yet have a tick of "0") is undefined, and hides nothing else.
 */

import * as z from 'zod/mini';
import { isZero } from '../../../core/exchange/amount.ts';
import type { ExchangeRules, RateLimits, SymbolRules } from '../../../core/exchange/model.ts';
import { DEFAULT_LIMITS } from '../../../core/exchange/request.ts';
import { type Fields, isObject } from '../../../core/text/fields.ts';
import { plainDecimal, symbol as symbolName } from './fields.ts';

export const exchangeRules = z.pipe(
  z.object({ symbols: z.array(z.unknown()), rateLimits: z.catch(z.array(z.unknown()), []) }),
  z.transform((wire, context): ExchangeRules => {
    const known = wire.symbols.map(readSymbol).filter(rules => rules !== undefined);
    if (known.length === 0) {
      context.issues.push({ code: 'custom', input: undefined, message: 'no symbol with a name' });
      return z.NEVER;
    }
    const symbols = new Map(known.map(rules => [rules.symbol, rules]));
    return { symbols, limits: readLimits(wire.rateLimits), askedAtMs: 0 };
  }),
);

/** The names are those of General Info's "Filters" and Exchange Information. Undefined without a name. */
function readSymbol(wire: unknown): SymbolRules | undefined {
  if (!isObject(wire) || !symbolName.safeParse(wire.symbol).success) return undefined;
  const rows: readonly unknown[] = Array.isArray(wire.filters) ? wire.filters : [];
  const bound = (filter: string, field: string): string | undefined => {
    const row = rows.find(one => isObject(one) && one.filterType === filter) as Fields | undefined;
    return positive(row?.[field]);
  };
  return {
    symbol: String(wire.symbol),
    status: statusIn(wire),
    marketStepSize: bound('MARKET_LOT_SIZE', 'stepSize'),
    marketMinQuantity: bound('MARKET_LOT_SIZE', 'minQty'),
    marketMaxQuantity: bound('MARKET_LOT_SIZE', 'maxQty'),
    limitStepSize: bound('LOT_SIZE', 'stepSize'),
    limitMinQuantity: bound('LOT_SIZE', 'minQty'),
    limitMaxQuantity: bound('LOT_SIZE', 'maxQty'),
    minNotional: bound('MIN_NOTIONAL', 'notional'),
    tickSize: bound('PRICE_FILTER', 'tickSize'),
    priceMultiplierUp: bound('PERCENT_PRICE', 'multiplierUp'),
    priceMultiplierDown: bound('PERCENT_PRICE', 'multiplierDown'),
  };
}

/** COIN-M calls it `contractStatus`. */
function statusIn({ status, contractStatus }: Fields): string {
  const value = status ?? contractStatus;
  return typeof value === 'string' ? value : '';
}

/** A step, a bound or a factor of 0 would allow nothing: it means that there is none. */
function positive(value: unknown): string | undefined {
  const amount = plainDecimal(value);
  return amount === undefined || amount.startsWith('-') || isZero(amount) ? undefined : amount;
}

/** The demo host and production differ; a limit that is missing is the documented one. */
function readLimits(rows: readonly unknown[]): RateLimits {
  const find = (type: string, interval: string, count: number): number | undefined => {
    const row = rows
      .filter(isObject)
      .find(one => one.rateLimitType === type && one.interval === interval && one.intervalNum === count);
    return typeof row?.limit === 'number' && row.limit > 0 ? row.limit : undefined;
  };
  return {
    weightPerMinute: find('REQUEST_WEIGHT', 'MINUTE', 1) ?? DEFAULT_LIMITS.weightPerMinute,
    ordersPerTenSeconds: find('ORDERS', 'SECOND', 10) ?? DEFAULT_LIMITS.ordersPerTenSeconds,
    ordersPerMinute: find('ORDERS', 'MINUTE', 1) ?? DEFAULT_LIMITS.ordersPerMinute,
  };
}
