/**
 * The markets of a Binance futures account, as data. The engine is the same for all; the differences are here.
 *
 *   account = futures            usdm ─ fapi   coinm ─ dapi      weight and orders count together
 *   account = portfolio_margin   usdm ─ papi   coinm ─ papi      limits of their own
 *
 * Sources: General Info of each API, and the weight on each endpoint's page.
 */

import type { RateLimits } from './model.ts';
import { COSTS, DEFAULT_LIMITS, type RequestCost, type RequestKind } from './request.ts';

export const MARKET_NAMES = ['usdm', 'coinm'] as const;
export type MarketName = (typeof MARKET_NAMES)[number];

export const ACCOUNT_KINDS = ['futures', 'portfolio_margin'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export type MarketId = 'usdm' | 'coinm' | 'portfolio-usdm' | 'portfolio-coinm';

/** APIs with common limits. */
export type Pool = 'futures' | 'portfolio' | 'wallet';

/** What receives a request. One API may refuse while another of the same pool does not. */
export const APIS = ['fapi', 'dapi', 'papi', 'wallet'] as const;

export type Api = (typeof APIS)[number];

export interface Market {
  readonly id: MarketId;
  readonly name: MarketName;
  readonly account: AccountKind;
  /** For people. */
  readonly title: string;
  /** `title` in ASCII, for subjects of mails. */
  readonly headline: string;
  readonly pool: Pool;
  readonly api: Api;
  /** Contracts are whole numbers, each with a fixed value in USD. */
  readonly quantityUnit: 'coins' | 'contracts';
  /** The most characters of a client order ID. */
  readonly longestClientId: number;
  readonly limits: RateLimits;
  /** Only those that differ from USDⓈ-M. */
  readonly weights: Readonly<Partial<Record<RequestKind, number>>>;
  /** Conditional orders may be in the list of open orders, and are cancelled with them. */
  readonly stopsAmongOrders: boolean;
  /** Whether fills can be read by order ID. */
  readonly fillsByOrder: boolean;
  /** Whether TWAP and VP orders are listed with this market. */
  readonly hasTwapOrders: boolean;
  /** The smallest order for the test endpoint; undefined if there is none. */
  readonly testOrder: { readonly symbol: string; readonly quantity: string } | undefined;
}

/** No ten-second limit is documented, so that of the other APIs is used. */
export const PORTFOLIO_LIMITS = { ...DEFAULT_LIMITS, weightPerMinute: 6_000 };

export const MARKETS: Readonly<Record<MarketId, Market>> = {
  usdm: {
    ...{ id: 'usdm', name: 'usdm', account: 'futures', title: 'USDⓈ-M', headline: 'USD-M' },
    ...{ pool: 'futures', api: 'fapi' },
    ...{ quantityUnit: 'coins', longestClientId: 36, limits: DEFAULT_LIMITS, weights: {}, hasTwapOrders: true },
    fillsByOrder: true,
    stopsAmongOrders: false,
    testOrder: { symbol: 'BTCUSDT', quantity: '0.002' },
  },
  coinm: {
    ...{ id: 'coinm', name: 'coinm', account: 'futures', title: 'COIN-M', headline: 'COIN-M' },
    ...{ pool: 'futures', api: 'dapi' },
    ...{ quantityUnit: 'contracts', longestClientId: 36, limits: DEFAULT_LIMITS, hasTwapOrders: false },
    fillsByOrder: true,
    stopsAmongOrders: true,
    // Two pages each: positions and account (1 + 5), conditional orders in both of their lists (40 + 40).
    weights: { positions: 6, 'conditional-orders': 80, 'cancel-conditionals': 2, 'account-config': 35 },
    testOrder: undefined,
  },
  'portfolio-usdm': {
    ...{ id: 'portfolio-usdm', name: 'usdm', account: 'portfolio_margin', title: 'portfolio margin UM' },
    headline: 'PORTFOLIO MARGIN UM',
    ...{ pool: 'portfolio', api: 'papi' },
    ...{ quantityUnit: 'coins', longestClientId: 32, limits: PORTFOLIO_LIMITS, hasTwapOrders: true },
    fillsByOrder: false,
    stopsAmongOrders: false,
    // Conditional orders in the new list and in the one from before the migration (40 + 40).
    weights: { 'conditional-orders': 80, 'cancel-conditionals': 2, close: 1 },
    testOrder: undefined,
  },
  'portfolio-coinm': {
    ...{ id: 'portfolio-coinm', name: 'coinm', account: 'portfolio_margin', title: 'portfolio margin CM' },
    headline: 'PORTFOLIO MARGIN CM',
    ...{ pool: 'portfolio', api: 'papi' },
    ...{ quantityUnit: 'contracts', longestClientId: 32, limits: PORTFOLIO_LIMITS },
    ...{ hasTwapOrders: false, testOrder: undefined, fillsByOrder: false, stopsAmongOrders: false },
    // Positions and account: 1 + 5.
    weights: { positions: 6, close: 1, fills: 20, 'account-config': 35 },
  },
};

/** In a fixed order. */
export const marketsOf = (account: AccountKind, names: readonly MarketName[]): readonly Market[] =>
  Object.values(MARKETS).filter(market => market.account === account && names.includes(market.name));

/** The others of the account: what they hold is reported, not closed. */
export const uncoveredMarkets = (account: AccountKind, names: readonly MarketName[]): readonly Market[] =>
  Object.values(MARKETS).filter(market => market.account === account && !names.includes(market.name));

export const costIn = (market: Market, kind: RequestKind): RequestCost => {
  const cost = COSTS[kind];
  const weight = market.weights[kind];
  return weight === undefined ? cost : { ...cost, weight };
};

export const apiOf = (market: Market, cost: Pick<RequestCost, 'host'>): Api =>
  cost.host === 'wallet' ? 'wallet' : market.api;

export const POOL_OF_API = {
  ...{ fapi: 'futures', dapi: 'futures', papi: 'portfolio', wallet: 'wallet' },
} as const satisfies Record<Api, Pool>;
