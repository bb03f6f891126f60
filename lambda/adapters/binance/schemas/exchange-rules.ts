/**
 * Exchange Information: the filters that bound a close order, and the account's rate limits. About 1 MB and 900
 * symbols. A symbol whose filters cannot be read is left out, so that one odd listing does not hide the others.
 */

import * as z from 'zod/mini';
import type { ExchangeRules, RateLimits, SymbolRules } from '../../../core/model.ts';
import { DEFAULT_LIMITS } from '../../../core/request-costs.ts';
import { decimal } from './fields.ts';

export const exchangeRules = z.pipe(
  z.object({ symbols: z.array(z.unknown()), rateLimits: z.catch(z.array(z.unknown()), []) }),
  z.transform((wire, context): ExchangeRules => {
    const known = wire.symbols.map(readSymbol).filter(rules => rules !== undefined);
    if (known.length === 0) {
      context.issues.push({ code: 'custom', input: undefined, message: 'no symbol with readable filters' });
      return z.NEVER;
    }
    return { symbols: new Map(known.map(rules => [rules.symbol, rules])), limits: readLimits(wire.rateLimits) };
  }),
);

const symbolRow = z.object({
  symbol: z.string(),
  status: z.string(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});

/** Symbols, Filters: the names are those of General Info's "Filters" and Exchange Information. */
const filters = z.object({
  LOT_SIZE: z.object({ stepSize: decimal, maxQty: decimal }),
  MARKET_LOT_SIZE: z.object({ stepSize: decimal, minQty: decimal, maxQty: decimal }),
  PRICE_FILTER: z.object({ tickSize: decimal }),
  PERCENT_PRICE: z.object({ multiplierUp: decimal, multiplierDown: decimal }),
});

function readSymbol(wire: unknown): SymbolRules | undefined {
  const row = symbolRow.safeParse(wire);
  if (!row.success) return undefined;
  const { symbol, status } = row.data;
  const read = filters.safeParse(Object.fromEntries(row.data.filters.map(filter => [filter.filterType, filter])));
  if (!read.success) return undefined;
  const { LOT_SIZE, MARKET_LOT_SIZE, PRICE_FILTER, PERCENT_PRICE } = read.data;
  return {
    symbol,
    status,
    marketStepSize: MARKET_LOT_SIZE.stepSize,
    marketMinQuantity: MARKET_LOT_SIZE.minQty,
    marketMaxQuantity: MARKET_LOT_SIZE.maxQty,
    limitStepSize: LOT_SIZE.stepSize,
    limitMaxQuantity: LOT_SIZE.maxQty,
    tickSize: PRICE_FILTER.tickSize,
    priceMultiplierUp: PERCENT_PRICE.multiplierUp,
    priceMultiplierDown: PERCENT_PRICE.multiplierDown,
  };
}

const limitRow = z.object({
  rateLimitType: z.string(),
  interval: z.string(),
  intervalNum: z.number(),
  limit: z.number(),
});

/** The demo host and production differ; a limit that is not told is the documented one. */
function readLimits(wire: readonly unknown[]): RateLimits {
  const rows = wire.map(row => limitRow.safeParse(row)).flatMap(read => (read.success ? [read.data] : []));
  const find = (type: string, interval: string, count: number): number | undefined =>
    rows.find(row => row.rateLimitType === type && row.interval === interval && row.intervalNum === count)?.limit;
  return {
    weightPerMinute: find('REQUEST_WEIGHT', 'MINUTE', 1) ?? DEFAULT_LIMITS.weightPerMinute,
    ordersPerTenSeconds: find('ORDERS', 'SECOND', 10) ?? DEFAULT_LIMITS.ordersPerTenSeconds,
    ordersPerMinute: find('ORDERS', 'MINUTE', 1) ?? DEFAULT_LIMITS.ordersPerMinute,
  };
}
