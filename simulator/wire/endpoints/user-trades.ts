/**
 * GET /fapi/v1/userTrades: the fills of a symbol, oldest first; the last seven days unless asked otherwise, at most
 * 1000 rows ("Account Trade List").
 */

import type { AccountState, TradeState } from '../../venue/account.ts';
import { symbolOf, toVenueTime, venueTimeMs, type World } from '../../venue/world.ts';
import type { Endpoint } from '../endpoint.ts';
import { exactNumber } from '../exact-number.ts';
import { priceText, quantityText } from '../order-json.ts';
import type { Params } from '../params.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export const userTrades: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/userTrades',
  security: 'signed',
  weight: 5,
  answer: ({ world, account, params }) => {
    const { symbol } = symbolOf(world, params.required('symbol'));
    const wanted = select(world, account, params, symbol);
    const limit = Math.min(params.integer('limit') ?? 500, 1000);
    const rows = params.has('fromId') ? wanted.slice(0, limit) : wanted.slice(-limit);
    return rows.map(trade => json(world, trade));
  },
};

function select(world: World, account: AccountState, params: Params, symbol: string): readonly TradeState[] {
  const orderId = params.text('orderId');
  const fromId = params.integer('fromId');
  const endMs = params.integer('endTime') ?? venueTimeMs(world);
  const startMs = params.integer('startTime') ?? endMs - WEEK_MS;
  return account.trades.filter(trade => {
    const timeMs = toVenueTime(world, trade.atMs);
    return (
      trade.symbol === symbol &&
      (orderId === undefined || trade.orderId === orderId) &&
      (fromId === undefined ? timeMs >= startMs && timeMs <= endMs : trade.tradeId >= fromId)
    );
  });
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
    quoteQty: trade.price.times(trade.quantity).toFixed(8),
    baseQty: quantityText(symbol, trade.quantity),
    marginAsset: trade.marginAsset,
    realizedPnl: trade.realizedPnl.toFixed(8),
    side: trade.side,
    positionSide: trade.positionSide,
    symbol: trade.symbol,
    pair: trade.symbol.split('_')[0],
    time: toVenueTime(world, trade.atMs),
  };
}
