/**
 * What the exchange's limits allow at this instant: weight belongs to the address, orders to the account. The last twentieth of
 * the weight is reserved for urgent requests; a close has no weight. After a refusal requests go out one by one (flow.ts).
 */

import { afterOne, type FlowsLeft, leftFor } from './flow-left.ts';
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
