/**
 * What the exchange said about its limits, for the next attempt of the run, which mostly begins in another
 * container, whose limiter knows nothing of it. Each travels with the hand-over.
 */

import * as z from 'zod/mini';

import { APIS, type Api } from './market.ts';

/** At one API. An instant that is over still says that one request is to ask alone before others follow. */
export interface ToldWait {
  /** Nothing goes out before. */
  readonly addressUntilMs?: number | undefined;
  /** No order goes out before. */
  readonly ordersUntilMs?: number | undefined;
  /** Weight that was used at that instant, in its minute. */
  readonly used?: { readonly weight: number; readonly atMs: number } | undefined;
}

export type ToldWaits = Readonly<Partial<Record<Api, ToldWait | undefined>>>;

/** Undefined where nothing is to be told. */
export function toldWaits(of: (api: Api) => ToldWait | undefined): ToldWaits | undefined {
  const told = APIS.flatMap(api => {
    const wait = of(api);
    return wait === undefined ? [] : [[api, wait] as const];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

/** The later one of each; undefined where neither says anything. */
export function laterOf(one: ToldWait | undefined, other: ToldWait | undefined): ToldWait | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    addressUntilMs: latest([one.addressUntilMs, other.addressUntilMs]),
    ordersUntilMs: latest([one.ordersUntilMs, other.ordersUntilMs]),
    used: one.used ?? other.used,
  };
}

/** Before this nothing of all that was asked for can go out; 0 where nothing is in the way. */
export const addressesUntilMs = (told: ToldWaits | undefined): number =>
  latest(APIS.map(api => (api === 'wallet' ? undefined : told?.[api]?.addressUntilMs))) ?? 0;

function latest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter(one => one !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

const instant = z.optional(z.int().check(z.positive()));
const used = z.optional(z.strictObject({ weight: z.int().check(z.nonnegative()), at_ms: z.int().check(z.positive()) }));
const wait = z.optional(z.strictObject({ address_until_ms: instant, orders_until_ms: instant, used }));

/** As it stands in an event. */
export const toldWaitsShape = z.strictObject({ fapi: wait, dapi: wait, papi: wait, wallet: wait });

export const readToldWaits = (told: z.infer<typeof toldWaitsShape> | undefined): ToldWaits | undefined =>
  told && toldWaits(api => told[api] && readWait(told[api]));

const readWait = ({ address_until_ms, orders_until_ms, used: of }: NonNullable<z.infer<typeof wait>>): ToldWait => ({
  addressUntilMs: address_until_ms,
  ordersUntilMs: orders_until_ms,
  used: of && { weight: of.weight, atMs: of.at_ms },
});

export const writeToldWaits = (told: ToldWaits): Readonly<Record<string, unknown>> =>
  Object.fromEntries(APIS.flatMap(api => (told[api] === undefined ? [] : [[api, writeWait(told[api])]])));

const writeWait = ({ addressUntilMs, ordersUntilMs, used: of }: ToldWait) => ({
  ...(addressUntilMs === undefined ? {} : { address_until_ms: Math.ceil(addressUntilMs) }),
  ...(ordersUntilMs === undefined ? {} : { orders_until_ms: Math.ceil(ordersUntilMs) }),
  ...(of === undefined ? {} : { used: { weight: of.weight, at_ms: Math.ceil(of.atMs) } }),
});
