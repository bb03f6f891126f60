/** The waits that the exchange requested, for the next attempt: it mostly begins in another container, with a new limiter. */

import * as z from 'zod/mini';

import { APIS, type Api } from './market.ts';

/** At one API. After an instant that has passed, the next request still goes out alone first. */
export interface RequestedWait {
  /** Nothing goes out before. */
  readonly addressUntilMs?: number | undefined;
  /** No order goes out before. */
  readonly ordersUntilMs?: number | undefined;
  /** Weight that was used at that instant, in its minute. */
  readonly used?: { readonly weight: number; readonly atMs: number } | undefined;
}

export type RequestedWaits = Readonly<Partial<Record<Api, RequestedWait | undefined>>>;

/** Undefined where there is no wait. */
export function requestedWaits(of: (api: Api) => RequestedWait | undefined): RequestedWaits | undefined {
  const waits = APIS.flatMap(api => {
    const wait = of(api);
    return wait === undefined ? [] : [[api, wait] as const];
  });
  return waits.length === 0 ? undefined : Object.fromEntries(waits);
}

export function laterOf(one: RequestedWait | undefined, other: RequestedWait | undefined): RequestedWait | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    addressUntilMs: latest([one.addressUntilMs, other.addressUntilMs]),
    ordersUntilMs: latest([one.ordersUntilMs, other.ordersUntilMs]),
    used: one.used ?? other.used,
  };
}

/** Before this nothing goes out at any futures API; 0 without a wait. */
export const addressesUntilMs = (waits: RequestedWaits | undefined): number =>
  latest(APIS.map(api => (api === 'wallet' ? undefined : waits?.[api]?.addressUntilMs))) ?? 0;

function latest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter(one => one !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

const instant = z.optional(z.int().check(z.positive()));
const used = z.optional(z.strictObject({ weight: z.int().check(z.nonnegative()), at_ms: z.int().check(z.positive()) }));
const wait = z.optional(z.strictObject({ address_until_ms: instant, orders_until_ms: instant, used }));

/** In an event, under `resume.told`. */
export const requestedWaitsShape = z.strictObject({ fapi: wait, dapi: wait, papi: wait, wallet: wait });

export const readRequestedWaits = (
  waits: z.infer<typeof requestedWaitsShape> | undefined,
): RequestedWaits | undefined => waits && requestedWaits(api => waits[api] && readWait(waits[api]));

const readWait = ({
  address_until_ms,
  orders_until_ms,
  used: of,
}: NonNullable<z.infer<typeof wait>>): RequestedWait => ({
  addressUntilMs: address_until_ms,
  ordersUntilMs: orders_until_ms,
  used: of && { weight: of.weight, atMs: of.at_ms },
});

export const writeRequestedWaits = (waits: RequestedWaits): Readonly<Record<string, unknown>> =>
  Object.fromEntries(APIS.flatMap(api => (waits[api] === undefined ? [] : [[api, writeWait(waits[api])]])));

const writeWait = ({ addressUntilMs, ordersUntilMs, used: of }: RequestedWait) => ({
  ...(addressUntilMs === undefined ? {} : { address_until_ms: Math.ceil(addressUntilMs) }),
  ...(ordersUntilMs === undefined ? {} : { orders_until_ms: Math.ceil(ordersUntilMs) }),
  ...(of === undefined ? {} : { used: { weight: of.weight, at_ms: Math.ceil(of.atMs) } }),
});
