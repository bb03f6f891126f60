/** What closing earned, by asset: from the fills of our own orders, or an estimate marked as one. */

import Big from 'big.js';
import { magnitude } from '../../exchange/amount.ts';
import type { Fill, Position } from '../../exchange/model.ts';

type ByAsset = Readonly<Record<string, string>>;

export interface Profit {
  /** By margin asset; nothing is added up across assets. */
  readonly realizedPnl: ByAsset;
  readonly isEstimate: boolean;
  /** Quantity-weighted; undefined without fills. */
  readonly averagePrice: string | undefined;
  readonly quantity: string;
  /** With the exchange's own sign; not part of the profit. */
  readonly commissions: ByAsset;
}

const PRICE_DIGITS = 8;

/** From the fills of all close orders of one position. `marginAsset` where a fill does not have its own. */
export function profitFromFills(fills: readonly Fill[], marginAsset: string): Profit {
  const quantity = total(fills.map(fill => fill.quantity));
  const quote = total(fills.map(fill => new Big(fill.price).times(fill.quantity)));
  return {
    realizedPnl: sumByAsset(fills.map(fill => ({ [fill.marginAsset ?? marginAsset]: fill.realizedPnl }))),
    isEstimate: false,
    averagePrice: quantity.eq(0) ? undefined : new Big(quote.div(quantity).toFixed(PRICE_DIGITS)).toFixed(),
    quantity: quantity.toFixed(),
    commissions: sumByAsset(fills.map(fill => ({ [fill.commissionAsset]: fill.commission }))),
  };
}

/** The unrealised profit when the position was last seen: all that is known without fills. */
export function estimatedProfit({ first, last }: { readonly first: Position; readonly last: Position }): Profit {
  return {
    realizedPnl: {
      [first.marginAsset || 'unknown']: last.unrealizedPnl === '0' ? first.unrealizedPnl : last.unrealizedPnl,
    },
    isEstimate: true,
    averagePrice: undefined,
    quantity: magnitude(first.amount),
    commissions: {},
  };
}

export function sumByAsset(parts: readonly ByAsset[]): ByAsset {
  const sums = new Map<string, Big>();
  for (const [asset, amount] of parts.flatMap(part => Object.entries(part))) {
    sums.set(asset, (sums.get(asset) ?? new Big(0)).plus(amount));
  }
  return Object.fromEntries([...sums].map(([asset, amount]) => [asset, amount.toFixed()]));
}

/** The figure of the only asset; null if there are several. */
export function oneFigure(amounts: ByAsset): string | null {
  const figures = Object.values(amounts);
  if (figures.length === 0) return '0';
  return figures.length === 1 ? (figures[0] ?? null) : null;
}

const total = (amounts: readonly (string | Big)[]): Big =>
  amounts.reduce<Big>((sum, amount) => sum.plus(amount), new Big(0));
