/**
 * What an exchange answers, and what it is asked to do, as plain readonly values.
 *
 * Amounts are the exchange's own decimal strings. Instants are epoch milliseconds (`…AtMs`).
 */

import type { Failure } from './failure.ts';

export type Side = 'BUY' | 'SELL';

/** `BOTH` is one-way mode; `LONG` and `SHORT` are hedge mode. The row itself has the mode. */
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';

/**
 * An open position: `amount` is signed and never zero. Its sign follows `positionSide` where that is LONG or SHORT,
 * whatever sign the exchange wrote; `signDisagrees` says that it wrote another one.
 */
export interface Position {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly amount: string;
  readonly entryPrice: string;
  readonly markPrice: string;
  readonly notional: string;
  readonly unrealizedPnl: string;
  readonly marginAsset: string;
  /** The exchange's time of the row's last change; 0 when it is missing. */
  readonly updatedAtMs: number;
  readonly signDisagrees?: true;
}

/** A list as it was read, row by row. One row that cannot be read does not hide the others. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly unread: readonly UnreadRow[];
  /** Symbols that were shown whole, with rows or without: an unread row of no name hides nothing of them. */
  readonly shown?: ReadonlySet<string>;
  /** Why one of the pages is missing: it is worth another read. */
  readonly missing?: Failure;
  /** Beside positions: where open orders need margin, by symbol, or by asset where the page names no symbol. */
  readonly ordersIn?: readonly string[];
}

export interface UnreadRow {
  /** Undefined when not even that could be read. */
  readonly symbol: string | undefined;
  /** What is wrong with it: the field and the rule, never more of its content. */
  readonly problem: string;
  /** Not a row, but a whole page of the list. */
  readonly isPage?: true;
}

/** An order resting in the book. */
export interface OpenOrder {
  readonly symbol: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly side: Side;
  /** Undefined when the row does not say. */
  readonly positionSide: PositionSide | undefined;
  readonly quantity: string;
  readonly executedQuantity: string;
  readonly reduceOnly: boolean;
}

/** A conditional ("algo") order waiting for its trigger. It lives in a list of its own since 2025-12-09. */
export interface ConditionalOrder {
  readonly symbol: string;
  readonly algoId: string;
  readonly clientAlgoId: string;
  readonly side: Side;
  /** Undefined when the row does not say. */
  readonly positionSide: PositionSide | undefined;
  /** `''` when the row does not say. */
  readonly type: string;
  readonly quantity: string;
  readonly triggerPrice: string;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  /** It stands among the open orders, and is cancelled with them (COIN-M, from before the algo service). */
  readonly amongOrders?: true;
}

/** A TWAP or VP order: it places orders of its own for minutes or hours, so it can open again what was closed. */
export interface StrategyOrder {
  readonly algoId: string;
  readonly symbol: string;
}

/** What an invocation is asked to clear. `symbols` undefined means the whole account. */
export interface Scope {
  readonly closePositions: boolean;
  readonly cancelOrders: boolean;
  readonly symbols: readonly string[] | undefined;
}

/** What of exchangeInfo matters for closing a symbol. */
export interface SymbolRules {
  readonly symbol: string;
  readonly status: string;
  /** Undefined when it cannot be read or is "0"; likewise the other steps and bounds. */
  readonly marketStepSize: string | undefined;
  readonly marketMinQuantity: string | undefined;
  readonly marketMaxQuantity: string | undefined;
  readonly limitStepSize: string | undefined;
  readonly limitMinQuantity: string | undefined;
  readonly limitMaxQuantity: string | undefined;
  /** What an order must be worth at least, in the quote asset. */
  readonly minNotional: string | undefined;
  /** Undefined, like the multipliers, when it cannot be read or is "0": then no limit order can be priced. */
  readonly tickSize: string | undefined;
  /** PERCENT_PRICE: a limit price must lie within mark × down … mark × up. */
  readonly priceMultiplierUp: string | undefined;
  readonly priceMultiplierDown: string | undefined;
}

export interface RateLimits {
  readonly weightPerMinute: number;
  readonly ordersPerTenSeconds: number;
  readonly ordersPerMinute: number;
}

export interface ExchangeRules {
  readonly symbols: ReadonlyMap<string, SymbolRules>;
  readonly limits: RateLimits;
  /** When they were asked for, by our clock. */
  readonly askedAtMs: number;
}

/** An order that can only reduce. `price` makes it a limit IOC; without it, it is a market order. */
export interface CloseOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  /** Positive decimal string. */
  readonly quantity: string;
  /** True in one-way mode; in hedge mode the flag must not be sent (-1106) and the position side does the same. */
  readonly reduceOnly: boolean;
  readonly price?: string;
  readonly clientOrderId: string;
}

/**
 * What the exchange said of a close order when it took it. A hint for when to look, never the truth: `status` NEW after
 * a market order is not a failure, and a field that is missing is undefined.
 */
export interface Receipt {
  readonly orderId: string | undefined;
  readonly status: string | undefined;
  readonly executedQuantity: string | undefined;
  /** Missing from placement replies since mid-2026; take prices from fills. */
  readonly averagePrice: string | undefined;
  readonly updatedAtMs: number;
}

/** What became of an order: the query by its ID. */
export interface OrderState {
  readonly orderId: string;
  readonly status: string;
  readonly executedQuantity: string;
  readonly updatedAtMs: number;
}

/** What became of a conditional order. `childOrderId`: the order that it placed when it was triggered. */
export interface ConditionalState {
  readonly status: string;
  readonly childOrderId: string | undefined;
}

/** One fill of an order of ours. */
export interface Fill {
  readonly fillId: string;
  readonly orderId: string;
  readonly side: Side;
  readonly price: string;
  readonly quantity: string;
  /** In `marginAsset`, or in the symbol's quote asset where that is missing. */
  readonly realizedPnl: string;
  readonly marginAsset: string | undefined;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly atMs: number;
}

/** Account facts for preflight. */
export interface AccountConfig {
  readonly canTrade: boolean;
  readonly hedgeMode: boolean;
  readonly multiAssetsMargin: boolean;
}

/** What the key may do, for preflight. */
export interface KeyPermissions {
  readonly ipRestricted: boolean;
  readonly canTradeFutures: boolean;
  /** The account is one of portfolio margin, and the key may trade there; then it can do so nowhere else. */
  readonly canTradePortfolioMargin: boolean;
  readonly canWithdraw: boolean;
}

export interface Credentials {
  readonly apiKey: string;
  /** HMAC secret, or a PEM private key. */
  readonly apiSecret: string;
  readonly kind: 'hmac' | 'ed25519' | 'rsa';
}
