/**
 * An endpoint: its verb and path, who may call it, its weight, and the function from a call to the JSON value of its
 * answer. Everything else (keys, signatures, faults, headers) happens before and after, in respond.ts.
 */

import type { AccountState, Host } from '../engine/accounts/account.ts';
import { type FaultRule, isAbout, isAboutItems } from '../engine/rules/fault-script.ts';
import type { OrderCost } from '../engine/rules/limits.ts';
import { type Refusal, refusalOf } from '../engine/rules/refusal.ts';
import type { MarketCode } from '../engine/symbols/symbols.ts';
import type { World } from '../engine/world.ts';
import type { Params } from './params.ts';

/** A signed call that was admitted. */
export interface EndpointCall {
  readonly world: World;
  readonly account: AccountState;
  readonly params: Params;
  readonly market: MarketCode;
  readonly script: OrderScript;
}

/** The effects of scripted faults on the orders of a call. */
export interface OrderScript {
  readonly fillRatio?: string;
  /** Refusals, each with the requests or batch items that it applies to. */
  readonly refusals: readonly { readonly on: FaultRule['on']; readonly refusal: Refusal }[];
}

interface Access {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Default USDⓈ-M. A symbol of the other one is unknown there. */
  readonly market?: MarketCode;
  readonly weight: number | ((params: Params, world: World) => number);
}

export type Endpoint =
  | (Access & { readonly security: 'open'; answer(world: World, params: Params, market: MarketCode): unknown })
  | (Access & {
      /** `key`: the header alone; `signed`: timestamp and signature too. */
      readonly security: 'key' | 'signed';
      /** It may wait in the matching engine. */
      readonly queue?: 'orders' | 'cancels' | 'conditionals';
      /** Scripted refusals of some symbols apply to its items, not to the whole request. */
      readonly refusesByItem?: true;
      readonly orders?: (call: Omit<EndpointCall, 'script'>) => OrderCost;
      answer(call: EndpointCall): unknown;
    });

type OpenEndpoint = Extract<Endpoint, { security: 'open' }>;
export type AccountEndpoint = Exclude<Endpoint, { security: 'open' }>;

/** A GET that needs no key. */
export const openEndpoint = (
  access: Pick<OpenEndpoint, 'path' | 'weight'>,
  answer: OpenEndpoint['answer'],
): OpenEndpoint => ({
  method: 'GET',
  security: 'open',
  ...access,
  answer,
});

export const signedEndpoint = (
  access: Omit<AccountEndpoint, 'security' | 'answer'>,
  answer: AccountEndpoint['answer'],
): AccountEndpoint => ({ security: 'signed', ...access, answer });

/** The answer of a cancel-all. */
export const CANCELLED_ALL = { code: 200, msg: 'The operation of cancel all open order is done.' } as const;

/** One order, as the order pages say: 1 on the ten seconds' limit and 1 on the minute's. */
export const oneOrder = (): OrderCost => ({ tenSeconds: 1, minute: 1 });

/** The weight of a list: for one symbol, and for all. */
export const bySymbol = (one: number, all: number) => (params: Params) => (params.has('symbol') ? one : all);

/** In this simulator all hosts share a port; the path says which host is meant. */
export function hostOf(path: string): Host {
  if (path.startsWith('/sapi/')) return 'wallet';
  return path.startsWith('/papi/') ? 'portfolio' : 'futures';
}

/** The answer for an unknown path or verb. */
export const noSuchPath = ({ method, path }: { readonly method: string; readonly path: string }): Refusal =>
  refusalOf(-5000, `Path ${path}, Method ${method} is invalid`);

type Raw = Readonly<Record<string, string>>;

/** Throws if a refusal concerns the whole request. */
export function refuseRequest({ refusals }: OrderScript, refusesByItem: boolean): void {
  const found = refusals.find(({ on }) => !(refusesByItem && isAboutItems(on)));
  if (found !== undefined) throw found.refusal;
}

/** Throws if a refusal concerns this item of a batch. */
export function refuseByScript({ refusals }: OrderScript, order: Raw): void {
  const found = refusals.find(({ on }) => isAboutItems(on) && isAbout(on, order));
  if (found !== undefined) throw found.refusal;
}
