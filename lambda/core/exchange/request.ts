/** Every request to an exchange, as data: parameters, cost, answer. The adapter sends it with the exchange's client. */

import type {
  AccountConfig,
  CloseOrder,
  ConditionalOrder,
  ConditionalState,
  ExchangeRules,
  Fill,
  KeyPermissions,
  OpenOrder,
  OrderState,
  Position,
  Receipt,
  Rows,
  TwapOrder,
} from './model.ts';

export type ExchangeRequest =
  /**
   * `older`: the older version of the endpoint. `crossCheck`: to find positions that the newer one hides.
   * `withOrders`: of a market that is not covered, also where open orders need margin.
   */
  | { readonly kind: 'positions'; readonly older?: true; readonly crossCheck?: true; readonly withOrders?: true }
  | { readonly kind: 'open-orders' }
  | { readonly kind: 'conditional-orders' }
  /** TWAP and VP orders, at the wallet's host. */
  | { readonly kind: 'twap-orders' }
  | ({ readonly kind: 'close'; readonly order: CloseOrder; readonly recvWindowMs: number } & Connected)
  | ({ readonly kind: 'cancel-orders'; readonly symbol: string } & Connected)
  /** If another order of the symbol must stay. */
  | ({ readonly kind: 'cancel-order'; readonly symbol: string; readonly orderId: string } & Connected)
  | ({ readonly kind: 'cancel-conditionals'; readonly symbol: string } & Connected)
  | ({ readonly kind: 'cancel-conditional'; readonly symbol: string; readonly algoId: string } & Connected)
  | { readonly kind: 'cancel-twap-order'; readonly algoId: string }
  /** Did it fill? */
  | {
      readonly kind: 'order';
      readonly symbol: string;
      readonly by: { readonly orderId: string } | { readonly clientOrderId: string };
    }
  | { readonly kind: 'conditional-order'; readonly symbol: string; readonly algoId: string }
  /** Of one order, or from a fill's ID on (paging), or since an instant; oldest first, at most 1000. */
  | {
      readonly kind: 'fills';
      readonly symbol: string;
      readonly from: { readonly orderId: string } | { readonly fillId: string } | { readonly sinceMs: number };
    }
  /** `newerThanMs`: an answer that was requested earlier (our clock) does not count. */
  | { readonly kind: 'rules'; readonly newerThanMs: number }
  | { readonly kind: 'server-time' }
  | { readonly kind: 'account-config' }
  | { readonly kind: 'test-order'; readonly order: CloseOrder }
  | { readonly kind: 'key-permissions' }
  /** Spot margin orders, which share the collateral of a portfolio margin account: only reported. */
  | { readonly kind: 'margin-orders' };

/** `afresh`: on a connection that no request was sent on, because the one before was not answered. */
interface Connected {
  readonly afresh?: true;
}

export type RequestKind = ExchangeRequest['kind'];

/** The symbol that it is about; undefined for a request of the whole account. */
export const symbolOfRequest = (request: ExchangeRequest): string | undefined =>
  request.kind === 'close' ? request.order.symbol : 'symbol' in request ? request.symbol : undefined;

export interface AnswerOf {
  readonly positions: Rows<Position>;
  readonly 'open-orders': Rows<OpenOrder>;
  readonly 'conditional-orders': Rows<ConditionalOrder>;
  readonly 'twap-orders': Rows<TwapOrder>;
  readonly close: Receipt;
  readonly 'cancel-orders': null;
  readonly 'cancel-order': null;
  readonly 'cancel-conditionals': null;
  readonly 'cancel-conditional': null;
  readonly 'cancel-twap-order': null;
  readonly order: OrderState;
  readonly 'conditional-order': ConditionalState;
  readonly fills: readonly Fill[];
  readonly rules: ExchangeRules;
  /** The server's time minus ours, in ms; later signatures use it. */
  readonly 'server-time': number;
  readonly 'account-config': AccountConfig;
  readonly 'test-order': null;
  readonly 'key-permissions': KeyPermissions;
  /** The symbol of each. */
  readonly 'margin-orders': readonly string[];
}

/** A read changes nothing, a cancel may be sent twice, an order only after a read. */
export type Operation = 'read' | 'cancel' | 'order';

export interface RequestCost {
  /** In the audit log and the log. */
  readonly name: string;
  readonly operation: Operation;
  /** Per address and minute. */
  readonly weight: number;
  /** Per account, 10 seconds and minute. */
  readonly orders: number;
  readonly host: 'futures' | 'wallet';
}

const futures = (name: string, operation: Operation, weight: number, orders = 0): RequestCost => ({
  ...{ name, operation, weight, orders },
  host: 'futures',
});
const wallet = (name: string, operation: Operation, weight: number): RequestCost => ({
  ...{ name, operation, weight, orders: 0 },
  host: 'wallet',
});

/** Source: each endpoint's page under USDⓈ-M Futures, Wallet and Algo Trading, "IP Weight". */
export const COSTS: Readonly<Record<RequestKind, RequestCost>> = {
  positions: futures('positions', 'read', 5),
  'open-orders': futures('open_orders', 'read', 40),
  'conditional-orders': futures('open_conditional_orders', 'read', 40),
  'twap-orders': wallet('open_strategy_orders', 'read', 1),
  close: futures('close_position', 'order', 0, 1),
  'cancel-orders': futures('cancel_orders', 'cancel', 1),
  'cancel-order': futures('cancel_order', 'cancel', 1),
  'cancel-conditionals': futures('cancel_conditional_orders', 'cancel', 1),
  'cancel-conditional': futures('cancel_conditional_order', 'cancel', 1),
  'cancel-twap-order': wallet('cancel_strategy_order', 'cancel', 1),
  order: futures('find_order', 'read', 1),
  'conditional-order': futures('find_conditional_order', 'read', 1),
  fills: futures('trades', 'read', 5),
  rules: futures('exchange_rules', 'read', 1),
  'server-time': futures('server_time', 'read', 1),
  'account-config': futures('account_config', 'read', 5),
  'test-order': futures('test_order', 'read', 1),
  'key-permissions': wallet('key_permissions', 'read', 1),
  'margin-orders': futures('margin_orders', 'read', 5),
};

/** The documented limits of production (exchangeInfo, rateLimits); the demo host allows more. */
export const DEFAULT_LIMITS = { weightPerMinute: 2_400, ordersPerTenSeconds: 300, ordersPerMinute: 1_200 } as const;
