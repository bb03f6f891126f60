/**
 * A symbol of the exchange: its fields in exchangeInfo, its mark price and its book. Everything but the name and the mark
 * price has a default, so that a scenario states only what it needs.
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

/** USDⓈ-M or COIN-M. */
export type MarketCode = 'um' | 'cm';

export interface SymbolSpec {
  readonly symbol: string;
  readonly markPrice: string;
  /** What a contract is worth in USD: a symbol of COIN-M. Without it the symbol is one of USDⓈ-M. */
  readonly contractSize?: string;
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
  /** By default that of limit orders. */
  readonly marketMinQuantity?: string;
  readonly minNotional?: string;
  /** Decimals of amounts; not the step. By default the step's decimals. */
  readonly quantityPrecision?: number;
  readonly pricePrecision?: number;
  /** PERCENT_PRICE: limit buys up to mark × up, limit sells down to mark × down. */
  readonly multiplierUp?: string;
  readonly multiplierDown?: string;
  /** How far from the mark price a market order may trade. */
  readonly marketTakeBound?: string;
  /** Decimals of positionAmt; by default those of quantities. More than quantities may have are seen on old positions. */
  readonly amountDigits?: number;
  readonly documented?: DocumentedRules;
}

type DocumentedField =
  | ('tickSize' | 'stepSize' | 'marketStepSize' | 'minQuantity' | 'limitMaxQuantity' | 'marketMaxQuantity')
  | ('minNotional' | 'quantityPrecision' | 'pricePrecision' | 'marketTakeBound' | 'multiplierUp' | 'multiplierDown')
  | 'status';

/** What exchangeInfo says of a symbol where the exchange does something else. */
export interface DocumentedRules extends Pick<SymbolSpec, DocumentedField> {
  /** Filters that are not in the list: `MARKET_LOT_SIZE` … */
  readonly without?: readonly string[];
  /** The symbol is not listed at all. */
  readonly unlisted?: boolean;
}

/** A spec with its defaults, and what changes while the exchange runs. */
export interface SymbolState extends Required<Omit<SymbolSpec, 'status' | 'markPrice' | 'contractSize'>> {
  readonly spec: SymbolSpec;
  readonly market: MarketCode;
  /** Undefined in USDⓈ-M. */
  readonly contractSize: string | undefined;
  readonly onboardDateMs: number;
  status: SymbolStatus;
  mark: Big;
  book: Book;
}

export function symbolState(spec: SymbolSpec): SymbolState {
  const isCoin = spec.contractSize !== undefined;
  const quoteAsset = spec.quoteAsset ?? (isCoin ? 'USD' : 'USDT');
  const baseAsset = spec.baseAsset ?? spec.symbol.split(quoteAsset)[0] ?? spec.symbol;
  const tickSize = spec.tickSize ?? '0.0001';
  const stepSize = spec.stepSize ?? (isCoin ? '1' : '0.1');
  const quantityPrecision = spec.quantityPrecision ?? decimals(stepSize);
  return {
    spec,
    symbol: spec.symbol,
    market: marketOf(spec),
    contractSize: spec.contractSize,
    contractType: spec.contractType ?? 'PERPETUAL',
    baseAsset,
    quoteAsset,
    marginAsset: spec.marginAsset ?? (isCoin ? baseAsset : quoteAsset),
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
    marketMinQuantity: spec.marketMinQuantity ?? spec.minQuantity ?? stepSize,
    minNotional: spec.minNotional ?? (isCoin ? '0' : '5'),
    quantityPrecision,
    amountDigits: spec.amountDigits ?? quantityPrecision,
    documented: spec.documented ?? {},
    pricePrecision: spec.pricePrecision ?? decimals(tickSize),
    multiplierUp: spec.multiplierUp ?? '1.0500',
    multiplierDown: spec.multiplierDown ?? '0.9500',
    marketTakeBound: spec.marketTakeBound ?? '0.05',
    status: spec.status ?? 'TRADING',
    mark: new Big(spec.markPrice),
    book: deepBook(),
  };
}

export const marketOf = (spec: SymbolSpec): MarketCode => (spec.contractSize === undefined ? 'um' : 'cm');

/** The value of a quantity in the margin asset: quote, or coins for contracts. */
export const marginValue = ({ contractSize }: Pick<SymbolState, 'contractSize'>, quantity: Big, price: Big): Big =>
  contractSize === undefined ? quantity.times(price) : quantity.times(contractSize).div(price);

/** Whether `quantity` is a multiple of `step`; of zero everything is. */
export const isOnStep = (quantity: Big, step: string): boolean =>
  new Big(step).eq(0) || quantity.mod(new Big(step)).eq(0);

/** Decimals of a decimal string, trailing zeros not counted: '0.10' has one. */
export function decimals(amount: string): number {
  const fraction = new Big(amount).toFixed().split('.')[1];
  return fraction === undefined ? 0 : fraction.length;
}

/** `price` on the symbol's grid of prices; a tick of zero is no grid. */
export function onTick(symbol: SymbolState, price: Big): Big {
  if (new Big(symbol.tickSize).eq(0)) return price;
  return price.div(symbol.tickSize).round(0, Big.roundHalfUp).times(symbol.tickSize);
}
