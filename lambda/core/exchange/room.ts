/**
 * What the exchange's limits allow at this instant: weight belongs to the address, orders to the account. The last twentieth of
 * the weight is reserved for urgent requests; a close has no weight. After a refusal requests go out one by one (flow.ts).
 */

import { afterOne, type FlowsLeft, leftFor } from './flow.ts';
import { APIS, type Api, POOL_OF_API } from './market.ts';
import type { RequestCost } from './request.ts';

export interface Room {
  /** The end of a requested wait: nothing goes out before. */
  readonly openAtMs: number;
  /** How many more requests may be on their way. */
  readonly slots: number;
  /** How many of each kind. */
  readonly flows: FlowsLeft;
  readonly weightLimit: number;
  readonly weightLeft: number;
  readonly weightFreeAtMs: number;
  readonly ordersLeft: number;
  readonly ordersFreeAtMs: number;
}

/** The reserved share of the weight. */
const KEPT_SHARE = 0.05;

/** Only `urgent` requests may use the kept share. */
export type Urgency = 'urgent' | 'can-wait';

export type Taken =
  | { readonly ok: true; readonly room: Room }
  /** `atMs`: when there may be room; undefined if an answer must come first. */
  | { readonly ok: false; readonly atMs: number | undefined };

export function take(room: Room, cost: RequestCost, urgency: Urgency, nowMs: number): Taken {
  if (room.openAtMs > nowMs) return { ok: false, atMs: room.openAtMs };
  if (room.slots <= 0) return { ok: false, atMs: undefined };
  const flow = leftFor(room.flows, cost, nowMs);
  if (flow.left <= 0) return { ok: false, atMs: flow.freeAtMs };
  const kept = urgency === 'urgent' ? 0 : room.weightLimit * KEPT_SHARE;
  if (cost.weight > 0 && room.weightLeft - kept < cost.weight) return { ok: false, atMs: room.weightFreeAtMs };
  if (cost.orders > room.ordersLeft) return { ok: false, atMs: room.ordersFreeAtMs };
  return {
    ok: true,
    room: {
      ...room,
      slots: room.slots - 1,
      flows: afterOne(room.flows, cost, nowMs),
      weightLeft: room.weightLeft - cost.weight,
      ordersLeft: room.ordersLeft - cost.orders,
    },
  };
}

/** APIs of one pool have the same weight and orders left. */
export type ApiRooms = Readonly<Record<Api, Room>>;

/** What one API used is subtracted from the others of its pool. */
export function afterTaken(rooms: ApiRooms, api: Api, room: Room, { weight, orders }: RequestCost): ApiRooms {
  const next: Record<Api, Room> = { ...rooms, [api]: room };
  for (const other of APIS) {
    if (other === api || POOL_OF_API[other] !== POOL_OF_API[api]) continue;
    const { slots, weightLeft, ordersLeft } = next[other];
    next[other] = {
      ...next[other],
      ...{ slots: slots - 1, weightLeft: weightLeft - weight, ordersLeft: ordersLeft - orders },
    };
  }
  return next;
}
