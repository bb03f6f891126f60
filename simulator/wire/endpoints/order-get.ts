/**
 * GET /fapi/v1/order: by the exchange's id or the client's. Orders that ended without a fill are forgotten after three
 * days ("Query Order").
 */

import { refusal } from '../../engine/rules/refusal.ts';
import type { Endpoint } from '../endpoint.ts';
import { findOrder } from '../find-order.ts';
import { orderJson } from '../order-json.ts';

const REMEMBERED_MS = 3 * 24 * 60 * 60 * 1000;

export const orderGet: Endpoint = {
  method: 'GET',
  path: '/fapi/v1/order',
  security: 'signed',
  weight: 1,
  answer: call => {
    const { world } = call;
    const order = findOrder(call);
    if (order === undefined) throw refusal(-2013);
    const endedEmpty = (order.status === 'CANCELED' || order.status === 'EXPIRED') && order.executed.eq(0);
    if (endedEmpty && world.clock.nowMs() - order.createdAtMs > REMEMBERED_MS) throw refusal(-2013);
    return orderJson(world, order);
  },
};
