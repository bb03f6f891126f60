/** What was traded, and what it brought and cost. */

import type { TradeState } from '../../engine/accounts/trade-state.ts';
import { refusal } from '../../engine/rules/refusal.ts';
import { type SymbolState, worth } from '../../engine/symbols/symbols.ts';
import { exchangeTimeMs, isOf, symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import { type AccountEndpoint, type EndpointCall, signed } from '../endpoint.ts';
import { exactNumber } from '../exact-number.ts';
import { readLimit, readTimeSpan } from '../history-window.ts';
import { priceText, quantityText } from '../order-json.ts';

/** Three months are kept (change log of 2026-08-26). */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** The fills of a symbol, oldest first; the last seven days by default, at most 1000 rows ("Account Trade List"). */
export const userTrades = signed({ method: 'GET', path: '/fapi/v1/userTrades', weight: 5 }, call => {
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
  if (fromId !== undefined && (params.has('startTime') || params.has('endTime'))) throw refusal(-1128);
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
        baseQty: worth(symbol, quantity, price).toFixed(8),
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
export const income = signed({ method: 'GET', path: '/fapi/v1/income', weight: 30 }, call => {
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
