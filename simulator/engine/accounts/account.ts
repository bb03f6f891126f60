/**
 * An account of the exchange: its keys, its mode, its positions and orders. Only the files of this folder and of `orders`
 * change it. Instants are the clock's; the wire converts them to the exchange's time.
 */

import { createPublicKey, type KeyObject } from 'node:crypto';
import Big from 'big.js';
import type { ExchangeConditional } from '../orders/conditional-state.ts';
import type { ExchangeOrder, TradeState } from '../orders/order-state.ts';
import type { TwapState } from '../orders/twap-state.ts';
import { createOrderCounter, type OrderCounter } from '../rules/limits.ts';
import type { PositionMove } from './position-move.ts';
import type { PositionState } from './positions.ts';

/** A key, and what verifies its signatures: a secret (HMAC) or a public key (Ed25519, RSA; SPKI). */
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

/** The answer to each call of a key. Without `host`: at all hosts. Without `msg`: the exchange's own sentence. */
export interface KeyRefusal {
  readonly status: number;
  readonly code: number;
  readonly msg?: string;
  readonly host?: Host;
}

/** The address of calls that do not say otherwise (documentation range of RFC 5737). */
export const SHARED_IP = '203.0.113.7';

/** What a spec may leave out. */
const DEFAULTS = {
  hedgeMode: false,
  multiAssetsMargin: false,
  canTrade: true,
  canWithdraw: false,
  /** False: the key lacks the futures permission. Every private fapi call is 401/-2015, the wallet's host still answers. */
  enableFutures: true,
  /** Such an account exists at papi only: every private call of fapi and dapi is 401/-2015, reads included (Binance.Net#1485). */
  portfolioMargin: false,
  leverage: 20,
  /** The address of this account's calls; accounts of one address share its weight. */
  ip: SHARED_IP,
};

export interface AccountSpec extends KeySpec, Partial<Readonly<typeof DEFAULTS>> {
  /** The account's name in journal and faults; never the key. By default account1, account2 … */
  readonly name?: string;
  /** The key is known, and refused all the same. */
  readonly keyRefusal?: KeyRefusal;
  readonly ipRestricted?: boolean;
  /** Addresses that may use the key; an empty list: none. Undefined: any. */
  readonly allowedIps?: readonly string[];
  readonly walletBalance?: string;
}

/** Of a user data stream; the functions are in listen-key.ts. */
export interface ListenKey {
  readonly text: string;
  expiresAtMs: number;
}

export interface AccountState extends Readonly<typeof DEFAULTS> {
  readonly name: string;
  apiKey: string;
  apiSecret: string | undefined;
  publicKey: KeyObject | undefined;
  keyRefusal: KeyRefusal | undefined;
  readonly ipRestricted: boolean;
  readonly allowedIps: readonly string[] | undefined;
  readonly createdAtMs: number;
  readonly wallets: Map<string, Big>;
  readonly positions: Map<string, PositionState>;
  readonly orders: ExchangeOrder[];
  readonly conditionals: ExchangeConditional[];
  readonly twaps: TwapState[];
  readonly trades: TradeState[];
  readonly counter: OrderCounter;
  /** Every change of every position, oldest first. */
  readonly moves: PositionMove[];
  readonly listeners: Set<(change: AccountChange) => void>;
  listenKey: ListenKey | undefined;
  watching: boolean;
  readonly violations: string[];
}

export function accountState(spec: AccountSpec, ordinal: number, nowMs: number): AccountState {
  const { apiKey: _, apiSecret: __, publicKeyPem: ___, walletBalance = '100000', ...given } = spec;
  return {
    ...{ ...DEFAULTS, name: `account${ordinal}`, ...given },
    ...keyState(spec),
    keyRefusal: spec.keyRefusal,
    ipRestricted: spec.ipRestricted ?? spec.allowedIps !== undefined,
    allowedIps: spec.allowedIps,
    createdAtMs: nowMs,
    wallets: new Map([['USDT', new Big(walletBalance)]]),
    positions: new Map(),
    ...{ orders: [], conditionals: [], twaps: [], trades: [], moves: [], violations: [] },
    counter: createOrderCounter(),
    listeners: new Set(),
    listenKey: undefined,
    watching: false,
  };
}

/** The old key is unknown from now on (see `unknownKey` in unconfirmed.ts). */
export const rotateKey = (account: AccountState, spec: KeySpec): void => void Object.assign(account, keyState(spec));

const keyState = ({ apiKey, apiSecret, publicKeyPem }: KeySpec) => ({
  ...{ apiKey, apiSecret, publicKey: publicKeyPem === undefined ? undefined : createPublicKey(publicKeyPem) },
});

export type AccountChange = { readonly atMs: number } & (
  | { readonly kind: 'order'; readonly order: ExchangeOrder; readonly trade: TradeState | undefined }
  | { readonly kind: 'conditional'; readonly conditional: ExchangeConditional }
  /** The wallet of `asset` changed with it; undefined: none did. */
  | { readonly kind: 'position'; readonly position: PositionState; readonly asset: string | undefined }
  | { readonly kind: 'listen key expired'; readonly listenKey: string }
);
