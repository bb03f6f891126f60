/**
 * An account of the venue: its keys, its mode and all it holds. The mutable heart of the simulator; only the files
 * beside this one change it. Instants are the clock's; the wire converts them to the venue's time.
 */

import { createPublicKey, type KeyObject } from 'node:crypto';
import Big from 'big.js';
import type { ConditionalState } from './conditional-state.ts';
import { createOrderCounter, type OrderCounter } from './limits.ts';
import type { OrderState, PositionSide, Side } from './order-state.ts';
import type { PositionState } from './positions.ts';

/** A key and what its signatures are checked with: a secret (HMAC) or a public key (Ed25519, RSA; SPKI). */
export interface KeySpec {
  readonly apiKey: string;
  readonly apiSecret?: string;
  readonly publicKeyPem?: string;
}

export interface AccountSpec extends KeySpec {
  /** How journal and faults call the account; never the key. By default account1, account2 … */
  readonly name?: string;
  readonly hedgeMode?: boolean;
  readonly multiAssetsMargin?: boolean;
  readonly canTrade?: boolean;
  readonly canWithdraw?: boolean;
  /** False: the key lacks the futures permission, every signed call is -2015. */
  readonly enableFutures?: boolean;
  readonly ipRestricted?: boolean;
  /** Addresses the key is good for; an empty list is good for none. Undefined: any. */
  readonly allowedIps?: readonly string[];
  /** The address this account's calls come from; accounts of one address share its weight. */
  readonly ip?: string;
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
  readonly trades: TradeState[];
  readonly counter: OrderCounter;
  /** Instants at which the countdown cancels, by symbol. */
  readonly countdowns: Map<string, number>;
  watching: boolean;
  readonly violations: string[];
}

export function accountState(spec: AccountSpec, ordinal: number, nowMs: number): AccountState {
  return {
    name: spec.name ?? `account${ordinal}`,
    ...keyState(spec),
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
    trades: [],
    counter: createOrderCounter(),
    countdowns: new Map(),
    watching: false,
    violations: [],
  };
}

/** The old key is unknown from now on (-2015). */
export function rotateKey(account: AccountState, spec: KeySpec): void {
  Object.assign(account, keyState(spec));
}

function keyState({ apiKey, apiSecret, publicKeyPem }: KeySpec) {
  return { apiKey, apiSecret, publicKey: publicKeyPem === undefined ? undefined : createPublicKey(publicKeyPem) };
}
