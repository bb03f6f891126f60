/**
 * What the exchange's limits let us send at this instant, as a value: the limiter gives it, `decide` spends it.
 *
 * Limits belong to the address (weight) and the account (orders). The last twentieth of the weight is kept from what can
 * wait: a close weighs nothing, so it goes out where there is room for nothing else. After a refusal one request at a time
 * asks whether the next ones may follow (flow.ts): the first that is wanted, and closes are wanted before all else.
 */

import { afterOne, type FlowsLeft, leftFor } from './flow-left.ts';
import type { RequestCost } from './request.ts';

export interface Room {
  /** Nothing goes out before: the exchange requested a wait. */
  readonly openAtMs: number;
  /** Requests that may still join those on their way. */
  readonly slots: number;
  /** Of these, by the kind of request. */
  readonly flows: FlowsLeft;
  readonly weightLimit: number;
  readonly weightLeft: number;
  readonly weightFreeAtMs: number;
  readonly ordersLeft: number;
  readonly ordersFreeAtMs: number;
}

/** What is kept for others, as a share of the limit. */
const KEPT_SHARE = 0.05;

/** Only `urgent` requests may use the kept share. */
export type Urgency = 'urgent' | 'can-wait';

export type Taken =
  | { readonly ok: true; readonly room: Room }
  /** `atMs`: when there may be room; undefined where an answer must come first. */
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
