/**
 * What to do now in all markets of an account: each decides for itself, and what they want together goes out in the order
 * of need, as far as the limits allow that they share. What finds no room is wanted again by the next decision, since a
 * decision remembers nothing.
 */

import { costIn, DOORS, type Door, doorOf, POOL_OF_DOOR } from '../exchange/market.ts';
import type { ExchangeRequest, RequestCost } from '../exchange/request.ts';
import { type Room, take, type Urgency } from '../exchange/room.ts';
import { type Decision, decide, type Rooms } from './decide.ts';
import { rankOf } from './need.ts';
import type { EngineState } from './state.ts';

/** Weight and orders of doors to the same limits are the same. */
export type DoorRooms = Readonly<Record<Door, Room>>;

/** One decision for each state, in their order. */
export function decideTogether(states: readonly EngineState[], nowMs: number, rooms: DoorRooms): readonly Decision[] {
  const decisions = states.map(state => decide(state, nowMs, roomsOf(state, rooms)));
  if (decisions.filter(one => one.kind === 'go-on' && one.requests.length > 0).length < 2) return decisions;
  const wishes = decisions.flatMap((decision, index) => wishesOf(decision, states[index] as EngineState, index));
  wishes.sort((a, b) => a.need - b.need || b.rank - a.rank);

  let left = rooms;
  const granted = new Set<ExchangeRequest>();
  const wakes = states.map(() => Number.POSITIVE_INFINITY);
  for (const { index, request, urgency } of wishes) {
    const { market } = (states[index] as EngineState).job;
    const cost = costIn(market, request.kind);
    const door = doorOf(market, cost);
    const taken = take(left[door], cost, urgency, nowMs);
    if (taken.ok) {
      left = afterTaken(left, door, taken.room, cost);
      granted.add(request);
    } else if (taken.atMs !== undefined) {
      wakes[index] = Math.min(wakes[index] ?? taken.atMs, Math.max(taken.atMs, nowMs + 1));
    }
  }
  return decisions.map((decision, index) =>
    decision.kind === 'end'
      ? decision
      : {
          ...decision,
          requests: decision.requests.filter(request => granted.has(request)),
          wakeAtMs: Math.min(decision.wakeAtMs, wakes[index] ?? decision.wakeAtMs),
        },
  );
}

/** What went in by one door is missing at the others of its pool. */
function afterTaken(rooms: DoorRooms, door: Door, room: Room, { weight, orders }: RequestCost): DoorRooms {
  const next: Record<Door, Room> = { ...rooms, [door]: room };
  for (const other of DOORS) {
    if (other === door || POOL_OF_DOOR[other] !== POOL_OF_DOOR[door]) continue;
    const { slots, weightLeft, ordersLeft } = next[other];
    next[other] = {
      ...next[other],
      ...{ slots: slots - 1, weightLeft: weightLeft - weight, ordersLeft: ordersLeft - orders },
    };
  }
  return next;
}

const roomsOf = ({ job: { market } }: EngineState, rooms: DoorRooms): Rooms => ({
  futures: rooms[market.door],
  wallet: rooms.wallet,
});

interface RankedWish {
  readonly index: number;
  readonly request: ExchangeRequest;
  readonly need: number;
  /** In USD, roughly: the order of closes hangs on it. */
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
