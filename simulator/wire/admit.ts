/**
 * The admission of a request: its weight and orders are charged, its key and signature are checked.
 *
 *   weight, window and ban of the address ─ route ─ key ─ timestamp and signature ─ orders of the account ─► admitted
 *
 * Every answer has the used weight in its headers, refusals and scripted answers too.
 */

import type { Host } from '../engine/accounts/account.ts';
import type { JournalEntry } from '../engine/journal.ts';
import {
  chargeOrders,
  chargeWeight,
  type IpCounter,
  isRefusing,
  type Limits,
  type OrderCost,
  ordersUsed,
  weightUsed,
} from '../engine/rules/limits.ts';
import { refusalOf } from '../engine/rules/refusal.ts';
import type { MarketCode } from '../engine/symbols/symbols.ts';
import { exchangeTimeMs, ipCounterOf, type World } from '../engine/world.ts';
import { authenticateKey, authenticateSignature } from './authenticate.ts';
import { type Endpoint, type EndpointCall, noSuchPath } from './endpoint.ts';
import { type Params, paramsOf, parseParams, readParams } from './params.ts';
import { routeOf } from './routes.ts';
import type { WireRequest } from './wire.ts';

/** A request, its origin, its journal entry, and the headers of its answer so far. */
export interface Visit {
  readonly world: World;
  readonly request: WireRequest;
  readonly host: Host;
  readonly ip: string;
  readonly entry: JournalEntry;
  readonly headers: Record<string, string>;
}

export type Admission =
  | {
      readonly kind: 'open';
      readonly endpoint: Extract<Endpoint, { security: 'open' }>;
      readonly params: Params;
      readonly market: MarketCode;
    }
  | {
      readonly kind: 'account';
      readonly endpoint: Exclude<Endpoint, { security: 'open' }>;
      readonly call: Omit<EndpointCall, 'script'>;
      readonly cost: OrderCost | undefined;
    };

/** An unknown path weighs as much as the lightest known one. */
const LEAST_WEIGHT = 1;

/** Whether a window or a ban refuses the request before any other check. */
export function isHeld(world: World, request: WireRequest, host: Host, ip: string): boolean {
  return isRefusing(ipCounterOf(world, ip, host), weightOf(world, request), world.rules, exchangeTimeMs(world));
}

/** Charges the address. Throws 429 and 418. */
export function charge({ world, request, host, ip, entry, headers }: Visit): void {
  const counter = ipCounterOf(world, ip, host);
  const nowMs = exchangeTimeMs(world);
  entry.weight = weightOf(world, request);
  try {
    chargeWeight(counter, entry.weight, world.limits, world.rules, nowMs);
  } finally {
    showWeight(headers, host, counter, nowMs);
  }
}

/** Throws the refusal of the first check that fails. */
export function admit({ world, request, ip, host, entry }: Visit): Admission {
  const endpoint = routeOf(request.method, request.path);
  if (endpoint === undefined) throw noSuchPath(request);
  const params = readParams(request.query, request.body);
  const market = endpoint.market ?? 'um';
  if (endpoint.security === 'open') return { kind: 'open', endpoint, params, market };
  const account = authenticateKey(world, request, ip, host);
  if (endpoint.security === 'signed') authenticateSignature(world, account, request, params);
  if (host !== 'wallet') checkMarket(world, market, params);
  const call = { world, account, params, market };
  const cost = endpoint.orders?.(call);
  if (cost !== undefined) {
    chargeOrders(account.counter, cost, limitsAt(world, host), ipCounterOf(world, ip, host), exchangeTimeMs(world));
    entry.orders = cost.tenSeconds;
  }
  return { kind: 'account', endpoint, call, cost };
}

/** papi has no limit of ten seconds. */
const limitsAt = ({ limits }: World, host: Host): Limits =>
  host === 'portfolio' ? { ...limits, ordersPerTenSeconds: Number.POSITIVE_INFINITY } : limits;

/** A symbol of the other market is not known here; items of a batch are read one by one. */
function checkMarket(world: World, market: MarketCode, params: Params): void {
  const { symbol } = params.all;
  const known = symbol === undefined ? undefined : world.symbols.get(symbol);
  if (known !== undefined && known.market !== market) throw refusalOf(-1121);
}

export function showOrderCounts(
  headers: Record<string, string>,
  { world, account }: Omit<EndpointCall, 'script'>,
  host: Host,
): void {
  const used = ordersUsed(account.counter, exchangeTimeMs(world));
  if (host !== 'portfolio') headers['x-mbx-order-count-10s'] = String(used.tenSeconds);
  headers['x-mbx-order-count-1m'] = String(used.minute);
}

function showWeight(headers: Record<string, string>, host: Host, counter: IpCounter, nowMs: number): void {
  const name = host === 'wallet' ? 'x-sapi-used-ip-weight-1m' : 'x-mbx-used-weight-1m';
  headers[name] = String(weightUsed(counter, nowMs));
}

/** By the parameters as sent: they are checked later. */
function weightOf(world: World, request: WireRequest): number {
  const endpoint = routeOf(request.method, request.path);
  if (endpoint === undefined) return LEAST_WEIGHT;
  if (typeof endpoint.weight === 'number') return endpoint.weight;
  return endpoint.weight(paramsOf(parseParams(request.query, request.body)), world);
}
