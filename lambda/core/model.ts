/**
 * The plain readonly values that travel through a liquidation:
 * Snapshot → Plan → Order → Receipt or Failure → Snapshot → … → Report.
 *
 * Amounts are the exchange's own decimal strings. Instants are epoch milliseconds (`…AtMs`).
 */

export type Side = 'BUY' | 'SELL';

/** `BOTH` is one-way mode; `LONG` and `SHORT` are hedge mode. The row itself tells the mode. */
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';

/** An open position: `amount` is signed and never zero. */
export interface Position {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly amount: string;
  readonly entryPrice: string;
  readonly markPrice: string;
  readonly notional: string;
  readonly unrealizedPnl: string;
  readonly marginAsset: string;
  /** The exchange's time of the row's last change. */
  readonly updatedAtMs: number;
}

/** An order resting in the book. */
export interface OpenOrder {
  readonly symbol: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly type: string;
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
  readonly positionSide: PositionSide;
  readonly type: string;
  readonly quantity: string;
  readonly triggerPrice: string;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
}

/** One observation of an account. A part that could not be read is undefined: not the same as empty. */
export interface Snapshot {
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly positions: readonly Position[] | undefined;
  readonly orders: readonly OpenOrder[] | undefined;
  readonly conditionals: readonly ConditionalOrder[] | undefined;
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
  readonly marketStepSize: string;
  readonly marketMinQuantity: string;
  readonly marketMaxQuantity: string;
  readonly limitStepSize: string;
  readonly limitMaxQuantity: string;
  readonly tickSize: string;
  /** PERCENT_PRICE: a limit price must lie within mark × down … mark × up. */
  readonly priceMultiplierUp: string;
  readonly priceMultiplierDown: string;
}

export interface RateLimits {
  readonly weightPerMinute: number;
  readonly ordersPerTenSeconds: number;
  readonly ordersPerMinute: number;
}

export interface ExchangeRules {
  readonly symbols: ReadonlyMap<string, SymbolRules>;
  readonly limits: RateLimits;
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

/** What the exchange said of an order. `status` NEW after a market order is not a failure. */
export interface Receipt {
  readonly symbol: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly status: string;
  readonly originalQuantity: string;
  readonly executedQuantity: string;
  /** Missing from placement replies since mid-2026; take prices from trades. */
  readonly averagePrice: string | undefined;
  readonly updatedAtMs: number;
}

export interface Trade {
  readonly symbol: string;
  readonly orderId: string;
  readonly side: Side;
  readonly price: string;
  readonly quantity: string;
  readonly realizedPnl: string;
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
  readonly canWithdraw: boolean;
}

export interface Credentials {
  readonly apiKey: string;
  /** HMAC secret, or a PEM private key. */
  readonly apiSecret: string;
  readonly kind: 'hmac' | 'ed25519' | 'rsa';
}
