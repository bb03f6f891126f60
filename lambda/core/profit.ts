/** What closing brought: from the exchange's trades of our own orders, or an estimate that says it is one. */

import Big from 'big.js';
import { magnitude } from './amount.ts';
import type { Position, Trade } from './model.ts';

export interface Profit {
  readonly realizedPnl: string;
  readonly isEstimate: boolean;
  /** Quantity-weighted; undefined without trades. */
  readonly averagePrice: string | undefined;
  readonly quantity: string;
  /** By asset, with the exchange's own sign. Not contained in the profit. */
  readonly commissions: Readonly<Record<string, string>>;
}

const PRICE_DIGITS = 8;

/** From the trades of all close orders of one position. */
export function profitFromTrades(trades: readonly Trade[]): Profit {
  const quantity = total(trades.map(trade => trade.quantity));
  const quote = total(trades.map(trade => new Big(trade.price).times(trade.quantity)));
  return {
    realizedPnl: total(trades.map(trade => trade.realizedPnl)).toFixed(),
    isEstimate: false,
    averagePrice: quantity.eq(0) ? undefined : trimmed(quote.div(quantity)),
    quantity: quantity.toFixed(),
    commissions: commissionsOf(trades),
  };
}

/** The unrealised profit when the position was first seen: all that is known without trades. */
export function estimatedProfit(position: Position): Profit {
  return {
    realizedPnl: position.unrealizedPnl,
    isEstimate: true,
    averagePrice: undefined,
    quantity: magnitude(position.amount),
    commissions: {},
  };
}

/** Sums profits; the sum is an estimate as soon as one of them is. */
export function totalProfit(profits: readonly Profit[]): Pick<Profit, 'realizedPnl' | 'isEstimate' | 'commissions'> {
  const commissions = new Map<string, Big>();
  for (const [asset, amount] of profits.flatMap(profit => Object.entries(profit.commissions))) {
    commissions.set(asset, (commissions.get(asset) ?? new Big(0)).plus(amount));
  }
  return {
    realizedPnl: total(profits.map(profit => profit.realizedPnl)).toFixed(),
    isEstimate: profits.some(profit => profit.isEstimate),
    commissions: texts(commissions),
  };
}

function commissionsOf(trades: readonly Trade[]): Record<string, string> {
  const byAsset = new Map<string, Big>();
  for (const { commission, commissionAsset } of trades) {
    byAsset.set(commissionAsset, (byAsset.get(commissionAsset) ?? new Big(0)).plus(commission));
  }
  return texts(byAsset);
}

const total = (amounts: readonly (string | Big)[]): Big =>
  amounts.reduce<Big>((sum, amount) => sum.plus(amount), new Big(0));

const trimmed = (value: Big): string => new Big(value.toFixed(PRICE_DIGITS)).toFixed();

const texts = (amounts: ReadonlyMap<string, Big>): Record<string, string> =>
  Object.fromEntries([...amounts].map(([asset, amount]) => [asset, amount.toFixed()]));
