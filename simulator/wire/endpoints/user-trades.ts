/**
 * GET /fapi/v1/userTrades: the fills of a symbol, oldest first; the last seven days unless asked otherwise, at most
 * 1000 rows ("Account Trade List").
 */

import type { AccountState, TradeState } from '../../engine/accounts/account.ts';
import { refusal } from '../../engine/rules/refusal.ts';
import { type SymbolState, worth } from '../../engine/symbols/symbols.ts';
import { exchangeTimeMs, symbolOf, toExchangeTime, type World } from '../../engine/world.ts';
import type { Endpoint } from '../endpoint.ts';
import { exactNumber } from '../exact-number.ts';
import { readLimit, readTimeSpan } from '../history-window.ts';
import { priceText, quantityText } from '../order-json.ts';
import type { Params } from '../params.ts';

/** Three months are kept (change log of 2026-08-26). */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

export const userTrades: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/userTrades',
  security: 'signed',
  weight: 5,
  answer: ({ world, account, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    const limit = readLimit(params);
    const wanted = select(world, account, params, symbol);
    const fromTheFirst =
      params.has('fromId') || (params.has('startTime') && world.rules.tradesFromStartTime === 'oldest');
    const rows = fromTheFirst ? wanted.slice(0, limit) : wanted.slice(-limit);
    return rows.map(trade => json(world, trade));
  },
};

/** By id or by time, never by both ("Account Trade List"). */
function select(world: World, account: AccountState, params: Params, symbol: string): readonly TradeState[] {
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

/** Of contracts, what they are worth in USD and in coins. */
function amounts(symbol: SymbolState, { price, quantity }: TradeState) {
  return symbol.contractSize === undefined
    ? { quoteQty: price.times(quantity).toFixed(8), baseQty: quantityText(symbol, quantity) }
    : {
        quoteQty: quantity.times(symbol.contractSize).toFixed(8),
        baseQty: worth(symbol, quantity, price).toFixed(8),
      };
}

function json(world: World, trade: TradeState): unknown {
  const symbol = symbolOf(world, trade.symbol);
  return {
    buyer: trade.side === 'BUY',
    commission: trade.commission.times(world.rules.commissionSign === 'negative' ? -1 : 1).toFixed(8),
    commissionAsset: trade.marginAsset,
    id: trade.tradeId,
    maker: trade.maker,
    orderId: exactNumber(trade.orderId),
    price: priceText(symbol, trade.price),
    qty: quantityText(symbol, trade.quantity),
    ...amounts(symbol, trade),
    marginAsset: trade.marginAsset,
    realizedPnl: trade.realizedPnl.toFixed(8),
    side: trade.side,
    positionSide: trade.positionSide,
    symbol: trade.symbol,
    pair: trade.symbol.split('_')[0],
    time: toExchangeTime(world, trade.atMs),
  };
}
