/**
 * A symbol of the venue: what exchangeInfo says of it, its mark price and its book. Everything but the name and the
 * mark price has a default, so that a scenario states only what it is about.
 */

import Big from 'big.js';
import { type Book, deepBook } from './book.ts';

/** USDⓈ-M "Common Definition": contract status. */
export type SymbolStatus =
  | 'PENDING_TRADING'
  | 'TRADING'
  | 'PRE_DELIVERING'
  | 'DELIVERING'
  | 'DELIVERED'
  | 'PRE_SETTLE'
  | 'SETTLING'
  | 'CLOSE'
  | 'TRADING_HALT'
  | 'TRADING_CANCEL_ONLY';

export interface SymbolSpec {
  readonly symbol: string;
  readonly markPrice: string;
  readonly status?: SymbolStatus;
  readonly contractType?: 'PERPETUAL' | 'CURRENT_QUARTER' | 'NEXT_QUARTER' | 'TRADIFI_PERPETUAL';
  readonly baseAsset?: string;
  readonly quoteAsset?: string;
  readonly marginAsset?: string;
  readonly underlyingType?: string;
  readonly deliveryDateMs?: number;
  readonly tickSize?: string;
  readonly stepSize?: string;
  readonly minQuantity?: string;
  /** LOT_SIZE.maxQty. */
  readonly limitMaxQuantity?: string;
  /** MARKET_LOT_SIZE, far below LOT_SIZE on real symbols. */
  readonly marketMaxQuantity?: string;
  readonly marketStepSize?: string;
  readonly minNotional?: string;
  /** Decimals of amounts; not the step. By default the step's decimals. */
  readonly quantityPrecision?: number;
  readonly pricePrecision?: number;
  /** PERCENT_PRICE: limit buys up to mark × up, limit sells down to mark × down. */
  readonly multiplierUp?: string;
  readonly multiplierDown?: string;
  /** How far from the mark price a market order may trade. */
  readonly marketTakeBound?: string;
  /** Delisting ahead: openings are refused (-4140), closes are not. */
  readonly closingOnly?: boolean;
  /** TradFi perpetuals: NO_TRADING may refuse orders (see unconfirmed.ts). */
  readonly session?: 'REGULAR' | 'NO_TRADING';
}

/** A spec with every default filled in, and what changes while the venue runs. */
export interface SymbolState extends Required<Omit<SymbolSpec, 'status' | 'markPrice'>> {
  readonly onboardDateMs: number;
  status: SymbolStatus;
  mark: Big;
  book: Book;
}

export function symbolState(spec: SymbolSpec): SymbolState {
  const quoteAsset = spec.quoteAsset ?? 'USDT';
  const tickSize = spec.tickSize ?? '0.0001';
  const stepSize = spec.stepSize ?? '0.1';
  return {
    symbol: spec.symbol,
    contractType: spec.contractType ?? 'PERPETUAL',
    baseAsset: spec.baseAsset ?? spec.symbol.split(quoteAsset)[0] ?? spec.symbol,
    quoteAsset,
    marginAsset: spec.marginAsset ?? quoteAsset,
    underlyingType: spec.underlyingType ?? 'COIN',
    onboardDateMs: 1_569_398_400_000,
    // The exchange's "never": perpetuals carry this delivery date.
    deliveryDateMs: spec.deliveryDateMs ?? 4_133_404_800_000,
    tickSize,
    stepSize,
    minQuantity: spec.minQuantity ?? stepSize,
    limitMaxQuantity: spec.limitMaxQuantity ?? '10000000',
    marketMaxQuantity: spec.marketMaxQuantity ?? '1000000',
    marketStepSize: spec.marketStepSize ?? stepSize,
    minNotional: spec.minNotional ?? '5',
    quantityPrecision: spec.quantityPrecision ?? decimals(stepSize),
    pricePrecision: spec.pricePrecision ?? decimals(tickSize),
    multiplierUp: spec.multiplierUp ?? '1.0500',
    multiplierDown: spec.multiplierDown ?? '0.9500',
    marketTakeBound: spec.marketTakeBound ?? '0.05',
    closingOnly: spec.closingOnly ?? false,
    session: spec.session ?? 'REGULAR',
    status: spec.status ?? 'TRADING',
    mark: new Big(spec.markPrice),
    book: deepBook(),
  };
}

/** Decimals of a decimal string, trailing zeros not counted: '0.10' has one. */
export function decimals(amount: string): number {
  const fraction = new Big(amount).toFixed().split('.')[1];
  return fraction === undefined ? 0 : fraction.length;
}

/** `price` on the symbol's grid of prices. */
export function onTick(symbol: SymbolState, price: Big): Big {
  return price.div(symbol.tickSize).round(0, Big.roundHalfUp).times(symbol.tickSize);
}
