/** What was traded, and what it brought and cost. */

import type { TradeState } from '../../engine/orders/order-state.ts';
import { refusalOf } from '../../engine/rules/refusal.ts';
import { marginValue, type SymbolState } from '../../engine/symbols/symbols.ts';
import { exchangeTimeMs, isOf, symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import { type AccountEndpoint, type EndpointCall, signedEndpoint } from '../endpoint.ts';
import { priceText, quantityText } from '../order-json.ts';
import { invalid, type Params } from '../params.ts';
import { exactNumber } from '../wire.ts';

/** Three months are kept (change log of 2026-08-26). */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** The fills of a symbol, oldest first; the last seven days by default, at most 1000 rows ("Account Trade List"). */
export const userTrades = signedEndpoint({ method: 'GET', path: '/fapi/v1/userTrades', weight: 5 }, call => {
  const { world, params } = call;
  const { symbol } = symbolOf(world, params.required('symbol'));
  const limit = readLimit(params);
  const wanted = select(call, symbol);
  const fromTheFirst =
    params.has('fromId') || (params.has('startTime') && world.rules.tradesFromStartTime === 'oldest');
  const rows = fromTheFirst ? wanted.slice(0, limit) : wanted.slice(-limit);
  return rows.map(trade => tradeJson(world, trade));
});

/** By id or by time, never by both ("Account Trade List"). */
function select({ world, account, params }: EndpointCall, symbol: string): readonly TradeState[] {
  const orderId = params.text('orderId');
  const fromId = params.integer('fromId');
  if (fromId !== undefined && (params.has('startTime') || params.has('endTime'))) throw refusalOf(-1128);
  const { startMs, endMs } = readTimeSpan(world, params);
  const keptFromMs = exchangeTimeMs(world) - KEPT_MS;
  return account.trades.filter(trade => {
    const timeMs = toExchangeTime(world, trade.atMs);
    return (
      trade.symbol === symbol &&
      timeMs >= keptFromMs &&
      (orderId === undefined || trade.orderId === orderId) &&
      (fromId === undefined ? timeMs >= startMs && timeMs <= endMs : trade.tradeId >= fromId)
    );
  });
}

/** Of contracts, their value in USD and in coins. */
const amounts = (symbol: SymbolState, { price, quantity }: TradeState) =>
  symbol.contractSize === undefined
    ? { quoteQty: price.times(quantity).toFixed(8), baseQty: quantityText(symbol, quantity) }
    : {
        quoteQty: quantity.times(symbol.contractSize).toFixed(8),
        baseQty: marginValue(symbol, quantity, price).toFixed(8),
      };

function tradeJson(world: World, trade: TradeState): unknown {
  const symbol = symbolOf(world, trade.symbol);
  return {
    ...{ id: trade.tradeId, orderId: exactNumber(trade.orderId), symbol: trade.symbol, marginAsset: trade.marginAsset },
    ...{ side: trade.side, positionSide: trade.positionSide, buyer: trade.side === 'BUY', maker: trade.maker },
    price: priceText(symbol, trade.price),
    qty: quantityText(symbol, trade.quantity),
    ...amounts(symbol, trade),
    realizedPnl: trade.realizedPnl.toFixed(8),
    commission: trade.commission.times(world.rules.commissionSign === 'negative' ? -1 : 1).toFixed(8),
    commissionAsset: trade.marginAsset,
    pair: trade.symbol.split('_')[0],
    time: toExchangeTime(world, trade.atMs),
  };
}

/** A row for the profit and one for the commission of each fill; no funding. */
export const income = signedEndpoint({ method: 'GET', path: '/fapi/v1/income', weight: 30 }, call => {
  const { world, account, params, market } = call;
  const symbol = params.text('symbol');
  const type = params.text('incomeType');
  const startMs = params.integer('startTime') ?? 0;
  const endMs = params.integer('endTime') ?? Number.POSITIVE_INFINITY;
  return account.trades
    .filter(trade => (symbol === undefined || trade.symbol === symbol) && isOf(world, market, trade.symbol))
    .flatMap(trade => incomeRows(world, trade))
    .filter(row => (type === undefined || row.incomeType === type) && row.time >= startMs && row.time <= endMs)
    .slice(0, Math.min(params.integer('limit') ?? 100, 1000));
});

function incomeRows(world: World, trade: TradeState) {
  const tradeId = String(trade.tradeId);
  const row = (incomeType: string, amount: string, part: number) => ({
    ...{ symbol: trade.symbol, incomeType, income: amount, asset: trade.marginAsset, info: tradeId, tradeId },
    ...{ time: toExchangeTime(world, trade.atMs), tranId: trade.tradeId * 10 + part },
  });
  const commission = row('COMMISSION', trade.commission.times(-1).toFixed(8), 1);
  return trade.realizedPnl.eq(0) ? [commission] : [row('REALIZED_PNL', trade.realizedPnl.toFixed(8), 0), commission];
}

export const HISTORY: readonly AccountEndpoint[] = [userTrades, income];

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const MOST_ROWS = 1000;
const USUAL_ROWS = 500;

/** The number of rows; -1130 for none, or for more than a thousand. */
export function readLimit(params: Params): number {
  const limit = params.integer('limit') ?? USUAL_ROWS;
  if (limit < 1 || limit > MOST_ROWS) throw invalid('limit');
  return limit;
}

/** In the exchange's time: the last seven days, or seven days from the one end that is given. -4165 for more. */
export function readTimeSpan(world: World, params: Params): { readonly startMs: number; readonly endMs: number } {
  const nowMs = exchangeTimeMs(world);
  const start = params.integer('startTime');
  const end = params.integer('endTime');
  const endMs = end ?? (start === undefined ? nowMs : Math.min(nowMs, start + WEEK_MS));
  const startMs = start ?? endMs - WEEK_MS;
  if (startMs > endMs || endMs - startMs > WEEK_MS) throw refusalOf(-4165);
  return { startMs, endMs };
}
