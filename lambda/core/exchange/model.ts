/** What an exchange answers and what it is sent. Amounts are the exchange's decimal strings, instants epoch milliseconds. */

import type { Failure } from './failure.ts';

export type Side = 'BUY' | 'SELL';

/** `BOTH` in one-way mode; `LONG` and `SHORT` in hedge mode. */
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';

/** `amount` is signed and never zero; its sign follows LONG or SHORT. `signDisagrees`: the exchange wrote another sign. */
export interface Position {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly amount: string;
  readonly entryPrice: string;
  readonly markPrice: string;
  readonly notional: string;
  readonly unrealizedPnl: string;
  readonly marginAsset: string;
  /** The row's last change, by the exchange's clock; 0 when it is missing. */
  readonly updatedAtMs: number;
  readonly signDisagrees?: true;
}

/** A list as it was read; a row that cannot be read does not hide the others. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly unread: readonly UnreadRow[];
  /** Symbols that were read completely: an unread row without a name is of none of them. */
  readonly shown?: ReadonlySet<string>;
  /** Why a page is missing. */
  readonly missing?: Failure;
  /** Beside positions: where open orders need margin, by symbol, or by asset where the page names no symbol. */
  readonly ordersIn?: readonly string[];
}

export interface UnreadRow {
  /** Undefined when it cannot be read either. */
  readonly symbol: string | undefined;
  /** The field and the rule, never more of its content. */
  readonly problem: string;
  /** It is a whole page of the list. */
  readonly isPage?: true;
}

/** An order in the book. */
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

/** A conditional ("algo") order, in its own list since 2025-12-09. */
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
  /** It is in the list of open orders, and is cancelled with them (COIN-M, from before the algo service). */
  readonly amongOrders?: true;
}

/** A TWAP or VP order: it places orders for minutes or hours, so it can reopen what was closed. */
export interface TwapOrder {
  readonly algoId: string;
  readonly symbol: string;
}

/** What to clear. `symbols` undefined: the whole account. */
export interface Scope {
  readonly closePositions: boolean;
  readonly cancelOrders: boolean;
  readonly symbols: readonly string[] | undefined;
}

/** The part of exchangeInfo that matters for closing a symbol. */
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
  /** The minimum value of an order, in the quote asset. */
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
  /** When they were requested, by our clock. */
  readonly askedAtMs: number;
}

/** An order that can only reduce. `price` makes it a limit IOC; without it, it is a market order. */
export interface CloseOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  /** Positive decimal string. */
  readonly quantity: string;
  /** True in one-way mode; in hedge mode the flag must not be sent (-1106), and the position side has the same effect. */
  readonly reduceOnly: boolean;
  readonly price?: string;
  readonly clientOrderId: string;
}

/** The answer to a close order. It only says when to read: `status` NEW after a market order is no failure. */
export interface Receipt {
  readonly orderId: string | undefined;
  readonly status: string | undefined;
  readonly executedQuantity: string | undefined;
  /** Missing from placement replies since mid-2026; take prices from fills. */
  readonly averagePrice: string | undefined;
  readonly updatedAtMs: number;
}

/** The answer to a query of an order by its ID. */
export interface OrderState {
  readonly orderId: string;
  readonly status: string;
  readonly executedQuantity: string;
  readonly updatedAtMs: number;
}

/** `childOrderId`: the order that it placed when it was triggered. */
export interface ConditionalState {
  readonly status: string;
  readonly childOrderId: string | undefined;
}

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

/** For preflight. */
export interface AccountConfig {
  readonly canTrade: boolean;
  readonly hedgeMode: boolean;
  readonly multiAssetsMargin: boolean;
}

/** What the key may do, for preflight. */
export interface KeyPermissions {
  readonly ipRestricted: boolean;
  readonly canTradeFutures: boolean;
  /** The account is a portfolio margin account; then the key can trade nowhere else. */
  readonly canTradePortfolioMargin: boolean;
  readonly canWithdraw: boolean;
}

export interface Credentials {
  readonly apiKey: string;
  /** HMAC secret, or a PEM private key. */
  readonly apiSecret: string;
  readonly kind: 'hmac' | 'ed25519' | 'rsa';
}
