/**
 * What an endpoint is: a path and verb, who may call it, what it costs, and a function from a call to the JSON value of
 * its answer. Everything else (weights, keys, signatures, faults, headers) happens before and after, in respond.ts.
 */

import type { AccountState, Host } from '../venue/account.ts';
import type { OrderCost } from '../venue/limits.ts';
import type { Refusal } from '../venue/refusal.ts';
import type { World } from '../venue/world.ts';
import type { Params } from './params.ts';

/** A signed call that passed the door. */
export interface Call {
  readonly world: World;
  readonly account: AccountState;
  readonly params: Params;
  readonly script: OrderScript;
}

/** What scripted faults do to the orders of a call. */
export interface OrderScript {
  readonly fillRatio?: string;
  /** The refusal of orders of a symbol, or of all. */
  readonly refuse?: { readonly symbol: string | undefined; readonly refusal: Refusal };
}

interface Door {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Default futures. In this simulator both hosts share a port, and the path tells them apart. */
  readonly host?: Host;
  readonly weight: number | ((params: Params, world: World) => number);
}

export type Endpoint =
  | (Door & { readonly security: 'open'; answer(world: World, params: Params): unknown })
  | (Door & {
      /** `key`: the header alone; `signed`: timestamp and signature too. */
      readonly security: 'key' | 'signed';
      readonly orders?: (call: Call) => OrderCost;
      answer(call: Call): unknown;
    });

/** One order, as the order pages say: 1 on the ten seconds' limit and 1 on the minute's. */
export const oneOrder = (): OrderCost => ({ tenSeconds: 1, minute: 1 });

/** Lists that cost 1 for a symbol and far more for all. */
export const bySymbol = (one: number, all: number) => (params: Params) => (params.has('symbol') ? one : all);
