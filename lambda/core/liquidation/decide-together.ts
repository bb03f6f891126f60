/**
 * What to do now in all markets of an account: each decides for itself, and their requests go out in the order of need, as
 * far as the shared limits allow. What finds no room is wanted again by the next decision.
 */

import { APIS, type Api, apiOf, costIn, POOL_OF_API } from '../exchange/market.ts';
import type { ExchangeRequest, RequestCost } from '../exchange/request.ts';
import { type Room, take, type Urgency } from '../exchange/room.ts';
import { type Decision, decide } from './decide.ts';
import { rankOf } from './need.ts';
import type { EngineState } from './state.ts';

/** APIs of one pool have the same weight and orders left. */
export type ApiRooms = Readonly<Record<Api, Room>>;

/** One decision for each state, in their order. */
export function decideTogether(states: readonly EngineState[], nowMs: number, rooms: ApiRooms): readonly Decision[] {
  const decisions = states.map(state => {
    const { api } = state.job.market;
    return decide(state, nowMs, { futures: rooms[api], wallet: rooms.wallet });
  });
  if (decisions.filter(one => one.kind === 'go-on' && one.requests.length > 0).length < 2) return decisions;
  const wishes = decisions.flatMap((decision, index) => wishesOf(decision, states[index] as EngineState, index));
  wishes.sort((a, b) => a.need - b.need || b.rank - a.rank);

  let left = rooms;
  const granted = new Set<ExchangeRequest>();
  const timers = states.map(() => Number.POSITIVE_INFINITY);
  for (const { index, request, urgency } of wishes) {
    const { market } = (states[index] as EngineState).job;
    const cost = costIn(market, request.kind);
    const api = apiOf(market, cost);
    const taken = take(left[api], cost, urgency, nowMs);
    if (taken.ok) {
      left = afterTaken(left, api, taken.room, cost);
      granted.add(request);
    } else if (taken.atMs !== undefined) {
      timers[index] = Math.min(timers[index] ?? taken.atMs, Math.max(taken.atMs, nowMs + 1));
    }
  }
  return decisions.map((decision, index) => {
    if (decision.kind === 'end') return decision;
    const requests = decision.requests.filter(request => granted.has(request));
    return { ...decision, requests, timerAtMs: Math.min(decision.timerAtMs, timers[index] ?? decision.timerAtMs) };
  });
}

/** What one API used is subtracted from the others of its pool. */
function afterTaken(rooms: ApiRooms, api: Api, room: Room, { weight, orders }: RequestCost): ApiRooms {
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
interface RankedWish {
  readonly index: number;
  readonly request: ExchangeRequest;
  readonly need: number;
  /** Roughly the value in USD; decides the order of closes. */
  readonly rank: number;
  readonly urgency: Urgency;
}

function wishesOf(decision: Decision, state: EngineState, index: number): readonly RankedWish[] {
  if (decision.kind === 'end') return [];
  return [...decision.wants].map(([request, { need, urgency }]) => {
    const symbol = request.kind === 'close' ? request.order.symbol : 'symbol' in request ? request.symbol : undefined;
    const own = symbol === undefined ? undefined : state.symbols.get(symbol);
    return { index, request, need: rankOf(need), rank: own?.rank ?? 0, urgency };
  });
}
