/**
 * An account of the exchange: its keys, its mode and all it holds. The mutable heart of the simulator; only the files
 * beside this one change it. Instants are the clock's; the wire converts them to the exchange's time.
 */

import { createPublicKey, type KeyObject } from 'node:crypto';
import Big from 'big.js';
import type { ConditionalState } from '../orders/conditional-state.ts';
import type { OrderState, PositionSide, Side } from '../orders/order-state.ts';
import type { TwapState } from '../orders/twap-state.ts';
import { createOrderCounter, type OrderCounter } from '../rules/limits.ts';
import type { PositionMove } from './position-move.ts';
import type { PositionState } from './positions.ts';

/** A key and what its signatures are checked with: a secret (HMAC) or a public key (Ed25519, RSA; SPKI). */
export interface KeySpec {
  readonly apiKey: string;
  readonly apiSecret?: string;
  readonly publicKeyPem?: string;
}

/**
 * Futures: fapi and dapi, which count together. Portfolio: papi. Wallet: sapi on api.binance.com, with another weight,
 * another right and another list of addresses.
 */
export type Host = 'futures' | 'portfolio' | 'wallet';

/** What a key gets instead of service. Without `host`: on both. `msg` is the exchange's own sentence unless given. */
export interface KeyRefusal {
  readonly status: number;
  readonly code: number;
  readonly msg?: string;
  readonly host?: Host;
}

export interface AccountSpec extends KeySpec {
  /** How journal and faults call the account; never the key. By default account1, account2 … */
  readonly name?: string;
  readonly hedgeMode?: boolean;
  readonly multiAssetsMargin?: boolean;
  readonly canTrade?: boolean;
  readonly canWithdraw?: boolean;
  /** False: the key lacks the futures permission. Every private fapi call is 401/-2015, the wallet's host still answers. */
  readonly enableFutures?: boolean;
  /** The key is known, and refused all the same. */
  readonly keyRefusal?: KeyRefusal;
  readonly ipRestricted?: boolean;
  /** Addresses the key is good for; an empty list is good for none. Undefined: any. */
  readonly allowedIps?: readonly string[];
  /** The address this account's calls come from; accounts of one address share its weight. */
  readonly ip?: string;
  /**
   * Such an account has left fapi and dapi: every private call there is 401/-2015, reads included (Binance.Net#1485), and
   * papi serves it, which serves no other.
   */
  readonly portfolioMargin?: boolean;
  readonly coolingOff?: boolean;
  readonly walletBalance?: string;
  readonly leverage?: number;
}

/** The address of calls that do not say otherwise (documentation range of RFC 5737). */
export const SHARED_IP = '203.0.113.7';

export interface TradeState {
  readonly tradeId: number;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly positionSide: PositionSide;
  readonly price: Big;
  readonly quantity: Big;
  readonly realizedPnl: Big;
  readonly commission: Big;
  readonly marginAsset: string;
  readonly maker: boolean;
  readonly atMs: number;
}

export interface AccountState {
  readonly name: string;
  apiKey: string;
  apiSecret: string | undefined;
  publicKey: KeyObject | undefined;
  keyRefusal: KeyRefusal | undefined;
  readonly hedgeMode: boolean;
  readonly multiAssetsMargin: boolean;
  readonly canTrade: boolean;
  readonly canWithdraw: boolean;
  readonly enableFutures: boolean;
  readonly ipRestricted: boolean;
  readonly allowedIps: readonly string[] | undefined;
  readonly ip: string;
  readonly portfolioMargin: boolean;
  readonly coolingOff: boolean;
  readonly leverage: number;
  readonly createdAtMs: number;
  readonly wallets: Map<string, Big>;
  readonly positions: Map<string, PositionState>;
  readonly orders: OrderState[];
  readonly conditionals: ConditionalState[];
  readonly twaps: TwapState[];
  readonly trades: TradeState[];
  readonly counter: OrderCounter;
  /** Every change of every position, oldest first. */
  readonly moves: PositionMove[];
  watching: boolean;
  readonly violations: string[];
}

export function accountState(spec: AccountSpec, ordinal: number, nowMs: number): AccountState {
  return {
    name: spec.name ?? `account${ordinal}`,
    ...keyState(spec),
    keyRefusal: spec.keyRefusal,
    hedgeMode: spec.hedgeMode ?? false,
    multiAssetsMargin: spec.multiAssetsMargin ?? false,
    canTrade: spec.canTrade ?? true,
    canWithdraw: spec.canWithdraw ?? false,
    enableFutures: spec.enableFutures ?? true,
    ipRestricted: spec.ipRestricted ?? spec.allowedIps !== undefined,
    allowedIps: spec.allowedIps,
    ip: spec.ip ?? SHARED_IP,
    portfolioMargin: spec.portfolioMargin ?? false,
    coolingOff: spec.coolingOff ?? false,
    leverage: spec.leverage ?? 20,
    createdAtMs: nowMs,
    wallets: new Map([['USDT', new Big(spec.walletBalance ?? '100000')]]),
    positions: new Map(),
    orders: [],
    conditionals: [],
    twaps: [],
    trades: [],
    counter: createOrderCounter(),
    moves: [],
    watching: false,
    violations: [],
  };
}

/** The old key is unknown from now on (see `unknownKey` in unconfirmed.ts). */
export function rotateKey(account: AccountState, spec: KeySpec): void {
  Object.assign(account, keyState(spec));
}

function keyState({ apiKey, apiSecret, publicKeyPem }: KeySpec) {
  return { apiKey, apiSecret, publicKey: publicKeyPem === undefined ? undefined : createPublicKey(publicKeyPem) };
}
